"""The one door to an export file, whichever platform made it."""

from __future__ import annotations

from pathlib import Path

from pipeline.exports.contract import RawAnswers
from pipeline.exports.google_forms import read_google_forms
from pipeline.exports.microsoft_forms import read_microsoft_forms
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

_READERS = {"microsoft-forms": read_microsoft_forms, "google-forms": read_google_forms}


def read_export(path: Path, source: Source, *, shown: str) -> RawAnswers:
    """Return the submissions of one export file by its declared platform; `shown` names the file in messages.

    Raises ExportError for a file that is missing or cannot be read without guessing.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ExportError(
            f"{shown} is missing; evaluation.yml names it for a wave as a {source.platform} export."
        ) from None
    except OSError as error:
        raise ExportError(
            f"{shown} cannot be opened ({error.strerror}); expected a {source.platform} export."
        ) from None
    return _READERS[source.platform](content, source, shown=shown)
