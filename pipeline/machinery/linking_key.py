"""The project's secret for turning self-made codes into hashes."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from pipeline.ground.paths import Project


def link_key(project: Project) -> bytes:
    """Return the project's secret for turning self-made codes into hashes; made once, kept privately."""
    path = project.processed / "link.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            # A link fails where the file exists already: of two runs that start at once, both use the first one's key.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            Path(temporary).unlink()
    return path.read_bytes()
