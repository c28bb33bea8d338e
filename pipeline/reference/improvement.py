"""What evaluation.yml says of the improvement work around the survey: registers, measures, groupings and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipeline.reference.base import PlacedError, PlainText, Settings, Slug
from pipeline.reference.instrument import Item, Scale
from pipeline.reference.labels import did_you_mean, listed
from pipeline.reference.places import Category
from pipeline.reference.waves import SYNTHETIC_PREFIX, DataFile, Wave

KirkpatrickLevel = Literal[1, 2, 3, 4]
# Where better lies on a measure or series; `neither` where only the unusual is looked for.
Direction = Literal["higher", "lower", "neither"]
REGISTER_SUFFIXES = (".csv", ".xlsx")


class RegisterFile(Settings):
    """One register's file below data/raw/registers, and what must be known to read it without guessing.

    `dates`: how its text dates are written (strptime codes), where not as 2023-11-20.
    """

    file: DataFile
    dates: str | None = None
    encoding: str = "utf-8"
    delimiter: Literal[",", ";", "tab"] = ","

    @field_validator("file")
    @classmethod
    def _is_a_table(cls, file: str) -> str:
        if PurePosixPath(file).suffix.lower() not in REGISTER_SUFFIXES:
            raise ValueError(f"'{file}' is no register; expected a file that ends in {listed(REGISTER_SUFFIXES)}")
        return file

    @property
    def is_synthetic(self) -> bool:
        return PurePosixPath(self.file).name.startswith(SYNTHETIC_PREFIX)


def _as_file(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


_File = Annotated[RegisterFile, BeforeValidator(_as_file)]


class RegisterFiles(Settings):
    """The files of the registers, each a name, or settings with `file`; all optional."""

    events: _File | None = None
    attendance: _File | None = None
    pledges: _File | None = None
    feedback: _File | None = None
    drivers: _File | None = None
    change_ideas: _File | None = None
    pdsa: _File | None = None
    plan: _File | None = None
    governance: _File | None = None
    themes: _File | None = None
    coding: _File | None = None
    series: _File | None = None

    def named(self) -> dict[str, RegisterFile]:
        """Return the file of each register that has one."""
        return {name: file for name in type(self).model_fields if (file := getattr(self, name)) is not None}


REGISTERS = tuple(RegisterFiles.model_fields)


class MeasureSource(Settings):
    """What a measure is taken from: an item of the survey, a register, or a series."""

    item: str | None = None
    register_: str | None = Field(default=None, alias="register")
    series: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> MeasureSource:
        if sum(one is not None for one in (self.item, self.register_, self.series)) != 1:
            raise ValueError("expected exactly one of 'item', 'register' and 'series', such as {item: knowledge}")
        return self


class Measure(Settings):
    """A measure of the improvement: outcome, process or balancing (Langley et al., The Improvement Guide).

    `target` is in `unit`. A measure without a source has no evidence yet. Of an item it takes the item's level.
    """

    id: Slug
    name: PlainText
    kind: Literal["outcome", "process", "balancing"]
    definition: PlainText
    direction: Direction
    unit: PlainText
    target: float | None = None
    source: MeasureSource | None = None
    kirkpatrick: KirkpatrickLevel | None = None


class Grouping(Category):
    """A needs-based grouping: about need, not severity, so it goes by its name and never by a number."""

    meaning: PlainText

    @model_validator(mode="after")
    def _has_no_number(self) -> Grouping:
        for label in (self.id, self.name, *self.synonyms):
            if any(one.isdigit() for one in label):
                raise ValueError(f"'{label}' numbers a grouping; groupings are not levels, so give its name alone")
        return self


class FeedbackElement(Category):
    """A part of the events that people may find useful, and the scale on which they rate it."""

    scale: str
    kirkpatrick: KirkpatrickLevel | None = None


class Organisation(Category):
    """A team, place or organisation; a plain text is its name, and its id is made of that."""


def _as_organisation(value: object) -> object:
    if not isinstance(value, str):
        return value
    return {"id": re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:40].strip("-"), "name": value}


class Series(Settings):
    """A count that is taken often, such as the visits to a website each month."""

    id: Slug
    name: PlainText
    unit: PlainText
    direction: Direction


class Improvement(Settings):
    """The part of evaluation.yml about the improvement work; all of it may be left out."""

    registers: RegisterFiles = RegisterFiles()
    measures: tuple[Measure, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    feedback_elements: tuple[FeedbackElement, ...] = ()
    # Those that a quote should not name, and those that people in the registers belong to.
    organisations: tuple[Annotated[Organisation, BeforeValidator(_as_organisation)], ...] = ()
    series: tuple[Series, ...] = ()
    # Words that a page explains; the groupings' meanings join them in `glossary`.
    terms: dict[PlainText, PlainText] = Field(default_factory=dict)

    @property
    def glossary(self) -> dict[str, str]:
        """Every term with its meaning: `terms`, then the groupings."""
        return {**self.terms, **{grouping.name: grouping.meaning for grouping in self.groupings}}


def kirkpatrick_of(measure: Measure, items: Iterable[Item]) -> int | None:
    """Return a measure's level of evidence: its own, or that of the item it is taken from."""
    asked = measure.source.item if measure.source else None
    return measure.kirkpatrick or next((item.kirkpatrick for item in items if item.id == asked), None)


def check_improvement(
    improvement: Improvement, items: Sequence[Item], scales: Mapping[str, Scale], waves: Sequence[Wave]
) -> None:
    """Raise PlacedError where a part names what is not there, or where synthetic and real data would mix."""
    for what in ("measures", "groupings", "feedback_elements", "organisations", "series"):
        ids = [one.id for one in getattr(improvement, what)]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise PlacedError(f"the id {listed(twice)} is given twice; each needs its own", what)
    for number, element in enumerate(improvement.feedback_elements):
        if element.scale not in scales:
            message = f"'{element.scale}' is not a scale of this file{did_you_mean(element.scale, scales)}"
            raise PlacedError(message, "feedback_elements", number, "scale")
    for number, measure in enumerate(improvement.measures):
        _check_measure(improvement, measure, number, items)
    for grouping in improvement.groupings:
        if grouping.name in improvement.terms:
            raise PlacedError(f"'{grouping.name}' is explained under `groupings` too; keep one", "terms", grouping.name)
    _check_kinds_of_data(improvement.registers, waves)


def _check_measure(improvement: Improvement, measure: Measure, number: int, items: Sequence[Item]) -> None:
    if measure.source is None:
        return
    known = {
        "item": {item.id: item.kirkpatrick for item in items},
        "register": dict.fromkeys(REGISTERS),
        "series": dict.fromkeys(series.id for series in improvement.series),
    }
    for kind, name in measure.source.model_dump(by_alias=True, exclude_none=True).items():
        if name not in known[kind]:
            message = f"'{name}' is no {kind} of this file{did_you_mean(name, known[kind])}"
            raise PlacedError(message, "measures", number, "source", kind)
        level = known[kind][name]
        if level and measure.kirkpatrick not in (None, level):
            message = f"the level of '{name}' is {level} under `items`; give it there alone"
            raise PlacedError(message, "measures", number, "kirkpatrick")


def _check_kinds_of_data(registers: RegisterFiles, waves: Sequence[Wave]) -> None:
    kinds = {wave.data for wave in waves}
    for name, file in registers.named().items():
        kind = "synthetic" if file.is_synthetic else "real"
        # Where waves are of both kinds, as while the first real one is added, no report is made of them.
        if kind not in kinds:
            other = "real" if kind == "synthetic" else "synthetic"
            message = (
                f"'{file.file}' holds {kind} data by its name, and this file has {other} waves; the two never mix, so "
                f"the names of registers begin with '{SYNTHETIC_PREFIX}' where all waves are synthetic, and else do not"
            )
            raise PlacedError(message, "registers", name)
