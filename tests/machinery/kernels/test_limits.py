"""A notebook that takes too long or too much is ended and told so; a kernel that never came up gets another chance."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from pipeline.ground.errors import NotebookError, PipelineError
from pipeline.ground.paths import Project
from pipeline.machinery import execution
from pipeline.machinery.kernels import engine, manager
from pipeline.machinery.kernels.forking import close_parents
from pipeline.machinery.kernels.limits import Limits, read_limits
from tests.machinery.kernels.notebooks import execute, said, write

HANGS = {
    "a sleep": "import time; time.sleep(100)",
    "deaf to interrupts": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    "stuck outside Python": "import re; re.match('(a+)+$', 'a' * 40 + 'b')",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    found = Project(tmp_path_factory.mktemp("limits"))
    execute(found, "1")  # The parent loads before anybody looks at a clock.
    yield found
    close_parents()


@pytest.mark.parametrize("hang", HANGS.values(), ids=HANGS)
def test_a_cell_that_hangs_is_ended_and_named(project: Project, hang: str) -> None:
    with pytest.raises(NotebookError) as told:
        execute(project, "print('begun')", hang, limits=Limits(seconds=3))
    first = re.escape(hang.splitlines()[0])
    assert re.fullmatch(
        rf"notebooks/a\.ipynb: cell 2 \({first}\) ran longer than the 3 seconds that a notebook may take; "
        r"LIMIT_SECONDS=6 would allow more\. The notebook as far as it came: data/processed/failed/wave-1-a\.ipynb",
        str(told.value),
    )
    kept = nbformat.read(project.failed / "wave-1-a.ipynb", as_version=4)
    assert kept.cells[0].outputs[0].text == "begun\n"
    assert kept.cells[1].outputs == []


def test_a_cell_that_takes_too_much_memory_is_ended_and_told_of_memory(project: Project) -> None:
    with pytest.raises(NotebookError) as told:
        execute(project, "kept = []\nwhile True: kept.append(bytearray(10_000_000))", limits=Limits(memory=0.6))
    assert "cell 1 (kept = []) held more than the 0.6 GB of memory that a notebook may take; LIMIT_MEMORY=1.2" in str(
        told.value
    )


STARTS = {
    "a subprocess": "subprocess.Popen([sys.executable, '-c', GROWS]).wait()",
    "one that a shell left behind": "subprocess.run(f'{sys.executable} -c \"{GROWS}\" &', shell=True); time.sleep(100)",
}


@pytest.mark.parametrize("starts", STARTS.values(), ids=STARTS)
def test_memory_that_a_subprocess_takes_counts_as_the_notebook_s_own(project: Project, starts: str) -> None:
    grows = "import time; kept = b'1' * 700_000_000; time.sleep(100)"
    sources = f"import subprocess, sys, time; GROWS = {grows!r}", starts
    with pytest.raises(NotebookError, match=r"cell 2 .* held more than the 0\.6 GB of memory"):
        execute(project, *sources, limits=Limits(memory=0.6, seconds=60))


def test_output_that_never_comes_is_a_failure(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "OUTPUT_WITHIN", 2)
    mute = (
        "from ipykernel.iostream import IOPubThread\nIOPubThread.send_multipart = lambda *_, **__: None\nprint('lost')"
    )
    with pytest.raises(NotebookError, match=r"cell 2 \(from ipykernel.* not all that it showed came within 2"):
        execute(project, "print('shown')", mute)


def test_every_one_of_very_many_outputs_is_kept(project: Project) -> None:
    found = execute(project, "from IPython.display import display\nfor number in range(5000): display(number)")
    assert [one.data["text/plain"] for one in found[0]] == [str(number) for number in range(5000)]


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_cell_is_named_by_its_place_in_the_notebook_as_written(project: Project, failing: int) -> None:
    sources = ["first = 1", "wave = 'wave-1'", "last = 1"]
    sources[failing - 1] += "\nraise ValueError('so')"
    run = write(project, *sources)
    notebook = nbformat.read(run.notebook, as_version=4)
    notebook.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, run.notebook)
    with pytest.raises(
        NotebookError, match=rf"a\.ipynb, cell {failing} \({re.escape(sources[failing - 1].splitlines()[0])}\)"
    ):
        execution.run_notebook(replace(run, parameters={"wave": "wave-2"}), project)


def test_limits_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMIT_MEMORY", "")
    monkeypatch.setenv("LIMIT_SECONDS", "90")
    assert read_limits() == Limits(seconds=90)


@pytest.mark.parametrize("text", ["0", "-1", "ten", "inf", "nan", "1 GB"])
def test_a_limit_that_is_no_number_is_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMIT_MEMORY", text)
    with pytest.raises(PipelineError, match=f"^LIMIT_MEMORY is '{text}'; expected a number above 0"):
        read_limits()


class Broken:
    """Kernels that end before they answer, so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
        self.started = 0
        start = manager.NotebookKernel.start_kernel

        async def start_kernel(kernel: manager.NotebookKernel, **settings: Any) -> None:
            self.started += 1
            await start(kernel, **settings)
            if self.started <= times:
                kernel.provisioner.process.kill()  # type: ignore[union-attr]

        monkeypatch.setattr(manager.NotebookKernel, "start_kernel", start_kernel)


def test_a_kernel_that_never_came_up_is_started_once_more(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(monkeypatch, times=1)
    assert said(execute(project, "print('came up')")) == "came up\n"
    assert broken.started == 2


def test_a_kernel_that_never_comes_up_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(monkeypatch, times=9)
    with pytest.raises(NotebookError, match=r"^notebooks/a\.ipynb: its kernel did not start\. "):
        execute(project, "1")
    assert broken.started == 2


@pytest.mark.parametrize("cell", ["1/0", "import os; os._exit(3)"])
def test_a_cell_that_fails_is_not_run_again(project: Project, monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    broken, log = Broken(monkeypatch, times=0), project.root / "log"
    log.unlink(missing_ok=True)
    with pytest.raises(NotebookError):
        execute(project, f"open({str(log)!r}, 'a').write('ran '); {cell}")
    assert (log.read_text("utf-8") if "exit" not in cell else "ran ") == "ran "
    assert broken.started == 1


def test_a_notebook_is_saved_whole_and_at_most_once_a_second(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[bytes] = []
    write = engine.write_bytes

    def count(path: Path, content: bytes) -> None:
        saved.append(content)
        write(path, content)

    monkeypatch.setattr(engine, "write_bytes", count)
    execute(project, *["1"] * 40, "import time; time.sleep(1.2)", "2")
    notebooks = [nbformat.reads(content.decode("utf-8"), as_version=4) for content in saved]
    assert 3 <= len(saved) <= 8
    assert notebooks[0].cells[0].execution_count is None
    assert notebooks[-1].cells[-1].execution_count == 42


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (["1", "get_ipython().execution_count = 7", "2"], "ran out of order"),
        (["get_ipython().run_cell('1'*3, store_history=True); 2", "3"], "ran out of order"),
    ],
)
def test_cells_whose_numbers_are_not_in_order_do_not_count_as_run(
    project: Project, sources: list[str], told: str
) -> None:
    with pytest.raises(NotebookError, match=told):
        execute(project, *sources)


def test_a_cell_whose_error_is_allowed_does_not_count_as_run(project: Project) -> None:
    run = write(project, "1/0", "2")
    notebook = nbformat.read(run.notebook, as_version=4)
    notebook.cells[0].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, run.notebook)
    with pytest.raises(NotebookError, match=r"cell 1|ZeroDivisionError"):
        execution.run_notebook(run, project)


def test_nothing_is_left_in_this_process(project: Project) -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir())) + threading.active_count()

    execute(project, "1")
    before = held()
    for _ in range(3):
        execute(project, "1")
    assert held() <= before + 1
