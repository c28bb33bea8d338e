"""What every part of a report knows: the published tables, the area, the waves compared, and its downloads."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from pipeline.disclosure.published import Published
from pipeline.presentation.measures import Measure, Row, measures_in_area, rows_by_key
from pipeline.presentation.narrative import interval_name
from pipeline.presentation.tables import Download, tidy_rows
from pipeline.presentation.wording import period
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave
from pipeline.statistics.respondents import NOT_STATED
from pipeline.statistics.retrospective import MEAN_FIGURES

_INTERVAL = ["estimate", "conf_low", "conf_high"]
_PAIRS = ["base_n", "share_before", "share_now"]
_BASES = ["base_n_baseline", "base_n_comparison"]
EVERYONE = "everyone"
RELEASE = "not cleared for release"
_UNITS = {
    "shares": "per cent",
    "changes": "percentage points",
    "odds-ratios": "odds ratio",
    "respondents": "people",
    "distribution": "per cent",
    "looking-back": "per cent and percentage points; means on the scale",
}


class ReportGround:
    """One area in one wave beside the baseline; everything shown comes from published tables and settings."""

    def __init__(self, published: Published, evaluation: Evaluation, wave_id: str, area_id: str) -> None:
        self.published = published
        self.evaluation = evaluation
        self.area = evaluation.area(area_id)
        self.is_whole = area_id == evaluation.whole_area.id
        self.wave = evaluation.wave(wave_id)
        baseline = evaluation.baseline_for(wave_id)
        self.waves: tuple[Wave, ...] = (baseline, self.wave) if baseline else (self.wave,)

    @property
    def has_baseline(self) -> bool:
        return len(self.waves) > 1

    @property
    def labels(self) -> list[str]:
        return [wave.label for wave in self.waves]

    @property
    def short_name(self) -> str:
        return self.evaluation.whole_area.short_name if self.is_whole else self.area.name

    @property
    def whole_name(self) -> str:
        return self.evaluation.whole_area.short_name

    @property
    def minimum_base(self) -> int:
        return self.evaluation.disclosure.minimum_base

    @property
    def interval(self) -> str:
        return interval_name(self.evaluation.models.conf_level)

    @property
    def compared(self) -> str:
        spoken = [f"{wave.label}, {period(wave.fieldwork.start, wave.fieldwork.end)}" for wave in self.waves]
        return ", compared with ".join(reversed(spoken))

    @cached_property
    def measures(self) -> list[Measure]:
        return self.measures_in(self.area.id)

    def measures_in(self, area_id: str) -> list[Measure]:
        """Return every measure in an area, the leading ones first."""
        return measures_in_area(self.published, self.evaluation, area_id)

    @cached_property
    def respondents(self) -> list[Row]:
        """The published counts of people in this area, a row a wave."""
        return rows_by_key(self.published.respondents_by_area_wave, "area")[(self.area.id,)]

    @property
    def sector_names(self) -> dict[str, str]:
        """The name of each sector by its id, and what stands for none."""
        return {sector.id: sector.name for sector in self.evaluation.sectors} | {NOT_STATED: "Not stated"}

    def _people(self) -> pd.DataFrame:
        """Return the counts of people by sector, and of everyone, one below the other."""
        everyone = self.published.respondents_by_area_wave.assign(sector=EVERYONE)
        if not self.evaluation.sectors:
            return everyone
        return pd.concat([self.published.respondents_by_sector_area_wave, everyone], ignore_index=True)

    def downloads(self) -> list[Download]:
        """Return the CSV files that stand beside this page."""
        names = ["shares", "respondents"] + (["changes", "odds-ratios"] if self.has_baseline else [])
        names += ["looking-back"] if len(self.published.retrospective_by_item_area) else []
        return [self.download(name) for name in names]

    def download(self, name: str) -> Download:
        """Return the tidy rows behind one of this page's tables: this area's beside the whole area's."""
        published = self.published
        table, figures = {
            "shares": (published.shares_by_item_area_wave, [*_INTERVAL, "base_n"]),
            "changes": (published.changes_by_item_area, [*_INTERVAL, *_BASES]),
            "odds-ratios": (published.odds_ratios_by_item_area, [*_INTERVAL, *_BASES]),
            "looking-back": (published.retrospective_by_item_area, [*_PAIRS, *_INTERVAL, *MEAN_FIGURES]),
            "respondents": (self._people(), ["base_n"]),
            "distribution": (published.distribution_by_item_wave, ["estimate", "base_n"]),
        }[name]
        if "area" in table and not self.is_whole:
            table = table[table["area"].isin([self.area.id, self.evaluation.whole_area.id])]
        if name == "distribution":
            table = table.assign(
                response=[self._label(*key) for key in zip(table["item"], table["wave"], table["level"], strict=True)]
            )
        rows = tidy_rows(table, figures=figures, names=self._names())
        # A file goes further than the page it was taken from: it carries the page's warnings in every row.
        return Download(
            f"{self.area.id}-{name}.csv", rows.assign(unit=_UNITS[name], data=self.wave.data, release=RELEASE)
        )

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
