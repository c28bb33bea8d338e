"""The forking parent: a plain process without threads that loads what notebooks need, then forks kernels on request.

It is run by its path and imports nothing but Python's own before it is asked to, so that the package a kernel finds
loaded is the one its notebook would import. A request comes over a socket of its own, and that socket is the kernel's
life: the parent ends the kernel when the socket closes, and writes the kernel's status to it when the kernel ends.
When standard input closes, the process that started this one is gone: everything ends and the folder is removed.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import warnings
from typing import Any

_KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.interactiveshell",
    "pandas",
    "pyarrow.parquet",
)
_REPORTING = (
    "pipeline.machinery.reporting",
    "pipeline.presentation.report",
    "pipeline.presentation.charts",
    "pipeline.presentation.looks",
)
# What is loaded before the first kernel, and what while the first kernels already run, by what that one is for.
STAGES = {
    "clean": ((*_KERNEL, "pipeline.machinery.cleaning"), ("pipeline.machinery.estimating", *_REPORTING)),
    "report": ((*_KERNEL, *_REPORTING), ()),
}
_PR_SET_PDEATHSIG = 1
Request = dict[str, Any]


class Parent:
    """The sockets and kernels of the forking parent."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._sockets: dict[int, socket.socket] = {}
        self._folders: dict[int, str] = {}
        self._closed = False
        read, write = os.pipe()
        for descriptor in (read, write):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(write)
        self._wakeup = (read, write)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self._end_if_left)
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._selector.register(read, selectors.EVENT_READ, lambda: os.read(read, 4096))
        self._request: Request | None = None

    def serve(self, *, forever: bool) -> Request | None:
        """Answer requests; return None in the parent, and in a kernel just forked what it was asked to be."""
        while True:
            events = self._selector.select(None if forever else 0)
            for key, _ in events:
                key.data()
                if self._request is not None:
                    return self._request
            self._reap()
            if self._closed or not (events or forever):
                return None

    @property
    def closed(self) -> bool:
        return self._closed

    def end_all(self) -> None:
        """Kill every kernel with whatever it started, and see them end: they might still write into their folders."""
        for number in self._folders:
            _kill(number)
        for number, folder in self._folders.items():
            with contextlib.suppress(ChildProcessError):
                os.waitpid(number, 0)
            _remove(folder)

    def _end_if_left(self) -> None:
        self._closed = self._closed or not os.read(sys.stdin.fileno(), 4096)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        with contextlib.suppress(OSError, ValueError):
            request = json.loads(_read_line(connection))
            # What is loaded stays where it is: collecting garbage would copy its pages into every kernel.
            gc.collect()
            gc.freeze()
            number = os.fork()
            if not number:
                try:
                    self._leave(connection)
                except Exception:
                    os._exit(1)  # Never a second parent.
                self._request = request
                return
            self._sockets[number], self._folders[number] = connection, request["folder"]
            self._selector.register(connection, selectors.EVENT_READ, lambda: self._let_go(number))
            connection.sendall(json.dumps({"pid": number}).encode() + b"\n")
            return
        connection.close()

    def _leave(self, connection: socket.socket) -> None:
        """Become a process of its own, which dies with its parent."""
        parent = os.getppid()
        os.setsid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for one in (self._listener, connection, *self._sockets.values()):
            one.close()
        for descriptor in self._wakeup:
            os.close(descriptor)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.close(null)

    def _let_go(self, number: int) -> None:
        """End a kernel whose owner is gone or has closed its socket."""
        connection = self._sockets[number]
        with contextlib.suppress(OSError):
            if connection.recv(4096):
                return
        _kill(number)
        self._selector.unregister(connection)

    def _reap(self) -> None:
        while self._sockets:
            try:
                number, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not number:
                return
            connection = self._sockets.pop(number, None)
            if connection is None:
                continue
            # What the kernel started must not outlive it.
            _kill_group(number)
            _remove(self._folders.pop(number))
            with contextlib.suppress(OSError):
                connection.sendall(json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(connection)
            connection.close()


def _kill(number: int) -> None:
    """Kill a kernel that has not been reaped; just forked, it has no group of its own yet."""
    _kill_group(number)
    with contextlib.suppress(OSError):
        os.kill(number, signal.SIGKILL)


def _kill_group(number: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(number, signal.SIGKILL)


def _remove(folder: str) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _read_line(connection: socket.socket) -> bytes:
    connection.settimeout(5)
    line = b""
    while not line.endswith(b"\n"):
        piece = connection.recv(65536)
        if not piece:
            raise ValueError("the request was cut short")
        line += piece
    connection.settimeout(None)
    return line


def load(names: tuple[str, ...], path: str) -> bool:
    """Import modules as a notebook would; return whether it went without a word, which a notebook would have shown."""
    said, show = io.StringIO(), warnings.showwarning
    warned: list[Any] = []
    sys.path.insert(0, path)
    # Not `catch_warnings`, which would undo what modules say of warnings for good.
    warnings.showwarning = lambda *told, **_: warned.append(told)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            for name in names:
                with contextlib.suppress(ModuleNotFoundError):
                    importlib.import_module(name)
    except Exception:  # A notebook that imports it will tell.
        return False
    finally:
        sys.path.remove(path)
        warnings.showwarning = show
    return not warned and not said.getvalue()


def run_kernel(request: Request) -> None:
    """Be the kernel that was asked for, as if just started: its folder, its environment, its own chance."""
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    # A spawned kernel is told the same through JPY_PARENT_PID, which this one would have read on being loaded.
    sys.argv = [*request["argv"], f"--IPKernelApp.parent_handle={os.getppid()}"]
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    import zmq
    from ipykernel import kernelapp

    class Kernel(kernelapp.IPKernelApp):
        def init_iopub(self, context: Any) -> None:
            # Without a bound on what waits to be read: beyond it messages are lost on a busy machine.
            context.setsockopt(zmq.SNDHWM, 0)
            super().init_iopub(context)

    Kernel.launch_instance()


def main(descriptor: int, folder: str, path: str, first: str) -> None:
    """Load and serve until the process that started this one lets go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # As ipykernel sets it in every kernel before a notebook can import matplotlib.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    parent, request = Parent(socket.socket(fileno=descriptor)), None
    owner = os.getpid()
    # Nothing of what is loaded is ever dropped.
    gc.disable()
    try:
        for stage in STAGES[first]:
            if not load(stage, path):
                return
            request = parent.serve(forever=False)
            if request or parent.closed:
                break
        if not request and not parent.closed:
            request = parent.serve(forever=True)
    finally:
        if os.getpid() == owner:
            parent.end_all()
            shutil.rmtree(folder, ignore_errors=True)
    gc.enable()
    if request:
        run_kernel(request)


if __name__ == "__main__":
    # The folder of this file must not stand among those that modules are looked for in.
    del sys.path[0]
    for inherited in sys.argv[1:3]:
        os.set_inheritable(int(inherited), False)
    main(int(sys.argv[1]), sys.argv[3], sys.argv[4], sys.argv[5])
