"""A kernel provisioner that forks where it can and spawns where it cannot; registered as `forking`."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from pipeline.machinery.kernels.forking import ForkedKernel, ForkingError, path_of, renewed, warm_up

_SOCKETS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


class ForkingProvisioner(LocalProvisioner):
    """Starts kernels from the preloaded parent; whatever stands in the way of that, by starting Python anew."""

    forks = True
    # What goes with the kernel, should nobody be left to remove it.
    folder = ""
    # Whether a kernel that cannot be forked is spawned: a folder that goes with the parent may be gone by then, and
    # ipykernel, finding no connection file, would listen where nobody knocks.
    spawns = True
    # Whether code that was changed since the parent loaded it is loaded anew: a run has one code, a session many.
    renews = True
    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        cwd = str(Path.cwd() / (kwargs.get("cwd") or ""))
        try:
            kernel = self._fork(cmd, cwd, kwargs["env"])
            self.process, self.pid, self.pgid, self.cwd = kernel, kernel.pid, None, cwd
        except ForkingError as error:
            if not self.spawns:
                raise RuntimeError(f"no kernel could be forked: {error}") from error
            await super().launch_kernel(cmd, **kwargs)
        await self._wait_for_sockets()
        return self.connection_info

    def _fork(self, cmd: list[str], cwd: str, environment: dict[str, str]) -> ForkedKernel:
        parent = (renewed if self.renews else warm_up)(path_of(cwd)) if self.forks else None
        if parent is None:
            raise ForkingError("kernels are not forked here")
        return parent.fork(cmd[1:], cwd, environment, self.folder)

    async def _wait_for_sockets(self) -> None:
        """Wait until the kernel listens: who knocks earlier is made to wait a tenth of a second each time."""
        info: dict[str, Any] = dict(self.connection_info)
        if info["transport"] != "ipc":
            return
        paths = [Path(f"{info['ip']}-{info[name]}") for name in _SOCKETS]
        end = time.monotonic() + 10
        while time.monotonic() < end and await self.poll() is None and not all(path.exists() for path in paths):
            await asyncio.sleep(0.003)

    async def wait(self) -> int | None:
        """Return the exit status once the kernel has ended."""
        while await self.poll() is None:
            await asyncio.sleep(0.003)
        return await super().wait()

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and see it end: the manager would look again only after a tenth of a second."""
        await super().kill(restart)
        end = time.monotonic() + 2
        while time.monotonic() < end and await self.poll() is None:
            await asyncio.sleep(0.003)
