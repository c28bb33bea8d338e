"""What a verb asks for, worked out once: for the run that makes it and for the words that say what a run would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.ground.paths import Project
from pipeline.machinery.fingerprints import Step
from pipeline.machinery.placing import page_steps, stands_whole
from pipeline.machinery.register import Register
from pipeline.machinery.steps import PLACING, Stage, check_sources, stages_for
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.reference.waves import Wave


@dataclass(frozen=True)
class Plan:
    """A verb, the wave and the areas it is about; the latest wave and all areas where nothing else was said."""

    project: Project
    evaluation: Evaluation
    verb: str
    wave_id: str
    area_ids: list[str]

    @property
    def waves(self) -> list[Wave]:
        """The wave and all before it."""
        return list(self.evaluation.waves_until(self.wave_id))

    @property
    def places_pages(self) -> bool:
        return self.verb in PLACING

    @cached_property
    def stages(self) -> list[Stage]:
        """The notebooks, those of one stage needing only the stages before."""
        return stages_for(self.project, self.evaluation, self.waves, self.verb, self.area_ids)

    @cached_property
    def pages(self) -> dict[str, Step]:
        """The steps that render pages, of each area and of what stands around them (''); none for other verbs."""
        if not self.places_pages:
            return {}
        return page_steps(self.project, self.evaluation, self.wave_id, self.area_ids)

    def beside(self, register: Register) -> Plan:
        """Return the plan with all areas where the wave's pages do not stand yet.

        Which areas have a page must tell nothing: the first page of a wave comes with all the others.
        """
        if not self.places_pages or stands_whole(self.project, self.evaluation, register, self.wave_id):
            return self
        return replace(self, area_ids=_all_areas(self.evaluation))


def plan_for(project: Project, verb: str, wave_id: str | None, area_id: str | None) -> Plan:
    """Return what a verb asks for.

    Raises SettingsError for evaluation.yml, UnknownNameError for a wave or area that it does not have, and ExportError
    for a source that is not there.
    """
    evaluation = load_evaluation(project.settings_file)
    wave_id = evaluation.wave(wave_id).id if wave_id else evaluation.waves[-1].id
    area_ids = [evaluation.area(area_id).id] if area_id is not None else _all_areas(evaluation)
    plan = Plan(project, evaluation, verb, wave_id, area_ids)
    check_sources(project, plan.waves)
    return plan


def _all_areas(evaluation: Evaluation) -> list[str]:
    return [area.id for area in (evaluation.whole_area, *evaluation.areas)]
