"""The kinds of CSV file that may stand beside a page: their columns, what each figure is, and the order of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.disclosure import facts
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.values import Kind

# Of which waves a figure is: its row's, the earlier or later of the two compared, both compared, or none.
Of = Literal["row", "earlier", "later", "pair", "nothing"]


@dataclass(frozen=True)
class Figure:
    """A column of figures: the kind of number, the statistic it is, and of which waves; `part` where it has several."""

    kind: Kind
    statistic: str
    of: Of = "pair"
    part: str = ""


@dataclass(frozen=True)
class Sheet:
    """A kind of file: its columns in order, which of them say of what (`keys`, in the order that rows are sorted by).

    `figures` are its columns of figures, `fixed` those that are the same in every row; `twice`: pooled figures come
    first, and below them those of the areas alone.
    """

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    figures: dict[str, Figure]
    unit: str
    twice: bool = False
    of_whole_alone: bool = False


_PAIR = ("baseline_wave", "comparison_wave")
_INTERVAL = ("estimate", "conf_low", "conf_high")
_BASES = ("base_n_baseline", "base_n_comparison")
_END = ("unit", "data", "release")


def _bases(statistic: str = facts.ANSWERING) -> dict[str, Figure]:
    return {
        "base_n_baseline": Figure(values.COUNT, statistic, "earlier"),
        "base_n_comparison": Figure(values.COUNT, statistic, "later"),
    }


def _interval(kind: Kind, statistic: str, of: Of = "pair") -> dict[str, Figure]:
    return {name: Figure(kind, statistic, of, name) for name in _INTERVAL}


def _parts(names: str, kind: Kind, statistic: str, of: Of = "pair") -> dict[str, Figure]:
    return {name: Figure(kind, statistic, of, name) for name in names.split()}


def _changes_of(kind: Kind, statistic: str, of: Of) -> dict[str, Figure]:
    """Return an interval that is of a change in a statistic, not of the statistic itself."""
    parts = ("change", "change_low", "change_high")
    return {name: Figure(kind, statistic, of, part) for name, part in zip(_INTERVAL, parts, strict=True)}


_BASE = {"base_n": Figure(values.COUNT, facts.ANSWERING, "row")}
_CHANGE_COLUMNS = ("item", "area", *_PAIR, *_INTERVAL, "conf_level", *_BASES, "method")
_CHANGE_KEYS = ("item", "area", *_PAIR)

SHEETS = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "shares",
            ("item", "area", "wave", "base_n", *_INTERVAL, "conf_level", "method", *_END),
            ("item", "area", "wave"),
            {**_BASE, **_interval(values.PERCENT, facts.FAVOURABLE_SHARE, "row")},
            "per cent",
        ),
        Sheet(
            "respondents",
            ("sector", "area", "wave", "base_n", *_END),
            ("sector", "area", "wave"),
            {"base_n": Figure(values.COUNT, facts.PEOPLE_BY_SECTOR, "row")},
            "people",
        ),
        Sheet(
            "changes",
            (*_CHANGE_COLUMNS, *_END),
            _CHANGE_KEYS,
            {**_interval(values.POINTS, facts.CHANGE), **_bases()},
            "percentage points",
            twice=True,
        ),
        Sheet(
            "standardised-shares",
            ("item", "area", "wave", *_INTERVAL, "conf_level", "method", "base_n", *_END),
            ("item", "area", "wave"),
            {**_interval(values.PERCENT, facts.STANDARDISED_SHARE, "row"), **_BASE},
            "per cent",
        ),
        Sheet(
            "superiority",
            (*_CHANGE_COLUMNS, *_END),
            _CHANGE_KEYS,
            {**_interval(values.PAIRS_OF_100, facts.SUPERIORITY), **_bases()},
            "pairs of a hundred",
        ),
        Sheet(
            "odds-ratios",
            (*_CHANGE_COLUMNS, *_END),
            _CHANGE_KEYS,
            {**_interval(values.RATIO, facts.ODDS_RATIO), **_bases()},
            "odds ratio",
            twice=True,
        ),
        Sheet(
            "detectable",
            ("item", "area", *_PAIR, "conf_level", "detectable", "power", *_BASES, *_END),
            _CHANGE_KEYS,
            {"detectable": Figure(values.WHOLE_POINTS, facts.DETECTABLE), **_bases()},
            "percentage points",
        ),
        Sheet(
            "waves",
            (*_CHANGE_COLUMNS, "kind", "years", *_END),
            ("kind", *_PAIR, "item", "area"),
            {**_interval(values.POINTS, facts.WAVE_CHANGE), **_bases()},
            "percentage points",
        ),
        Sheet(
            "looking-back",
            ("item", "before_item", "area", "wave", "base_n", "share_before", "share_now", *_INTERVAL, "conf_level",
             "mean_before", "mean_now", "mean_change", "t", "df", "method", *_END),
            ("item", "area", "wave"),
            {
                "base_n": Figure(values.COUNT, facts.PAIRS, "row"),
                "share_before": Figure(values.PERCENT, facts.SHARE_OF_PAIRS, "row", "before"),
                "share_now": Figure(values.PERCENT, facts.SHARE_OF_PAIRS, "row", "now"),
                **_changes_of(values.POINTS, facts.SHARE_OF_PAIRS, "row"),
                **_parts("mean_before mean_now mean_change t", values.MAYBE_TENTHS, facts.SHARE_OF_PAIRS, "row"),
                "df": Figure(values.MAYBE_COUNT, facts.SHARE_OF_PAIRS, "row", "df"),
            },
            "per cent and percentage points; means on the scale",
        ),
        Sheet(
            "distribution",
            ("item", "wave", "level", "base_n", "estimate", "response", *_END),
            ("item", "wave", "level"),
            {**_BASE, "estimate": Figure(values.PERCENT, facts.LEVEL_SHARE, "row")},
            "per cent",
            of_whole_alone=True,
        ),
        Sheet(
            "pooling",
            ("item", *_PAIR, *_INTERVAL, "between_sd", "between_sd_low", "between_sd_high", "own_weight", "conf_level",
             *_BASES, *_END),
            ("item", *_PAIR),
            {
                **_interval(values.RATIO, facts.POOLING),
                **_parts("between_sd between_sd_low between_sd_high", values.TENTHS, facts.POOLING),
                **_parts("own_weight", values.PERCENT, facts.POOLING),
                **_bases(),
            },
            "odds ratio; standard deviation of log-odds; own weight in per cent",
            of_whole_alone=True,
        ),
        Sheet(
            "means",
            ("item", *_PAIR, "mean_baseline", "mean_comparison", *_INTERVAL, "conf_level", *_BASES, "method", *_END),
            ("item", *_PAIR),
            {
                "mean_baseline": Figure(values.TENTHS, facts.MEAN, "earlier"),
                "mean_comparison": Figure(values.TENTHS, facts.MEAN, "later"),
                **_changes_of(values.TENTHS, facts.MEAN, "pair"),
                **_bases(),
            },
            "levels of the scale",
            of_whole_alone=True,
        ),
        Sheet(
            "p-values",
            ("item", *_PAIR, "p_value", "p_holm", "p_false_discovery", *_BASES, *_END),
            ("item", *_PAIR),
            {**_parts("p_value p_holm p_false_discovery", values.P_VALUE, facts.P_VALUE), **_bases()},
            "probability",
            of_whole_alone=True,
        ),
        Sheet(
            "sensitivity",
            ("item", *_PAIR, "analysis", *_INTERVAL, "conf_level", *_BASES, *_END),
            ("item", *_PAIR, "analysis"),
            {**_interval(values.POINTS, facts.SENSITIVITY), **_bases(facts.SENSITIVITY_BASE)},
            "percentage points",
            of_whole_alone=True,
        ),
        Sheet(
            "reliability",
            ("wave", "items_n", "base_n", *_INTERVAL, "conf_level", *_END),
            ("wave",),
            {
                "base_n": Figure(values.COUNT, facts.RELIABILITY, "row", "base_n"),
                **_interval(values.HUNDREDTHS, facts.RELIABILITY, "row"),
            },
            "Cronbach's alpha",
            of_whole_alone=True,
        ),
        Sheet(
            "blanks",
            ("item", "wave", "answer_kind", "base_n", *_END),
            ("item", "wave", "answer_kind"),
            {"base_n": Figure(values.COUNT, facts.ANSWERING, "row")},
            "people",
            of_whole_alone=True,
        ),
    )
}  # fmt: skip
BETWEEN, ALONG = "between two waves", "along a line through all waves"
# Blank answers and those off the scale are other statistics than people answering.
ANSWER_KINDS = {"on the scale": facts.ANSWERING, "off the scale": facts.OFF_SCALE, "blank": facts.BLANK}
# What is counted, without a model: in bins, and by no method, under a policy of bins.
COUNTED, UNIT_OF_BINS = ("shares", "respondents", "distribution", "blanks"), "people in bins of six"
# Areas are counted in each of two statistics where a pooled change is shown beside the area's own.
ALONE = {facts.CHANGE: facts.CHANGE_ALONE}
POOLED_ANALYSIS, ALONE_ANALYSIS = "pooled", "alone"
EVERYONE, NOT_STATED = "everyone", "not-stated"
POWER = "0.8"
