"""Pages served to this machine while somebody edits: what is served, and what a change does."""

from __future__ import annotations

import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from pipeline.machinery.watching import serve, watched_files
from tests.machinery.tiny_runs import WAVE, command, environment, visible_text


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, int]]:
    folder = tmp_path / "reports"
    (folder / "wave-2").mkdir(parents=True)
    (folder / "index.html").write_text("<html><head><title>All</title></head></html>", "utf-8")
    (folder / "wave-2" / "camden.csv").write_text("a,b", "utf-8")
    (folder / ".hidden.html").write_text("hidden", "utf-8")
    (tmp_path / "secret.html").write_text("secret", "utf-8")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    server = serve(folder, 0)
    yield server.server_address[0], server.server_address[1]
    server.shutdown()
    server.server_close()


def ask(address: tuple[str, int], path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = HTTPConnection(*address)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.read(), dict(answer.getheaders())
    connection.close()
    return found


def test_a_page_is_served_as_it_stands_asks_for_itself_again_and_is_not_kept(address: tuple[str, int]) -> None:
    status, content, headers = ask(address, "/")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    again = b'<meta http-equiv="refresh" content="2">'
    assert content.replace(again, b"", 1) == b"<html><head><title>All</title></head></html>"
    assert again in content
    assert ask(address, "/wave-2/camden.csv")[:2] == (200, b"a,b")


def test_only_this_machine_is_served(address: tuple[str, int]) -> None:
    assert address[0] == "127.0.0.1"
    assert ask(address, "/", Host="elsewhere.example:80")[0] == 404


@pytest.mark.parametrize(
    "path",
    ["/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/wave-2/../../secret.html", "/link.html",
     "/wave-2/", "//etc/passwd", "/missing.html"],
)  # fmt: skip
def test_nothing_beside_the_pages_is_served(address: tuple[str, int], path: str) -> None:
    status, content, _ = ask(address, path)
    assert status == 404
    assert b"secret" not in content.replace(path.encode(), b"")


def test_what_pages_are_made_from_is_watched_and_what_is_made_is_not(tiny_project_read_only: Project) -> None:
    watched = set(watched_files(tiny_project_read_only))
    project = tiny_project_read_only
    assert {project.settings_file, project.notebook("area")} <= watched
    assert any(path.is_relative_to(project.raw) for path in watched)
    assert any(path.name == "page.html.j2" for path in watched)
    assert not any(path.is_relative_to(project.processed) or path.is_relative_to(project.reports) for path in watched)


@pytest.mark.slow
def test_an_edit_reaches_the_page_a_mistake_is_told_and_ctrl_c_ends_it(copied: Project) -> None:
    notebook = copied.notebook("area")
    sound = notebook.read_text("utf-8")
    log = copied.root / "log"
    with log.open("w") as told:
        watching = subprocess.Popen(
            command("watch", "--wave", WAVE, "--area", "camden"), cwd=copied.root, env=environment(), stderr=told
        )
    try:
        wait_for(log, "Open reports/wave-2/index.html.")
        assert "; the pages are at http://127.0.0.1:" in log.read_text("utf-8")
        where = log.read_text("utf-8").partition("the pages are at ")[2].partition(" ")[0]
        notebook.write_text(sound.replace("report.limits()", "report.limit()"), "utf-8")
        wait_for(log, "notebooks/03_borough_report.ipynb: Failed: notebooks/03_borough_report.ipynb, cell ")
        notebook.write_text(sound.replace("deserves doubt.", "deserves doubt.\\n\\nRead it slowly."), "utf-8")
        assert "deserves doubt." in sound
        wait_for(log, "1 pages built")
        page = urllib.request.urlopen(f"{where}wave-2/camden.html").read().decode("utf-8")
        assert "Read it slowly." in visible_text(page)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 0
        assert log.read_text("utf-8").endswith("Watching has ended.\n")
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(where)
    finally:
        if watching.poll() is None:
            watching.kill()
            watching.wait()


def wait_for(log: Path, text: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while text not in log.read_text("utf-8"):
        assert time.monotonic() < end, log.read_text("utf-8")
        time.sleep(0.2)
