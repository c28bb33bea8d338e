"""Areas, the whole area they make up, and the sectors and roles of the people who answer."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from pipeline.reference.base import PlainText, Settings, Slug
from pipeline.reference.labels import normal_form

_GSS_CODE = re.compile(r"[A-Z]\d{8}")


class Category(Settings):
    """An answer with a name for the page and the other ways in which exports write it."""

    id: Slug
    name: PlainText
    synonyms: tuple[PlainText, ...] = ()

    def written_forms(self) -> set[str]:
        return {normal_form(label) for label in (self.name, *self.synonyms)}


class Area(Category):
    """A borough or other area that gets a page of its own; `code` is its GSS code, if it has one."""

    code: str | None = None

    @field_validator("code")
    @classmethod
    def _is_gss(cls, code: str | None) -> str | None:
        if code is not None and not _GSS_CODE.fullmatch(code):
            raise ValueError(f"'{code}' is not a GSS code; expected a letter and eight digits, such as E09000007")
        return code


class WholeArea(Area):
    """All areas together; its synonyms are the answers of people who work across all of them."""

    short_name: PlainText


class Noun(Settings):
    """The word for an area."""

    singular: PlainText
    plural: PlainText


class Sector(Category):
    """Where a respondent works; a share of answers to aim at is optional. `health`: it is a sector of health care."""

    target_share: float | None = Field(default=None, ge=0, le=1)
    health: bool = False


def category_by_form(categories: tuple[Category, ...]) -> dict[str, str]:
    """Return the id of each category by every normal form in which it may be written."""
    return {form: category.id for category in categories for form in category.written_forms()}
