"""The instrument: scales with ordered labels, items with their wording in each wave, and the other questions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pipeline.reference.base import PlainText, Settings, Slug
from pipeline.reference.labels import did_you_mean, listed, normal_form

DEFAULT = "default"


def _as_default(value: object) -> object:
    return {DEFAULT: value} if isinstance(value, str) else value


Wording = Annotated[dict[str, PlainText], BeforeValidator(_as_default), Field(min_length=1)]


class Scale(Settings):
    """An ordered set of response options, lowest first, with those that count as favourable."""

    levels: tuple[PlainText, ...] = Field(min_length=2, max_length=11)
    favourable: tuple[PlainText, ...] = Field(min_length=1)
    favourable_phrase: PlainText
    off_scale: tuple[PlainText, ...] = ()
    synonyms: dict[PlainText, PlainText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _labels_agree(self) -> Scale:
        known = (*self.levels, *self.off_scale)
        for label in (*self.favourable, *self.synonyms.values()):
            if label not in known:
                raise ValueError(f"'{label}' is not a label of this scale{did_you_mean(label, known)}")
        check_distinct((*known, *self.synonyms))
        if set(self.favourable) & set(self.off_scale) or len(set(self.favourable)) == len(self.levels):
            raise ValueError("favourable must name some, not all, of the levels")
        return self

    @property
    def favourable_levels(self) -> frozenset[int]:
        """The positions, from 1, of the favourable levels."""
        return frozenset(self.levels.index(label) + 1 for label in self.favourable)

    def labels_by_form(self) -> dict[str, str]:
        """Return every label that an export may hold, by its normal form, to the label it stands for."""
        labels = {label: label for label in (*self.levels, *self.off_scale)} | self.synonyms
        return {normal_form(written): meant for written, meant in labels.items()}


class Question(Settings):
    """A question of the form, asked in a wording that may differ by wave."""

    wording: Wording

    def wording_in(self, wave_id: str) -> str:
        return self.wording.get(wave_id) or self.wording.get(DEFAULT) or next(iter(self.wording.values()))


class Item(Question):
    """A question answered on a scale: one measure of the evaluation."""

    id: Slug
    measure: PlainText
    short_name: PlainText
    scale: str
    kirkpatrick: Literal[1, 2, 3, 4] | None = None
    lead: bool = False


class Comment(Question):
    """A question answered in free text, which stays private."""

    id: Slug
    short_name: PlainText


class Questions(Settings):
    """The questions that say who answers; the parts of the self-made code link waves and are never kept."""

    area: Question
    sector: Question
    role: Question | None = None
    code: tuple[Question, ...] = ()


def check_distinct(labels: tuple[str, ...]) -> None:
    """Raise ValueError when two labels differ only by case, spacing, dashes or quotation marks."""
    seen: dict[str, str] = {}
    for label in labels:
        form = normal_form(label)
        if form in seen:
            raise ValueError(f"{listed([seen[form], label])} cannot be told apart; keep one")
        seen[form] = label
