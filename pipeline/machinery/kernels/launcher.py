"""What a spawned kernel runs: ipykernel, dying with the thread that asked for it where Linux allows."""

import ctypes
import os
import signal
import sys
from typing import Any

if __name__ == "__main__":
    # The folder of this file must not stand among those that modules are looked for in.
    del sys.path[0]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.environ.get("JPY_PARENT_PID") not in (None, str(os.getppid())):
            os._exit(1)

    import zmq
    from ipykernel import kernelapp

    class Kernel(kernelapp.IPKernelApp):
        def init_iopub(self, context: Any) -> None:
            # Without a bound on what waits to be read: beyond it messages are lost on a busy machine.
            context.setsockopt(zmq.SNDHWM, 0)
            super().init_iopub(context)

    Kernel.launch_instance()
