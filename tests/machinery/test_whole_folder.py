"""A folder changes as a whole: a reader never sees a part, whatever kills or stops the run that changes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.machinery import whole_folder
from pipeline.machinery.whole_folder import change_folder, exchange, is_settled, settle_folder
from tests.machinery.tiny_runs import REPOSITORY, bytes_below, environment, state_of

PAGES = ("index.html", "methods.html", "wave-2/index.html", "wave-2/barnet.html", "wave-2/camden.html")


def pages(build: str) -> dict[str, bytes]:
    """Return a site on which every page says which build it is of."""
    return {name: f"{build} {name}".encode() for name in PAGES}


def builds_in(folder: Path) -> set[str]:
    return {(folder / name).read_text("utf-8").split()[0] for name in PAGES}


@pytest.fixture(params=["exchanged", "one after the other"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site of the first build; where names cannot be exchanged, its files are put in place one by one."""
    if request.param != "exchanged":
        monkeypatch.setattr(whole_folder, "exchange", lambda one, other: False)
    folder = tmp_path / "reports"
    change_folder(folder, pages("first"))
    return folder


def test_the_folder_holds_what_was_put_there_and_nothing_is_left_beside_it(site: Path) -> None:
    (site / "README.md").write_text("ours", "utf-8")
    written = change_folder(site, pages("second") | {"wave-3/new.html": b"new"}, ["wave-2/barnet.html", "methods.html"])
    assert sorted(written) == sorted([*PAGES, "wave-3/new.html"])
    assert bytes_below(site) == pages("second") | {"wave-3/new.html": b"new", "README.md": b"ours"}
    assert [path.name for path in site.parent.iterdir()] == ["reports"]


def test_what_is_the_same_keeps_its_date_and_what_is_gone_takes_its_empty_folder_along(site: Path) -> None:
    before = state_of(site)
    gone = [name for name in PAGES if name.startswith("wave-2/")]
    assert change_folder(site, {"index.html": b"other", "methods.html": pages("first")["methods.html"]}, gone) == [
        "index.html"
    ]
    assert set(bytes_below(site)) == {"index.html", "methods.html"}
    assert state_of(site)["methods.html"] == before["methods.html"]
    assert not (site / "wave-2").exists()


def test_without_a_change_nothing_is_touched(site: Path) -> None:
    folder = site.stat()
    assert change_folder(site, pages("first"), ["wave-9/none.html"]) == []
    assert site.stat() == folder


def test_whoever_stands_in_the_folder_sees_the_new_pages_too(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site)
    change_folder(site, pages("second"), ["methods.html"])
    assert Path("wave-2/camden.html").read_bytes() == pages("second")["wave-2/camden.html"]


def test_a_folder_that_is_a_link_stays_one(site: Path) -> None:
    link = site.parent / "public"
    link.symlink_to(site)
    change_folder(link, pages("second"))
    assert link.is_symlink()
    assert builds_in(site) == {"second"}


def test_pages_can_be_read_by_a_web_server(site: Path) -> None:
    change_folder(site, pages("second"))
    assert {(site / name).stat().st_mode & 0o777 for name in PAGES} == {0o644}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names are exchanged by a call of Linux")
def test_a_reader_who_polls_the_pages_never_sees_two_builds_at_once(tmp_path: Path) -> None:
    folder, stop, looks = tmp_path / "reports", threading.Event(), [0]
    change_folder(folder, pages("build-0"))
    torn: list[object] = []

    def poll() -> None:
        while not stop.is_set():
            try:
                before = (folder / "index.html").read_text("utf-8").split()[0]
                seen = builds_in(folder)
                after = (folder / "index.html").read_text("utf-8").split()[0]
            except OSError as error:
                torn.append(error)
                continue
            # Where the site changed in between, the reader looked at two sites, one after the other.
            if before == after:
                looks[0] += 1
                if seen != {before}:
                    torn.append(seen)

    reader = threading.Thread(target=poll)
    reader.start()
    for number in range(1, 40):
        change_folder(folder, pages(f"build-{number}"))
    stop.set()
    reader.join()
    assert torn == []
    assert looks[0] > 5


# Kills its own process at the nth call that changes the file system.
KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.machinery import whole_folder

left = [int(sys.argv[2])]

def counted(call):
    def wrapped(*given, **named):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)
    return wrapped

if sys.argv[3] != "exchanged":
    whole_folder.exchange = lambda one, other: False
for owner, names in {
    os: ("link", "mkdir", "unlink", "rmdir", "rename", "replace", "open", "fsync"),
    whole_folder: ("exchange",),
}.items():
    for name in names:
        setattr(owner, name, counted(getattr(owner, name)))
pages = {name: f"second {name}".encode() for name in sys.argv[4].split()}
whole_folder.change_folder(Path(sys.argv[1]), pages)
os._exit(0)
"""


def kill_at(folder: Path, call: int, way: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(call), way, " ".join(PAGES)],
        cwd=REPOSITORY,
        env=environment(),
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("way", ["exchanged", "one after the other"])
def test_killed_at_any_call_the_next_start_finds_all_of_the_old_or_makes_all_of_the_new(
    tmp_path: Path, way: str
) -> None:
    found: set[str] = set()
    for call in range(200):
        folder = tmp_path / f"{call}" / "reports"
        change_folder(folder, pages("first"))
        status = kill_at(folder, call, way)
        if way == "exchanged":
            assert len(builds_in(folder)) == 1, f"torn at call {call}"
        settle_folder(folder)
        assert len(builds_in(folder)) == 1, f"torn after call {call}"
        assert is_settled(folder)
        assert set(bytes_below(folder)) == set(PAGES)
        found |= builds_in(folder)
        change_folder(folder, pages("third"))
        assert builds_in(folder) == {"third"}
        if status == 0:
            break
    assert call > 20
    assert found == {"first", "second"}


LIMITED = """
import resource, sys
from pathlib import Path
from pipeline.machinery.whole_folder import change_folder

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
from pipeline.ground.errors import PipelineError
try:
    change_folder(Path(sys.argv[1]), {"index.html": b"new", "wave-2/large.html": b"x" * 5000})
except PipelineError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_where_a_file_cannot_be_written_the_folder_stays_and_a_sentence_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    change_folder(folder, pages("first"))
    before = state_of(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder)], cwd=REPOSITORY, env=environment(), capture_output=True, text=True
    )
    assert done.stdout == "reports/ could not be changed (File too large); it is as it was before.\n", done.stderr
    assert state_of(tmp_path) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names are exchanged by a call of Linux")
def test_two_folders_exchange_their_names_and_what_is_missing_is_an_error(tmp_path: Path) -> None:
    make: Callable[[str], None] = lambda name: (tmp_path / name).mkdir()  # noqa: E731
    make("one"), make("other")
    (tmp_path / "one" / "file").touch()
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "other" / "file").exists()
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "one", tmp_path / "missing")
