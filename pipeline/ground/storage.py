"""Files that appear whole or not at all, and tables that come back as they were written."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ground.errors import PipelineError

if TYPE_CHECKING:
    import pandas as pd

# pandas and pyarrow take most of a second to import, which a run with nothing to do need not pay.
# Parquet loses the categories of a column without any cell, and of what type they were where there are none.
_CATEGORIES, _MOST_KEPT = b"categories", 1000
# What is being written is named by the process that writes it, so that another can tell what nobody will finish.
_UNFINISHED = ".writing-"


def write_bytes(path: Path, content: bytes, *, public: bool = False) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    The file can be read by its owner alone, as private answers should be, unless it is `public`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f"{_UNFINISHED}{os.getpid()}-", dir=path.parent)
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


def remove_unfinished(folder: Path) -> None:
    """Remove what a process of this machine that has died since was writing in a folder or below it."""
    for path in folder.rglob(f"{_UNFINISHED}*-*"):
        writer = path.name.removeprefix(_UNFINISHED).partition("-")[0]
        if writer.isdecimal() and not is_alive(int(writer)):
            path.unlink(missing_ok=True)


def is_alive(process: int) -> bool:
    """Return whether a process of this machine lives; one that is only waited for is dead."""
    # Needed only where a run was killed while it wrote.
    import psutil

    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet, atomically; the index is not kept."""
    import pyarrow
    import pyarrow.parquet

    columns = pyarrow.Table.from_pandas(table, preserve_index=False)
    kept = {
        name: list(cells.cat.categories)
        for name, cells in table.select_dtypes("category").items()
        if table.empty or len(cells.cat.categories) <= _MOST_KEPT
    }
    written = io.BytesIO()
    metadata = {**(columns.schema.metadata or {}), _CATEGORIES: json.dumps(kept).encode()}
    pyarrow.parquet.write_table(columns.replace_schema_metadata(metadata), written)
    write_bytes(path, written.getvalue())


def read_table(path: Path) -> pd.DataFrame:
    """Return a table written by `write_table`; raises PipelineError when it has not been made yet."""
    if not path.is_file():
        raise PipelineError(
            f"{path.parent.parent.name}/{path.parent.name}/{path.name} has not been made yet; "
            "run the notebooks in their order, or `make reports`."
        )
    import pandas as pd
    import pyarrow.parquet

    columns = pyarrow.parquet.read_table(path)
    table = columns.to_pandas()
    for name, categories in json.loads((columns.schema.metadata or {}).get(_CATEGORIES, b"{}")).items():
        table[name] = table[name].cat.set_categories(pd.Index(categories, dtype="str"))
    return table


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_own_text(name: str) -> str:
    """Return a text that comes with the package, such as METHODS.md, or '' where it has none of that name."""
    path = Path(__file__).resolve().parent.parent / name
    return path.read_text("utf-8") if path.is_file() else ""
