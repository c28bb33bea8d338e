"""What `make calibrate` found of the intervals, kept beside the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULT = Path(__file__).resolve().parent.parent / "calibration.json"


def read_calibration() -> dict[str, Any] | None:
    """Return what `make calibrate` found and kept beside the code, or None where it has kept nothing."""
    if not RESULT.is_file():
        return None
    found: dict[str, Any] = json.loads(RESULT.read_text("utf-8"))
    return found
