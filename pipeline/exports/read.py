"""The one door to an export file, whichever platform made it."""

from __future__ import annotations

from pathlib import Path

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import FirstRows, read_first_rows
from pipeline.exports.grid import quoted
from pipeline.exports.reader import Export
from pipeline.exports.registry import all_readers, platforms_of, reader_for
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, nearest, normal_form
from pipeline.reference.waves import Source


def read_export(folder: Path, source: Source, *, shown: str) -> RawAnswers:
    """Return the submissions of one export file by its declared platform; `shown` is how messages name `folder`.

    Raises ExportError for a file that is missing, that another platform made, or that cannot be read without guessing.
    """
    name = f"{shown}/{source.file}"
    reader = reader_for(source.platform, name)
    content = _read_bytes(folder / source.file, name, f"a {reader.name} export")
    key_name = f"{shown}/{source.key}" if source.key else ""
    key = _read_bytes(folder / source.key, key_name, f"the key of {name}") if source.key else None
    if not content or content.isspace():
        raise ExportError(f"{name} is empty; expected a line of headers and one row a submission.")
    first_rows = read_first_rows(content, shown=name)
    _check_platform(first_rows, source.platform, name)
    raw = reader.read(Export(content, source, name, key, key_name))
    _check_declared(raw, source, first_rows)
    return raw


def _check_platform(first_rows: FirstRows, platform: str, shown: str) -> None:
    """Raise ExportError where another platform's reader knows the file and the declared one does not."""
    found = platforms_of(first_rows)
    if found and platform not in found and platform != "plain":
        names = listed(all_readers()[one].name for one in found)
        raise ExportError(
            f"{shown} is declared as {all_readers()[platform].name} but looks like an export of {names}; "
            f"declare `platform: {found[0]}` in evaluation.yml, or put the right file there."
        )


def _check_declared(raw: RawAnswers, source: Source, first_rows: FirstRows) -> None:
    """Raise ExportError for a name under `ignore` or `columns` that no header of the file has."""
    # A platform's options may have become one question: then the file's own header names each of them.
    first = [cell for row in first_rows.rows[:1] for cell in row]
    headers = list(dict.fromkeys(header.strip() for header in (*raw.headers, *first)))
    forms = {normal_form(header) for header in headers}
    unknown = {name: "ignore" for name in source.ignore if normal_form(name) not in forms}
    unknown |= {name: "columns" for name in source.columns if name not in headers}
    if unknown:
        name, where = next(iter(unknown.items()))
        near = nearest(name, headers)
        hint = f"; the nearest header is {quoted(near, 160)}" if near else ""
        raise ExportError(
            f"{raw.file} has no column {quoted(name, 160)}, which evaluation.yml names under `{where}`{hint}; "
            "correct the name there, or remove it."
        )


def _read_bytes(path: Path, shown: str, expected: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ExportError(f"{shown} is missing; evaluation.yml names it as {expected}.") from None
    except OSError as error:
        raise ExportError(f"{shown} cannot be opened ({error.strerror}); expected {expected}.") from None
