"""The facts that a row of a CSV file tells: each figure with its keys and its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.disclosure import facts
from pipeline.disclosure.facts import Fact, keys_of
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.sheets import (
    ALONE,
    ALONE_ANALYSIS,
    ALONG,
    ANSWER_KINDS,
    EVERYONE,
    POOLED_ANALYSIS,
    Figure,
    Sheet,
)

Row = Mapping[str, str]


def is_binned(sheet: Sheet, row: Row) -> bool:
    """Return whether a bin of people stands in place of a share, and nothing in place of its interval."""
    if sheet.name not in ("shares", "distribution") or not values.bin_bounds(row["estimate"]):
        return False
    if sheet.name == "distribution":
        return row["base_n"] == values.HIDDEN
    is_alone = row["conf_low"] == row["conf_high"] == values.HIDDEN
    return is_alone and values.bin_bounds(row["base_n"]) is not None


def facts_of_row(
    folder: Folder, sheet: Sheet, keys: dict[str, str], row: Row, where: str, *, is_pooled: bool, is_alone: bool
) -> Iterator[Fact]:
    """Give every figure of a row; `is_pooled` and `is_alone` tell the two rows of one change apart."""
    about = {"area": folder.whole, **keys}
    if is_binned(sheet, row):
        yield from _bins(sheet, about, row, where)
        return
    before = folder.evaluation.item(keys["item"]).before if "before_item" in row else None
    for column, figure in sheet.figures.items():
        bounds = figure.kind.read(row[column]) if row[column] else None
        # What stands for a share near an end says nothing of how far its interval reaches.
        if bounds is None or (column in ("conf_low", "conf_high") and row[column] in values.ENDS):
            continue
        # A change is hidden by the base of either wave: whether one wave's base is, the file of shares says alone.
        if bounds.status and figure.statistic == facts.ANSWERING and sheet.name != "shares":
            continue
        more = {"before_item": before} if before else {}
        more |= {"part": figure.part} if figure.part else {}
        place = f"{where}, column {column}"
        for statistic, own in _statistics(figure, keys, is_pooled=is_pooled, is_alone=is_alone):
            known = _of_waves(figure, about, folder.pair) | own | more
            yield Fact(statistic, keys_of(**known), bounds.low, bounds.high, bounds.status, place)


def _bins(sheet: Sheet, about: dict[str, str], row: Row, where: str) -> Iterator[Fact]:
    """Give what a bin tells: how many gave an answer, and of a share how many answered at all."""
    told = {"estimate": facts.LEVEL_PEOPLE}
    if sheet.name == "shares":
        told = {"estimate": facts.FAVOURABLE_PEOPLE, "base_n": facts.ANSWERING}
    for column, statistic in told.items():
        low, high = values.bin_bounds(row[column]) or values.UNKNOWN
        yield Fact(statistic, keys_of(**about), low, high, "", f"{where}, column {column}")


def _statistics(
    figure: Figure, keys: Mapping[str, str], *, is_pooled: bool, is_alone: bool
) -> list[tuple[str, dict[str, str]]]:
    """Return which statistics a figure is, with the keys that tell them apart: two where nothing was pooled."""
    statistic = figure.statistic
    if statistic == facts.ODDS_RATIO:
        both = [POOLED_ANALYSIS] if is_pooled else [ALONE_ANALYSIS] if is_alone else [POOLED_ANALYSIS, ALONE_ANALYSIS]
        return [(statistic, {"analysis": analysis}) for analysis in both]
    if statistic in ALONE:
        both = [statistic] if is_pooled else [ALONE[statistic]] if is_alone else [statistic, ALONE[statistic]]
        return [(one, {}) for one in both]
    if keys.get("kind") == ALONG and statistic == facts.WAVE_CHANGE:
        return [(facts.TREND, {})]
    if keys.get("sector") == EVERYONE:
        return [(facts.PEOPLE, {})]
    return [(ANSWER_KINDS.get(keys.get("answer_kind", ""), statistic), {})]


def _of_waves(figure: Figure, about: Mapping[str, str], pair: Mapping[str, str]) -> dict[str, str]:
    """Return a fact's keys: those of its row that say of what, with the waves that the figure is of."""
    compared = {name: about.get(name, pair[name]) for name in pair} if len(set(pair.values())) > 1 else {}
    left_out = {"kind", "answer_kind", *pair}
    left_out |= {"analysis"} if figure.statistic == facts.ANSWERING else set()
    left_out |= set() if figure.statistic == facts.LEVEL_SHARE else {"level"}
    kept = {name: one for name, one in about.items() if name not in left_out and one != EVERYONE}
    if figure.of in ("earlier", "later"):
        wave = compared["baseline_wave" if figure.of == "earlier" else "comparison_wave"]
        return kept | (compared if figure.statistic == facts.SENSITIVITY_BASE else {}) | {"wave": wave}
    is_of_both = figure.of == "pair" or figure.statistic == facts.STANDARDISED_SHARE
    return kept | (compared if is_of_both else {})
