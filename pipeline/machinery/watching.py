"""`make watch`: what changes while somebody edits is built again, and the pages are served to this machine alone."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.ground.paths import Project, find_project
from pipeline.machinery.code_graph import PACKAGE
from pipeline.machinery.kernels.forking import can_fork
from pipeline.machinery.warm import WarmBuilder, run_cold

_HOST = "127.0.0.1"
_PAUSE = 0.2
# A page asks for itself again; the file has no such line, and what is published has no script.
_AGAIN = b'<meta http-equiv="refresh" content="2">'
State = dict[Path, tuple[int, int]]


def watch(wave_id: str | None, area_id: str | None, port: int) -> int:
    """Serve reports/ and build what changed until Ctrl-C; a run that fails is told, and watching goes on."""
    project = find_project()
    server = serve(project.reports, port)
    address = f"http://{_HOST}:{server.server_address[1]}/"
    print(f"Watching; the pages are at {address} for this machine alone. Ctrl-C ends it.", file=sys.stderr, flush=True)
    verb = ["report", "--area", area_id] if area_id else ["reports"]
    warm = WarmBuilder(project.root) if can_fork() else None
    run = warm.build if warm else run_cold
    try:
        for changed in _changes(project):
            _build(run, [*verb, "--wave", wave_id or ""], changed)
    except KeyboardInterrupt:
        print("\nWatching has ended.", file=sys.stderr)
    finally:
        if warm:
            warm.close()
        server.shutdown()
        server.server_close()
    return 0


def serve(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of a folder, which runs in a thread of its own; only this machine reaches it."""
    server = ThreadingHTTPServer((_HOST, port), partial(_Pages, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Pages(SimpleHTTPRequestHandler):
    """Serves pages and downloads, and no hidden file, link or listing of a folder."""

    def do_GET(self) -> None:
        found = self._page()
        if found is None:
            self.send_error(404)
            return
        content = found.read_bytes()
        if found.suffix == ".html":
            content = content.replace(b"<head>", b"<head>" + _AGAIN, 1)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(found)))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    do_HEAD = do_GET

    def _page(self) -> Path | None:
        # A page elsewhere that leads its reader's browser here under another name is not answered.
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        if host not in (_HOST, "localhost"):
            return None
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        root = Path(self.directory).resolve()
        is_page = path.suffix in (".html", ".csv", ".png") and path.is_file()
        return path if is_page and path.resolve().is_relative_to(root) else None

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the lines are for what was built."""


def _build(run: Callable[[list[str]], tuple[int, str]], verb: list[str], changed: list[str]) -> None:
    """Build in a process of its own, which has the code as it is now; tell in a line what came of it."""
    started = time.monotonic()
    status, said = run(verb)
    lines = [line for line in said.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("Failed: ", "Stopped: "))] if status else lines[-1:]
    what = f"{changed[0]}{f' and {len(changed) - 1} more' if len(changed) > 1 else ''}" if changed else "at the start"
    for line in told or lines[-1:] or ["nothing was said"]:
        print(f"{what}: {line} ({time.monotonic() - started:.1f} s)", file=sys.stderr, flush=True)


def _changes(project: Project) -> Iterator[list[str]]:
    """Yield once at the start, then whenever something that pages are made from changed, what did."""
    seen: State = {}
    while True:
        now = watched_files(project)
        changed = sorted(project.shown(path) for path in {*seen, *now} if seen.get(path) != now.get(path))
        if not seen:
            seen = now
            yield []
        elif changed:
            # An editor may write a file in several goes.
            while (later := watched_files(project)) != now:
                now = later
                time.sleep(_PAUSE / 4)
            seen = now
            yield changed
        time.sleep(_PAUSE)


def watched_files(project: Project) -> State:
    """Return the size and the time of change of everything that pages are made from."""
    folders = [project.root / "notebooks", project.raw, PACKAGE]
    paths = [project.settings_file, *(path for folder in folders for path in folder.rglob("*.*"))]
    found: State = {}
    for path in paths:
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts[len(project.root.parts) :])
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        # A run writes down what the raw files were.
        if not hidden and path.is_file() and not path.name.endswith("MANIFEST.sha256"):
            found[path] = (stat.st_size, stat.st_mtime_ns)
    return found
