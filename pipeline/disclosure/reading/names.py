"""The names that files may use for areas, items, sectors and waves, each with its id, in their one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.disclosure.reading import sheets
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Item
from pipeline.reference.places import Area
from pipeline.reference.waves import Wave
from pipeline.statistics.checks.sensitivity import ANALYSES, COUNTED, LEAD, NOT_STANDARDISED

NOBODY_SAID, EVERYBODY = "Not stated", "Everyone"


@dataclass(frozen=True)
class Folder:
    """A wave's folder: what its files are about, by evaluation.yml."""

    evaluation: Evaluation
    wave: Wave

    @cached_property
    def waves(self) -> tuple[Wave, ...]:
        """The baseline and this wave, or this wave alone where it is the first."""
        baseline = self.evaluation.baseline_for(self.wave.id)
        return (baseline, self.wave) if baseline else (self.wave,)

    @cached_property
    def until(self) -> tuple[Wave, ...]:
        return self.evaluation.waves_until(self.wave.id)

    @property
    def has_baseline(self) -> bool:
        return len(self.waves) > 1

    @cached_property
    def pair(self) -> dict[str, str]:
        return {"baseline_wave": self.waves[0].id, "comparison_wave": self.waves[-1].id}

    @property
    def whole(self) -> str:
        return self.evaluation.whole_area.id

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        return (self.evaluation.whole_area, *self.evaluation.areas)

    @cached_property
    def measures(self) -> tuple[Item, ...]:
        """The items that are asked of now, the leading ones first."""
        now = [item for item in self.evaluation.items if item.id not in self.evaluation.items_about_before]
        return tuple(sorted(now, key=lambda item: not item.lead))

    @cached_property
    def analyses(self) -> tuple[str, ...]:
        """The analyses that can differ: without codes nobody is linked, without sectors none are held fixed."""
        left_out = set() if self.evaluation.questions.code else set(ANALYSES) - {LEAD, NOT_STANDARDISED, COUNTED}
        left_out |= set() if self.evaluation.sectors else {NOT_STANDARDISED}
        return tuple(analysis for analysis in ANALYSES if analysis not in left_out)

    @cached_property
    def sectors(self) -> dict[str, str]:
        """The id of each sector by its name, and what stands for none."""
        return {sector.name: sector.id for sector in self.evaluation.sectors} | {NOBODY_SAID: sheets.NOT_STATED}

    @cached_property
    def ids(self) -> dict[str, Mapping[str, str]]:
        """For each column that says of what: the id of each name it may hold, in order."""
        items = {item.short_name: item.id for item in self.evaluation.items}
        labels = {wave.label: wave.id for wave in self.until}
        highest = max(len(scale.levels) for scale in self.evaluation.scales.values())
        return {
            "item": items,
            "before_item": items,
            "area": {area.name: area.id for area in self.areas},
            "sector": (self.sectors if self.evaluation.sectors else {}) | {EVERYBODY: sheets.EVERYONE},
            "wave": labels,
            "baseline_wave": labels,
            "comparison_wave": labels,
            "level": {str(level): str(level) for level in range(1, highest + 1)},
            "analysis": {analysis: analysis for analysis in self.analyses},
            "answer_kind": {kind: kind for kind in sheets.ANSWER_KINDS},
            "kind": {kind: kind for kind in (sheets.BETWEEN, sheets.ALONG)},
        }

    @cached_property
    def all_names(self) -> tuple[str, ...]:
        """Every name of an area or a sector."""
        evaluation = self.evaluation
        places = [area.name for area in self.areas]
        return (*places, evaluation.whole_area.short_name, *(sector.name for sector in evaluation.sectors))
