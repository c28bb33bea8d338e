"""Pages with the sections on the improvement work, of tiny registers, as they would be published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.data.registers.registers import Registers, read_registers
from pipeline.data.registers.schemas import SCHEMAS
from pipeline.disclosure.improvement.protect import protect_improvement
from pipeline.disclosure.published import Published
from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.statistics.improvement.describe import describe_improvement
from tests.disclosure.reading.conftest import Files, release_of
from tests.tiny_registers import SETTINGS, TINY_REGISTERS


def settings_with(folder: Path, *changes: tuple[str, str]) -> Evaluation:
    """Return the tiny settings with registers, some texts changed."""
    text = SETTINGS
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} does not stand once in the tiny settings"
        text = text.replace(old, new)
    (folder / "evaluation.yml").write_text(text, "utf-8")
    return load_evaluation(folder / "evaluation.yml")


def registers_with(evaluation: Evaluation, **changed: str) -> Registers:
    """Return the tiny registers, some with other content."""
    contents = {name: text.encode() for name, text in (TINY_REGISTERS | changed).items()}
    return read_registers(contents, evaluation, shown={name: f"{name}.csv" for name in contents})


@dataclass(frozen=True)
class ImprovementPages:
    """A release with its settings and registers, and the gate's reading of it, some bytes changed."""

    files: Files
    evaluation: Evaluation
    registers: Registers

    def read(self, files: Files | None = None) -> Reading:
        return read_release(files or self.files, self.evaluation, register_texts=texts_in(self.registers))


def pages_of(
    published: Published, evaluation: Evaluation, registers: Registers, folder: Path, wave_id: str = "wave-2"
) -> ImprovementPages:
    """Return the pages of a wave, the improvement work described and protected as for a release."""
    improvement = protect_improvement(describe_improvement(registers, evaluation, wave_id), evaluation)
    return ImprovementPages(release_of(published, evaluation, wave_id, folder, improvement), evaluation, registers)


def texts_in(registers: Registers) -> frozenset[str]:
    """Return all that was written by hand."""
    return frozenset(
        cell
        for name, schema in SCHEMAS.items()
        for column in schema.columns
        if column.kind in ("text", "post", "code", "reference")
        for cell in getattr(registers, name)[column.name].dropna().astype("str")
    )
