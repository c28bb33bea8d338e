"""What the cleaning notebook does with a wave: raw exports read, cleaned and kept."""

from __future__ import annotations

from pipeline.data.answer_mapping import NO_MAPPING, AnswerMapping, read_answer_mapping
from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.exports.contract import RawAnswers
from pipeline.exports.read import read_export
from pipeline.ground.errors import ExportError
from pipeline.ground.paths import find_project
from pipeline.machinery.linking_key import link_key
from pipeline.machinery.one_wave import OneWave, save_tables


def open_wave(wave_id: str) -> CleaningWave:
    """Return a wave of the project that holds the current folder.

    Raises UnknownNameError for a wave that evaluation.yml does not have.
    """
    return CleaningWave(find_project(), wave_id)


class CleaningWave(OneWave):
    """A wave that is cleaned."""

    def read_exports(self) -> list[RawAnswers]:
        """Return the raw answers of every source file of the wave, as exported."""
        return [read_export(self.project.raw, source, shown="data/raw") for source in self.wave.sources]

    def clean(self, raw: list[RawAnswers]) -> CleanedWave:
        """Return the wave's answers cleaned, with everything set aside and the ledger."""
        return clean_wave(
            raw, self.evaluation, self.wave.id, link_key=link_key(self.project), mapping=self.answer_mapping()
        )

    def answer_mapping(self) -> AnswerMapping:
        """Return what the mapping file says of answers, nothing when evaluation.yml names no such file.

        Raises ExportError for a file that is not there or cannot be used as it stands.
        """
        name = self.evaluation.answer_mapping
        if name is None:
            return NO_MAPPING
        path = self.project.raw / name
        if not path.is_file():
            raise ExportError(f"data/raw/{name} is missing; evaluation.yml names it under `answer_mapping`.")
        return read_answer_mapping(path.read_bytes(), self.evaluation, shown=f"data/raw/{name}")

    def save_cleaned(self, cleaned: CleanedWave) -> None:
        """Keep the cleaned tables, privately, for the next notebook."""
        save_tables(cleaned, self.project.cleaned(self.wave.id))
