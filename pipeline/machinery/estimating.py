"""What the estimation notebook does with a wave: estimates from cleaned tables, kept, and what of them may be shown."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import pandas as pd

from pipeline.disclosure.complementary import suppress
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.suppression import Suppression
from pipeline.ground.paths import Project, find_project
from pipeline.ground.sharing import cores
from pipeline.ground.storage import write_bytes
from pipeline.machinery.fingerprints import code_hash
from pipeline.machinery.kept import read_cleaned, suppression_file
from pipeline.machinery.one_wave import OneWave, save_tables
from pipeline.machinery.quotes import with_quotes
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.one_item import estimate_one_item
from pipeline.statistics.wave import WaveEstimates, estimate_wave

# What is hidden is decided by this alone.
_DECIDES = "pipeline.disclosure.complementary"


def open_wave(wave_id: str) -> EstimatingWave:
    """Return a wave of the project that holds the current folder.

    Raises UnknownNameError for a wave that evaluation.yml does not have.
    """
    return EstimatingWave(find_project(), wave_id)


class EstimatingWave(OneWave):
    """A wave that has been cleaned, beside its baseline."""

    def estimate(self) -> WaveEstimates:
        """Return every estimate of the wave beside its baseline, from the cleaned tables.

        Where an area may not be shown, models know its people only among those of no area.
        """
        return estimate_wave(self.cleaned, self.evaluation, self.wave.id, withheld=self.suppression.withheld)

    @cached_property
    def suppression(self) -> Suppression:
        """What is hidden in each wave up to this one: few people, and what would give them away."""
        path = self.project.processed / "suppression.json"
        kept = _read_suppressions(self.project, path)
        found = suppress(self.cleaned, self.evaluation, self.wave.id, kept=kept, processes=cores())
        content = {
            "code": code_hash(self.project, _DECIDES),
            "kept": {key: one.as_lists() for key, one in kept.items()},
        }
        write_bytes(path, json.dumps(content, sort_keys=True).encode("utf-8"))
        return found

    def try_item(self, item: str, *, prior_scale: float, one_part_off: bool) -> pd.DataFrame:
        """Return one item's changes with other settings than evaluation.yml's; nothing is kept."""
        return estimate_one_item(
            self.cleaned, self.evaluation, self.wave.id, item, prior_scale=prior_scale, one_part_off=one_part_off
        )

    @cached_property
    def cleaned(self) -> CleanedTables:
        """The cleaned tables of all waves up to this one, one below the other."""
        return read_cleaned(self.project, self.evaluation, self.wave.id)

    def save_estimates(self, estimates: WaveEstimates) -> Published:
        """Keep the estimates, privately, and the tables that may be shown; return the latter."""
        save_tables(estimates, self.project.estimates(self.wave.id))
        content = json.dumps(self.suppression.as_lists()).encode("utf-8")
        write_bytes(suppression_file(self.project, self.wave.id), content)
        published = protect(
            estimates,
            policy=find_policy(self.evaluation.disclosure.policy),
            minimum_base=self.evaluation.disclosure.minimum_base,
            suppression=self.suppression,
            whole_area=self.evaluation.whole_area.id,
        )
        published = with_quotes(self.project, self.evaluation, self.wave.id, published)
        self._save_published(published)
        return published

    def _save_published(self, published: Published) -> None:
        """Keep all published tables, and of each area those rows alone that its page is made from."""
        save_tables(published, self.project.published(self.wave.id))
        whole = self.evaluation.whole_area.id
        for area in self.evaluation.areas:
            save_tables(published.of_area(area.id, whole), self.project.published_of(self.wave.id, area.id))


def _read_suppressions(project: Project, path: Path) -> dict[str, Suppression]:
    """Return what this code decided before, nothing where the file is not there or cannot be read."""
    try:
        content = json.loads(path.read_text("utf-8"))
        kept = content["kept"] if content["code"] == code_hash(project, _DECIDES) else {}
        return {key: Suppression.from_lists(lists) for key, lists in kept.items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}
