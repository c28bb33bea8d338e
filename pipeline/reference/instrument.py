"""The instrument: scales with ordered labels, items with their wording in each wave, and the other questions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pipeline.reference.base import PlainText, Settings, Slug
from pipeline.reference.labels import did_you_mean, listed, normal_form

DEFAULT = "default"


def _as_default(value: object) -> object:
    return {DEFAULT: value} if isinstance(value, str) else value


ByWave = Annotated[dict[str, PlainText], BeforeValidator(_as_default), Field(min_length=1)]


def _as_text(value: object) -> object:
    # YAML reads an unquoted 1 as a number, which is a label all the same.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Label = Annotated[PlainText, BeforeValidator(_as_text)]


class Scale(Settings):
    """An ordered set of response options, lowest first, with those that count as favourable."""

    levels: tuple[Label, ...] = Field(min_length=2, max_length=11)
    favourable: tuple[Label, ...] = Field(min_length=1)
    favourable_phrase: PlainText
    off_scale: tuple[Label, ...] = ()
    synonyms: dict[Label, Label] = Field(default_factory=dict)

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

    @property
    def best_is_favourable(self) -> bool:
        """Whether the favourable levels are the highest ones."""
        return min(self.favourable_levels) == len(self.levels) - len(self.favourable_levels) + 1

    def turned_round(self) -> Scale:
        """Return the scale with its levels from the last to the first: level K + 1 - position, labels as they are."""
        return self.model_copy(update={"levels": self.levels[::-1]})

    def labels_by_form(self) -> dict[str, str]:
        """Return every label that an export may hold, by its normal form, to the label it stands for."""
        labels = {label: label for label in (*self.levels, *self.off_scale)} | self.synonyms
        return {normal_form(written): meant for written, meant in labels.items()}


class Question(Settings):
    """A question of the form, asked in a wording that may differ by wave.

    `column` is how the export calls it, where that is not its wording: a short name or code.
    """

    wording: ByWave
    column: ByWave | None = None

    def wording_in(self, wave_id: str) -> str:
        return _in_wave(self.wording, wave_id)

    def column_in(self, wave_id: str) -> str:
        """Return what the question's column is called in the export of a wave."""
        return _in_wave(self.column or self.wording, wave_id)


class AreaQuestion(Question):
    """The question where people work; `not_areas` are answers that name no area and are passed over."""

    not_areas: tuple[PlainText, ...] = ()


class Item(Question):
    """A question answered on a scale, which may differ by wave: one measure of the evaluation.

    `reversed`: its lowest answer is the best, so its levels are turned round. `before`: the item that asks, in the same
    form, how it was before (a retrospective pre-test). `same_question_because`: why waves may be compared although
    wording or labels differ; without it they are not.
    """

    id: Slug
    measure: PlainText
    short_name: PlainText
    scale: ByWave
    kirkpatrick: Literal[1, 2, 3, 4] | None = None
    lead: bool = False
    reversed: bool = False
    before: str | None = None
    same_question_because: PlainText | None = None

    def scale_in(self, wave_id: str | None = None) -> str:
        """Return the id of the scale on which the item is answered in a wave, or in a wave that has none of its own."""
        return _in_wave(self.scale, wave_id or DEFAULT)


class Comment(Question):
    """A question answered in free text, which stays private."""

    id: Slug
    short_name: PlainText


class Questions(Settings):
    """The questions that say who answers; the parts of the self-made code link waves and are never kept.

    A survey that asks for no area has one page, that of the whole area.
    """

    area: AreaQuestion | None = None
    sector: Question | None = None
    role: Question | None = None
    code: tuple[Question, ...] = ()


def _in_wave(by_wave: dict[str, str], wave_id: str) -> str:
    return by_wave.get(wave_id) or by_wave.get(DEFAULT) or next(iter(by_wave.values()))


def check_distinct(labels: tuple[str, ...]) -> None:
    """Raise ValueError when two labels differ only by case, spacing, dashes or quotation marks."""
    seen: dict[str, str] = {}
    for label in labels:
        form = normal_form(label)
        if form in seen:
            raise ValueError(f"{listed([seen[form], label])} cannot be told apart; keep one")
        seen[form] = label
