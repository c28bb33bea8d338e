"""All readers: every module of `pipeline.exports.readers` holds one, and adding one touches no other file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pipeline.exports import readers
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.reader import Reader
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import did_you_mean, listed


@cache
def all_readers() -> dict[str, Reader]:
    """Return every reader by the name of its platform in evaluation.yml, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(readers.__path__))
    found = [importlib.import_module(f"{readers.__name__}.{name}").READER for name in names]
    return {reader.platform: reader for reader in sorted(found, key=lambda reader: reader.platform)}


def reader_for(platform: str, shown: str) -> Reader:
    """Return the reader of a platform; raises ExportError for a name that no reader has."""
    known = all_readers()
    if platform not in known:
        raise ExportError(
            f"evaluation.yml gives {shown} the platform '{platform}'{did_you_mean(platform, known) or '.'} "
            f"There are readers for {listed(known)}."
        )
    return known[platform]


def platforms_of(first_rows: FirstRows) -> list[str]:
    """Return the platforms whose reader recognises a file; more than one is for a person to decide."""
    return [platform for platform, reader in all_readers().items() if reader.recognises(first_rows)]
