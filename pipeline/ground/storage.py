"""Files that appear whole or not at all, and tables that come back as they were written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import pandas as pd

from pipeline.ground.errors import PipelineError


def write_bytes(path: Path, content: bytes, *, public: bool = False) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    The file can be read by its owner alone, as private answers should be, unless it is `public`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if public:
            # mkstemp makes files that only their owner can read; a web server must be able to read a page.
            temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet, atomically; the index is not kept."""
    write_bytes(path, table.to_parquet(index=False))


def read_table(path: Path) -> pd.DataFrame:
    """Return a table written by `write_table`; raises PipelineError when it has not been made yet."""
    if not path.is_file():
        raise PipelineError(
            f"{path.parent.parent.name}/{path.parent.name}/{path.name} has not been made yet; "
            "run the notebooks in their order, or `make reports`."
        )
    return pd.read_parquet(path)


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
