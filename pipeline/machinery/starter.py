"""The make that started this process: killed, it tells nobody, and its work should not go on behind anybody's back."""

from __future__ import annotations

import os
import signal
import sys

# Set by the Makefile: the number of the make that runs its recipe.
MAKE_PID = "PIPELINE_MAKE_PID"
_PR_SET_PDEATHSIG = 1


def end_with_make() -> None:
    """Let this process be told to end as soon as the make that started it dies; Linux alone can see to that."""
    started_by = os.environ.pop(MAKE_PID, "")
    if not sys.platform.startswith("linux") or not started_by.isdecimal():
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    try:
        os.kill(int(started_by), 0)
    except ProcessLookupError:
        # It died before this process could ask to be told.
        raise SystemExit(128 + signal.SIGTERM) from None
    except PermissionError:
        return
