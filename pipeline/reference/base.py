"""The common ground of all settings: nothing unknown is accepted, nothing changes after loading."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from pipeline.ground.characters import unseen_characters

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# Names that Windows keeps for devices cannot be files there.
_RESERVED = {"con", "prn", "aux", "nul", "index", "privacy", "accessibility", "methods", "draft"}


class PlacedError(ValueError):
    """A mistake between two parts of the file, told at the place of the part to mend."""

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place


class Settings(BaseModel):
    """A part of evaluation.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _check_slug(value: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > 40:
        raise ValueError(
            f"'{value}' cannot be an id; expected lower-case letters, digits and single hyphens, "
            "at most 40, such as 'camden'"
        )
    if value in _RESERVED:
        raise ValueError(f"'{value}' cannot be an id; that file name is taken")
    return value


def check_plain(value: str) -> str:
    """Return a text that can be shown as it is, or raise ValueError."""
    if unseen := unseen_characters(value):
        raise ValueError(f"{ascii(value)} holds characters that nobody can see ({', '.join(unseen)}); type it anew")
    if any(character in value for character in "<>{}\\"):
        raise ValueError(f"{value!r} cannot be shown on a page; expected plain text without < > {{ }} or backslash")
    return value


def _one_line(value: object) -> object:
    # YAML folds a long sentence over several lines; on the page and in an export it is one.
    return " ".join(value.split()) if isinstance(value, str) else value


Slug = Annotated[str, AfterValidator(_check_slug)]
PlainText = Annotated[
    str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=600), AfterValidator(check_plain)
]
