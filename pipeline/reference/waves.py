"""Waves: rounds of fieldwork, each with its dates, its kind of data and its source files."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from pipeline.reference.base import PlainText, Settings, Slug, check_plain

SYNTHETIC_PREFIX = "SYNTHETIC-"


def _check_file(value: str) -> str:
    path = PurePosixPath(check_plain(value))
    if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value or not path.suffix:
        raise ValueError(f"'{value}' is not a file below data/raw; expected something like 'wave-1/answers.xlsx'")
    return value


DataFile = Annotated[str, AfterValidator(_check_file)]


class Source(Settings):
    """One export file of a wave, below data/raw, and what must be known to read it without guessing.

    `dates`: how its text dates are written (strptime codes); `key`: its key file or data dictionary, for exports of
    codes; `submitted`: the column with the moment of answering, where the platform has none of its own; `columns`: the
    name of a column in evaluation.yml by its name in the file; `ignore`: columns that are no questions, `other_columns:
    ignore` for all that evaluation.yml does not name; `missing`: cells that stand for no answer, with what they mean;
    `ticks`: questions of a LimeSurvey export with options to tick, which it writes as it does a grid of yes and no.
    """

    file: DataFile
    platform: Slug
    dates: str | None = None
    encoding: str = "utf-8"
    delimiter: Literal[",", ";", "tab"] = ","
    key: DataFile | None = None
    submitted: PlainText | None = None
    option_separator: str | None = None
    columns: dict[PlainText, PlainText] = Field(default_factory=dict)
    ignore: tuple[PlainText, ...] = ()
    other_columns: Literal["refuse", "ignore"] = "refuse"
    missing: dict[str, PlainText] = Field(default_factory=dict)
    ticks: tuple[PlainText, ...] = ()

    @model_validator(mode="after")
    def _ticks_need_declaring(self) -> Source:
        if self.ticks and self.platform != "limesurvey":
            raise ValueError("`ticks` is for LimeSurvey; what other platforms export as ticks is seen from the file")
        return self

    @property
    def is_synthetic(self) -> bool:
        return PurePosixPath(self.file).name.startswith(SYNTHETIC_PREFIX)


class Fieldwork(Settings):
    """The first and the last day on which answers count."""

    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Fieldwork:
        if self.end < self.start:
            raise ValueError(f"fieldwork ends ({self.end}) before it starts ({self.start})")
        return self


class Wave(Settings):
    """One round of fieldwork."""

    id: Slug
    label: PlainText
    data: Literal["synthetic", "real"]
    fieldwork: Fieldwork
    people_invited: int | None = Field(default=None, gt=0)
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _synthetic_is_marked(self) -> Wave:
        for source in self.sources:
            if source.is_synthetic != (self.data == "synthetic"):
                expected = (
                    f"start with '{SYNTHETIC_PREFIX}'"
                    if self.data == "synthetic"
                    else f"not start with '{SYNTHETIC_PREFIX}'"
                )
                raise ValueError(f"the wave's data are {self.data}, so the name of '{source.file}' must {expected}")
        return self
