"""What every part of a report knows: the published tables, the area, and the waves compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pipeline.disclosure import facts
from pipeline.disclosure.improvement.published import NOTHING_KEPT, PublishedImprovement
from pipeline.disclosure.policies import Policy, find_policy
from pipeline.disclosure.published import SUPPRESSED, Published
from pipeline.presentation.measures import Measure, Row, measures_in_area, rows_by_key
from pipeline.presentation.narrative import interval_name
from pipeline.presentation.wording import in_a_row, period
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave
from pipeline.statistics.checks.sensitivity import COUNTED, EXACT_LINKS, LEAD, LINKED_ONLY, NOT_STANDARDISED, STRANGERS
from pipeline.statistics.respondents import NOT_STATED


class ReportGround:
    """One area in one wave beside the baseline; everything shown comes from published tables and settings.

    `calibration` is how often the intervals held the truth in simulated surveys, as `make calibrate` keeps it, or None;
    `improvement` is what registers of the improvement work tell.
    """

    def __init__(
        self,
        published: Published,
        evaluation: Evaluation,
        wave_id: str,
        area_id: str,
        calibration: Mapping[str, Any] | None = None,
        improvement: PublishedImprovement = NOTHING_KEPT,
    ) -> None:
        self.published = published
        self.improvement = improvement
        self.calibration = calibration
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
    def policy(self) -> Policy:
        """The rules by which figures are shown."""
        return find_policy(self.evaluation.disclosure.policy)

    def shows(self, figure: str) -> bool:
        """Tell whether the policy shows a figure, of `facts`, of this page's area."""
        return self.policy.shows(figure, of_whole=self.is_whole)

    def shows_of_whole(self, figure: str) -> bool:
        return self.policy.shows(figure, of_whole=True)

    @property
    def no_change_alone(self) -> str:
        """That the policy shows no change of one area, and where there is one."""
        return (
            f"No change is shown for a single {self.evaluation.area_noun.singular} ({SUPPRESSED}), to protect the "
            f"people who answered; the table is of {self.whole_name}."
        )

    @property
    def interval(self) -> str:
        return interval_name(self.evaluation.models.conf_level)

    @property
    def waves_so_far(self) -> tuple[Wave, ...]:
        """Every wave from the baseline to this one."""
        return self.evaluation.waves_until(self.wave.id)

    @property
    def mix(self) -> str:
        """What is held fixed in a change, as a sentence names it: nothing where the survey asked for neither."""
        is_of_whole = self.is_whole or not self.shows(facts.CHANGE)
        areas = [self.evaluation.area_noun.plural] if is_of_whole and self.evaluation.areas else []
        held = [*areas, *(["sectors"] if self.evaluation.sectors else [])]
        return f"the same mix of {in_a_row(held)}" if held else ""

    @property
    def is_pooled(self) -> bool:
        """Whether any change of this area is drawn towards the others'."""
        return any(one.is_pooled for one in self.measures)

    @property
    def analyses(self) -> list[str]:
        """The ways to a change that can differ: without codes nobody is linked, without sectors none are held fixed."""
        linked = [LINKED_ONLY, EXACT_LINKS, STRANGERS] if self.evaluation.questions.code else []
        return [LEAD, *linked, *([NOT_STANDARDISED] if self.evaluation.sectors else []), COUNTED]

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
