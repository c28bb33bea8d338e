"""Moments written as text, read by the declared pattern and never by a guess."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from pipeline.exports.grid import quoted
from pipeline.ground.errors import ExportError

# Three letters or more, so that AM and PM stay.
_TIME_ZONE = re.compile(r" [A-Z]{3,5}([+-]\d{1,2}(:?\d{2})?)?$")


def read_date(text: str, pattern: str, where: str) -> dt.date:
    """Return the day of a moment written by `pattern` (strptime codes), its trailing time zone dropped.

    `where` begins the message of the ExportError raised when the text does not fit the pattern.
    """
    # Some languages of Google Forms put a narrow no-break space before PM; NFKC makes it plain.
    plain = _TIME_ZONE.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))
    try:
        return dt.datetime.strptime(plain, pattern).date()
    except ValueError:
        raise ExportError(
            f"{where} holds {quoted(text)}, which is not written as '{pattern}'; "
            "correct `dates` for this source in evaluation.yml."
        ) from None
