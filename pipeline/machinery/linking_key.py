"""The project's secret for turning self-made codes into hashes."""

from __future__ import annotations

import secrets

from pipeline.ground.paths import Project
from pipeline.ground.storage import write_bytes


def link_key(project: Project) -> bytes:
    """Return the project's secret for turning self-made codes into hashes; made once, kept privately."""
    path = project.processed / "link.key"
    if not path.exists():
        # Under the run's lock nobody else makes it; written whole or not at all, because half a key is no secret.
        write_bytes(path, secrets.token_bytes(32))
    return path.read_bytes()
