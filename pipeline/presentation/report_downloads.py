"""The CSV files that stand beside a page: the tidy rows behind each of its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.disclosure import facts
from pipeline.disclosure.published import Published
from pipeline.presentation.clearance import UNCLEARED, Clearance
from pipeline.presentation.report_ground import ReportGround
from pipeline.presentation.tables import Download, tidy_rows, with_bins_apart
from pipeline.statistics.estimands.tables import POOLED
from pipeline.statistics.retrospective import MEAN_FIGURES

_INTERVAL = ["estimate", "conf_low", "conf_high"]
_BASES = ["base_n_baseline", "base_n_comparison"]
_CHANGE = [*_INTERVAL, *_BASES]
_BETWEEN = ["between_sd", "between_sd_low", "between_sd_high"]
_P_VALUES = ["p_value", "p_holm", "p_false_discovery"]
EVERYONE = "everyone"


@dataclass(frozen=True)
class _Content:
    """What a file holds: its published rows, the figure that a policy names, its columns, and their unit."""

    rows: Callable[[Published], pd.DataFrame]
    figure: str
    figures: list[str]
    unit: str


def _pooled_and_alone(pooled: pd.DataFrame, alone: pd.DataFrame) -> pd.DataFrame:
    # Where nothing was pooled both are one figure.
    return pd.concat([pooled, alone[pooled["method"].ne(alone["method"])]], ignore_index=True)


_CONTENTS = {
    "shares": _Content(
        lambda made: made.shares_by_item_area_wave, facts.FAVOURABLE_SHARE, [*_INTERVAL, "base_n"], "per cent"
    ),
    "respondents": _Content(lambda made: made.respondents_by_area_wave, facts.PEOPLE, ["base_n"], "people"),
    "changes": _Content(
        lambda made: _pooled_and_alone(made.changes_by_item_area, made.changes_alone_by_item_area),
        facts.CHANGE,
        _CHANGE,
        "percentage points",
    ),
    "standardised-shares": _Content(
        lambda made: made.standardised_shares_by_item_area_wave,
        facts.STANDARDISED_SHARE,
        [*_INTERVAL, "base_n"],
        "per cent",
    ),
    "superiority": _Content(
        lambda made: made.superiority_by_item_area, facts.SUPERIORITY, _CHANGE, "pairs of a hundred"
    ),
    "odds-ratios": _Content(
        lambda made: _pooled_and_alone(made.odds_ratios_pooled_by_item_area, made.odds_ratios_by_item_area),
        facts.ODDS_RATIO,
        _CHANGE,
        "odds ratio",
    ),
    "detectable": _Content(
        lambda made: made.detectable_changes_by_item_area,
        facts.DETECTABLE,
        ["detectable", *_BASES],
        "percentage points",
    ),
    "waves": _Content(
        lambda made: pd.concat(
            [
                made.wave_pair_changes_by_item_area.assign(kind="between two waves"),
                made.trends_by_item_area.assign(kind="along a line through all waves"),
            ],
            ignore_index=True,
        ),
        facts.WAVE_CHANGE,
        _CHANGE,
        "percentage points",
    ),
    "looking-back": _Content(
        lambda made: made.retrospective_by_item_area,
        facts.SHARE_OF_PAIRS,
        ["base_n", "share_before", "share_now", *_INTERVAL, *MEAN_FIGURES],
        "per cent and percentage points; means on the scale",
    ),
    "distribution": _Content(
        lambda made: made.distribution_by_item_wave, facts.LEVEL_SHARE, ["estimate", "base_n"], "per cent"
    ),
    "pooling": _Content(
        lambda made: made.pooling_by_item,
        facts.POOLING,
        [*_INTERVAL, *_BETWEEN, "own_weight", *_BASES],
        "odds ratio; standard deviation of log-odds; own weight in per cent",
    ),
    "means": _Content(
        lambda made: made.mean_changes_by_item,
        facts.MEAN,
        ["mean_baseline", "mean_comparison", *_CHANGE],
        "levels of the scale",
    ),
    "p-values": _Content(lambda made: made.p_values_by_item, facts.P_VALUE, [*_P_VALUES, *_BASES], "probability"),
    "sensitivity": _Content(lambda made: made.sensitivity_by_item, facts.SENSITIVITY, _CHANGE, "percentage points"),
    "reliability": _Content(
        lambda made: made.reliability_by_wave, facts.RELIABILITY, [*_INTERVAL, "base_n"], "Cronbach's alpha"
    ),
    "blanks": _Content(lambda made: made.blanks_by_item_wave_kind, facts.BLANK, ["base_n"], "people"),
}
# What is counted, without a model: in bins under a policy of bins.
_COUNTED = ("shares", "respondents", "distribution", "blanks")
_OF_CHANGE = ("changes", "standardised-shares", "superiority", "odds-ratios", "detectable")
_OF_CHANGE_IN_THE_WHOLE = ("means", "p-values", "sensitivity")


class ReportDownloads(ReportGround):
    """The CSV files of one area's page."""

    def downloads(self, clearance: Clearance = UNCLEARED) -> list[Download]:
        """Return the CSV files that stand beside this page."""
        return [
            self.download(name, clearance)
            for name in self._names_of_downloads()
            if self.shows_of_whole(_CONTENTS[name].figure)
        ]

    def _names_of_downloads(self) -> list[str]:
        names = ["shares", "respondents"]
        if self.has_baseline:
            names += [*_OF_CHANGE, *(["waves"] if len(self.waves_so_far) > 2 else [])]
        looks_back = len(self.published.retrospective_by_item_area) and not self.policy.has_bins
        names += ["looking-back"] if looks_back else []
        if self.is_whole:
            names += ["distribution", "reliability", "blanks"]
            if self.has_baseline:
                names += [*_OF_CHANGE_IN_THE_WHOLE, *(["pooling"] if self.has_pooling else [])]
        return names

    @property
    def has_pooling(self) -> bool:
        """Whether any area's change is drawn towards the others'."""
        return bool(self.published.changes_by_item_area["method"].str.startswith(POOLED).any())

    def download(self, name: str, clearance: Clearance = UNCLEARED) -> Download:
        """Return the tidy rows behind one of this page's tables: this area's beside the whole area's."""
        content = _CONTENTS[name]
        table = self._people() if name == "respondents" else content.rows(self.published)
        if "area" in table and not self.is_whole:
            table = table[table["area"].isin([self.area.id, self.evaluation.whole_area.id])]
        if name == "sensitivity":
            table = table[table["analysis"].isin(self.analyses)]
        if name == "distribution":
            table = table.assign(
                response=[self._label(*key) for key in zip(table["item"], table["wave"], table["level"], strict=True)]
            )
        if self.policy.has_bins and name in _COUNTED:
            table = with_bins_apart(table)
        rows = tidy_rows(table, figures=content.figures, names=self._names())
        # A file goes further than the page it was taken from: it carries the page's warnings in every row.
        return Download(
            f"{self.area.id}-{name}.csv",
            rows.assign(unit=self._unit(name), data=self.wave.data, release=clearance.mark),
        )

    def _unit(self, name: str) -> str:
        return "people in bins of six" if self.policy.has_bins and name in _COUNTED else _CONTENTS[name].unit

    def _people(self) -> pd.DataFrame:
        """Return the counts of people by sector, and of everyone, one below the other."""
        everyone = self.published.respondents_by_area_wave.assign(sector=EVERYONE)
        if not self.evaluation.sectors:
            return everyone
        return pd.concat([self.published.respondents_by_sector_area_wave, everyone], ignore_index=True)

    def _label(self, item_id: str, wave_id: str, level: int) -> str:
        return self.evaluation.scale_of(item_id, wave_id).levels[level - 1]

    def _names(self) -> dict[str, dict[str, str]]:
        places = (self.evaluation.whole_area, *self.evaluation.areas)
        labels = {wave.id: wave.label for wave in self.evaluation.waves}
        return {
            "area": {area.id: area.name for area in places},
            "sector": self.sector_names | {EVERYONE: "Everyone"},
            "item": {item.id: item.short_name for item in self.evaluation.items},
            "before_item": {item.id: item.short_name for item in self.evaluation.items},
            **{column: labels for column in ("wave", "baseline_wave", "comparison_wave")},
        }
