"""Forked kernels are what spawned ones are, leave nothing to one another, and give place to them where need be."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from pipeline.machinery.kernels import forking
from pipeline.machinery.kernels.forking import SWITCH, ForkingParent, can_fork, close_parents, warm_up
from pipeline.machinery.kernels.zygote import load
from tests.machinery.kernels.notebooks import execute, make_project, said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")

WHO_FORKED = "import os; print(open(f'/proc/{os.getppid()}/cmdline').read())"
# What Python and Jupyter set up before the first cell, and what of it a cell can see.
STATE = (
    "import sys, os, locale, time, warnings, signal, threading, gc",
    "print(sys.path, os.getcwd(), sys.flags, sys.getrecursionlimit())",
    "print(locale.setlocale(locale.LC_ALL), time.tzname, os.environ.get('OPENBLAS_NUM_THREADS'), os.umask(0o22))",
    "print(sys.stdout.encoding, gc.isenabled(), gc.get_threshold())",
    "print([signal.getsignal(one) for one in (signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE)])",
    "print(sorted(name for name in os.environ if not name.startswith(('JPY', 'PIPELINE'))))",
    "print(sorted(one.name for one in threading.enumerate()), os.getsid(0) == os.getpid())",
    "print(__name__, sys.modules['__main__'].__name__, get_ipython().__class__, os.read(0, 1))",
    "import pandas as pd\npd.DataFrame({'a': [1.5, None]})",
    "import matplotlib\nprint(matplotlib.get_backend())\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    # Modules loaded early have their say on warnings early; in the end it is the same.
    "sys.path.insert(0, '..')\nimport pipeline.machinery.cleaning, pipeline.presentation.looks",
    "import pipeline.machinery.estimating, pipeline.machinery.reporting, pipeline.presentation.report",
    "print(pipeline.__file__, sorted(map(str, warnings.filters)))",
    "warnings.warn('x', DeprecationWarning)",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A folder in which one forking parent serves every test of this file."""
    yield make_project(tmp_path_factory.mktemp("forking"))
    close_parents()


def parent_of(project: Project) -> ForkingParent:
    os.environ.pop("PYTEST_CURRENT_TEST", None)
    found = warm_up(f"{project.root}/notebooks/..")
    assert found is not None
    return found


def test_a_forked_kernel_shows_what_a_spawned_one_shows(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    forked = execute(project, WHO_FORKED, *STATE)
    monkeypatch.setenv(SWITCH, "spawn")
    assert not can_fork()
    spawned = execute(project, WHO_FORKED, *STATE)
    assert "zygote.py" in said(forked[:1])
    assert "zygote.py" not in said(spawned[:1])
    for cell, ours, theirs in zip(STATE, forked[1:], spawned[1:], strict=True):
        # A cell's file is named after its kernel's process.
        assert re.sub(r"ipykernel_\d+", "", repr(ours)) == re.sub(r"ipykernel_\d+", "", repr(theirs)), cell
    assert any("image/png" in output.get("data", {}) for output in forked[-5])


def test_nothing_passes_from_one_kernel_to_the_next_or_to_the_parent(project: Project) -> None:
    spoil = "import pandas, os, sys\npandas.left = 1; os.environ['LEFT'] = '1'; sys.path.append('left')"
    look = "import pandas, os, sys\nprint(hasattr(pandas, 'left'), 'LEFT' in os.environ, 'left' in sys.path)"
    execute(project, spoil)
    assert said(execute(project, look)) == "False False False\n"


def test_kernels_draw_lots_of_their_own(project: Project) -> None:
    lots = "import random, numpy, uuid\nprint(random.random(), numpy.random.rand(), uuid.uuid4())"
    one, other = (said(execute(project, lots)).split() for _ in range(2))
    assert [ours for ours, theirs in zip(one, other, strict=True) if ours == theirs] == []


def test_a_kernel_of_another_environment_is_spawned(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    parent_of(project)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    told = said(execute(project, WHO_FORKED, "import time; print(time.tzname)"))
    assert "zygote.py" not in told
    assert "('JST', 'JST')" in told


def test_a_parent_that_loads_with_a_word_serves_nobody(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("print('a word')", "utf-8")
    (tmp_path / "warns.py").write_text("import warnings\nwarnings.warn('a word')", "utf-8")
    (tmp_path / "broken.py").write_text("1/0", "utf-8")
    (tmp_path / "quiet.py").write_text("", "utf-8")
    found = [load((name,), str(tmp_path)) for name in ("loud", "warns", "broken", "quiet", "not_there")]
    assert found == [False, False, False, True, True]
    assert str(tmp_path) not in sys.path


def test_a_parent_killed_in_the_midst_costs_time_and_nothing_else(project: Project) -> None:
    parent = parent_of(project)
    assert "zygote.py" in said(execute(project, WHO_FORKED))
    # The cell kills its parent, and with it the kernel, when it is forked, and is run once more in one that is not.
    told = said(
        execute(
            project,
            f"import os, time\nif os.getppid() == {parent.pid}: os.kill({parent.pid}, 9); time.sleep(60)",
            WHO_FORKED,
        )
    )
    assert "zygote.py" not in told
    assert not parent.is_alive()
    assert "zygote.py" not in said(execute(project, WHO_FORKED))
    folder = parent.folder
    close_parents()
    assert not folder.exists()


def test_a_child_that_ends_by_a_signal_is_told_so(project: Project) -> None:
    close_parents()
    parent = parent_of(project)
    kernel = parent.fork(["x", "-f", "/nowhere/kernel.json"], str(project.root), {**os.environ, **forking.ONE_THREAD})
    assert kernel.poll() is None
    kernel.kill()
    assert kernel.wait(timeout=10) == -signal.SIGKILL
    kernel.kill()


def dying_slowly(parent: ForkingParent, *, when: str) -> threading.Thread:
    """Have a parent die as one does that is told to while it is busy: its folder goes first, it says nothing more."""
    os.kill(parent.pid, signal.SIGSTOP)

    def die() -> None:
        end = time.monotonic() + 30
        while not list(parent.folder.glob(when)) and time.monotonic() < end:
            time.sleep(0.001)
        shutil.rmtree(parent.folder)
        # Who asks it meanwhile has been connected, and waits for a word.
        time.sleep(0.3)
        os.kill(parent.pid, signal.SIGKILL)

    thread = threading.Thread(target=die)
    thread.start()
    return thread


@pytest.mark.parametrize("when", ["z", "k*", "k*/kernel.json"])
def test_a_parent_that_dies_while_a_kernel_is_asked_for_costs_no_minute(project: Project, when: str) -> None:
    close_parents()
    dying = dying_slowly(parent_of(project), when=when)
    started = time.monotonic()
    if when == "z":
        time.sleep(0.1)
    assert said(execute(project, "print('came up')")) == "came up\n"
    dying.join()
    # A kernel whose connection file is gone would listen elsewhere; it was waited for in vain for over a minute.
    assert time.monotonic() - started < 30
    close_parents()
