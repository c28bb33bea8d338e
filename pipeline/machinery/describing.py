"""What the notebook on the improvement work does: registers read, described, protected and kept."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.disclosure.improvement.protect import protect_improvement
from pipeline.disclosure.improvement.published import PublishedImprovement
from pipeline.ground.paths import find_project
from pipeline.machinery.kept_improvement import keep_improvement
from pipeline.machinery.one_wave import OneWave
from pipeline.machinery.registers import load_registers
from pipeline.statistics.improvement.describe import describe_improvement


def open_wave(wave_id: str) -> DescribingWave:
    """Return a wave of the project that holds the current folder.

    Raises UnknownNameError for a wave that evaluation.yml does not have.
    """
    return DescribingWave(find_project(), wave_id)


class DescribingWave(OneWave):
    """A wave, and the improvement work as it stood at its end."""

    def describe(self) -> Mapping[str, pd.DataFrame]:
        """Return every table of the improvement work; raises RegistersError, one line a mistake."""
        registers = load_registers(self.project, self.evaluation)
        return describe_improvement(registers, self.evaluation, self.wave.id)

    def save(self, estimates: Mapping[str, pd.DataFrame]) -> PublishedImprovement:
        """Keep the tables that may be shown, and of each area those rows alone that its page is made from."""
        published = protect_improvement(estimates, self.evaluation)
        whole = self.evaluation.whole_area.id
        keep_improvement(published, self.project.improvement_of(self.wave.id, whole))
        for area in self.evaluation.areas:
            keep_improvement(published.of_area(area.id, whole), self.project.improvement_of(self.wave.id, area.id))
        return published
