"""What was measured of disclosure control, kept beside the code: what it costs, and which leaks the gate refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULT = Path(__file__).resolve().parent.parent / "disclosure_proof.json"


def read_proof() -> dict[str, Any] | None:
    """Return what was measured and kept beside the code, or None where nothing has been kept."""
    if not RESULT.is_file():
        return None
    found: dict[str, Any] = json.loads(RESULT.read_text("utf-8"))
    return found
