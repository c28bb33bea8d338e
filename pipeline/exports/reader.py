"""What a reader is: how it knows a platform's file, and how it makes raw answers of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import FirstRows
from pipeline.reference.waves import Source


@dataclass(frozen=True)
class Export:
    """A file as a reader gets it; `key` is its key file or data dictionary, for platforms that export codes.

    `only_looking`: dates may stay unread, because how they are written is not declared yet.
    """

    content: bytes
    source: Source
    shown: str
    key: bytes | None = None
    key_shown: str = ""
    only_looking: bool = False


@dataclass(frozen=True)
class Reader:
    """A survey platform's reader.

    `platform` is its name in evaluation.yml, `name` its name for people; `recognises` tells from the first rows of a
    file whether the platform made it; `read` gives its submissions or raises ExportError.
    """

    platform: str
    name: str
    recognises: Callable[[FirstRows], bool]
    read: Callable[[Export], RawAnswers]
