"""All registers of the improvement work as typed frames, or every mistake in them told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.data.registers.cells import CellReader
from pipeline.data.registers.checks import add_levels, check_registers
from pipeline.data.registers.reading import ReadRegister, build_frame, read_register
from pipeline.data.registers.schemas import SCHEMAS
from pipeline.ground.errors import RegistersError
from pipeline.reference.evaluation import Evaluation

# So many mistakes of one register are told; the rest are counted.
MOST_TOLD = 20


@dataclass(frozen=True)
class Registers:
    """Every register, one row an entry, without rows where there is none; `present` names those that have a file.

    Columns are those of `schemas`, with ids in small letters, days as datetime64, `areas` as tuples of ids (the whole
    area's for people who work in all), and in `feedback` also `level`: the rating's place on its scale, from 1, missing
    off it. `notes` say what is unusual and no mistake. Private: people stand here by their codes.
    """

    events: pd.DataFrame
    attendance: pd.DataFrame
    pledges: pd.DataFrame
    feedback: pd.DataFrame
    drivers: pd.DataFrame
    change_ideas: pd.DataFrame
    pdsa: pd.DataFrame
    plan: pd.DataFrame
    governance: pd.DataFrame
    themes: pd.DataFrame
    coding: pd.DataFrame
    series: pd.DataFrame
    present: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def attendance_areas(self) -> pd.DataFrame:
        """The areas of everybody who stands in the register of attendance, a row each: event, person, area."""
        return _by_area(self.attendance, ["event", "person"])

    @property
    def pledge_areas(self) -> pd.DataFrame:
        """The areas of each pledge, a row each: pledge, area."""
        return _by_area(self.pledges, ["pledge"])


@dataclass(frozen=True)
class Verdict:
    """What was read of every register that has a file, each with its mistakes, and what is unusual."""

    read: Mapping[str, ReadRegister]
    notes: tuple[str, ...] = ()

    def mistakes_of(self, name: str) -> list[str]:
        """Return the sentences on a register's mistakes in the order of its lines, no more than can be read."""
        sentences = list(dict.fromkeys(sentence for _, sentence in sorted(self.read[name].mistakes)))
        more = len(sentences) - MOST_TOLD
        rest = [f"{self.read[name].shown}: {more:,} more mistakes are not listed here."] if more > 0 else []
        return [*sentences[:MOST_TOLD], *rest]


def judge_registers(contents: Mapping[str, bytes], evaluation: Evaluation, *, shown: Mapping[str, str]) -> Verdict:
    """Return what stands in the registers' files, by the register's name, and all that is wrong with it.

    `shown` is how a message names each file.
    """
    cells, files = CellReader(evaluation), evaluation.registers.named()
    read = {
        name: read_register(content, SCHEMAS[name], files[name], cells, shown=shown[name])
        for name, content in contents.items()
    }
    return Verdict(read, tuple(check_registers(read, evaluation)))


def read_registers(contents: Mapping[str, bytes], evaluation: Evaluation, *, shown: Mapping[str, str]) -> Registers:
    """Return the registers as frames; raises RegistersError, one line a mistake, when any row cannot be used."""
    verdict = judge_registers(contents, evaluation, shown=shown)
    mistakes = [sentence for name in verdict.read for sentence in verdict.mistakes_of(name)]
    if mistakes:
        raise RegistersError("\n".join(mistakes))
    frames = {name: _frame(verdict.read.get(name), name) for name in SCHEMAS}
    frames["feedback"] = add_levels(frames["feedback"], evaluation)
    return Registers(**frames, present=frozenset(contents), notes=verdict.notes)


def _frame(read: ReadRegister | None, name: str) -> pd.DataFrame:
    if read is None or read.rows is None:
        return build_frame(SCHEMAS[name], {column: [] for column in SCHEMAS[name].names})
    return read.rows.reset_index(drop=True)


def _by_area(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    long = rows[[*names, "areas"]].explode("areas", ignore_index=True).rename(columns={"areas": "area"})
    return long.astype({"area": "str"}).dropna(subset=["area"], ignore_index=True)
