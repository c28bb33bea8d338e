"""A kernel manager for notebooks that run by themselves: this Python, socket files, nothing waited for in vain."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_async

from pipeline.machinery.environment import ONE_THREAD
from pipeline.machinery.kernels.folder import PrivateFolder
from pipeline.machinery.kernels.provisioner import ForkingProvisioner

# What goes wrong is told once, in our words; these libraries would write it between the lines of progress too.
QUIET = logging.getLogger("pipeline.notebooks")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False

# A kernel spec of the same name in the user's own folders could name another Python.
_OUR_KERNEL = KernelSpec(
    argv=[
        sys.executable,
        str(Path(__file__).with_name("launcher.py")),
        "-f",
        "{connection_file}",
    ],
    display_name="Python 3",
    language="python",
)


class _Client(AsyncKernelClient):
    """A client that begins as soon as the kernel answers on both channels, and loses nothing of what it says."""

    def start_channels(self, *which: bool, **channels: bool) -> None:
        # What a cell shows may come faster than it is read, and beyond a bound it would be lost.
        self.context.setsockopt(zmq.RCVHWM, 0)
        super().start_channels(*which, **channels)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        # As in jupyter_client, without the fifth of a second it then waits for messages that nobody asked for: who
        # executes cells takes only messages that answer them.
        for _ in range(int(timeout or 60)):
            self.kernel_info()
            with contextlib.suppress(Empty):
                reply = await ensure_async(self.shell_channel.get_msg(timeout=1))
                await ensure_async(self.iopub_channel.get_msg(timeout=0.2))
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError("Kernel didn't respond")

    wait_for_ready = _async_wait_for_ready


class NotebookKernel(AsyncKernelManager):
    """A kernel reached over socket files, which no other process can guess or take as it can a port."""

    def __init__(self, *, forked: bool = True, home: Path | None = None, **settings: Any) -> None:
        super().__init__(**settings, log=QUIET)
        self._forked = forked
        self._kernel_spec = _OUR_KERNEL
        self.client_factory = _Client
        self._folder, self._with_parent = _folder_in(home)
        self.connection_file = str(self._folder.path / "kernel.json")
        if os.name == "posix":
            self.transport, self.ip = "ipc", str(self._folder.path / "k")

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        await self._async_cleanup_resources(restart)
        self._folder.remove()

    async def start_kernel(self, **settings: Any) -> None:  # type: ignore[override]
        starter = ForkingProvisioner(kernel_id="", kernel_spec=_OUR_KERNEL, parent=self)
        starter.forks, starter.folder = self._forked, str(self._folder.path)
        starter.spawns, starter.renews = not self._with_parent, False
        self.provisioner = starter
        # What cells write goes into the notebook; a kernel that is interrupted on its way in or out would write here.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            await super().start_kernel(**settings, **quiet, env={**os.environ, **ONE_THREAD})
        except FileNotFoundError as error:
            raise RuntimeError("the folder of the kernel went with the parent that it was to be forked from") from error


def _folder_in(home: Path | None) -> tuple[PrivateFolder, bool]:
    """Return a folder within another and True, or where that one is gone one of its own and False."""
    if home is not None:
        with contextlib.suppress(FileNotFoundError):
            return PrivateFolder(home), True
    return PrivateFolder(), False
