"""The registers of the improvement work as files: read from data/raw/registers, templates written, mistakes told."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.data.registers.registers import Registers, Verdict, judge_registers, read_registers
from pipeline.data.registers.schemas import SCHEMAS
from pipeline.data.registers.templates import build_template
from pipeline.exports.text_table import DELIMITERS
from pipeline.ground.errors import RegistersError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import write_bytes
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.reference.improvement import REGISTER_SUFFIXES, REGISTERS


def register_files(project: Project, evaluation: Evaluation) -> dict[str, Path]:
    """Return the file of each register that evaluation.yml names, whether or not it is there."""
    return {name: project.registers / one.file for name, one in evaluation.registers.named().items()}


def load_registers(project: Project, evaluation: Evaluation) -> Registers:
    """Return the registers that evaluation.yml names.

    Raises RegistersError, one line a mistake, for a file that is not there, that stands there twice, as csv and as
    xlsx, or in which anything cannot be used.
    """
    files = register_files(project, evaluation)
    misplaced = [sentence for path in files.values() if (sentence := _misplaced(project, path))]
    if misplaced:
        raise RegistersError("\n".join(misplaced))
    contents = {name: path.read_bytes() for name, path in files.items()}
    return read_registers(contents, evaluation, shown={name: project.shown(path) for name, path in files.items()})


def register_texts(project: Project, evaluation: Evaluation) -> frozenset[str]:
    """Return all that was written by hand in the registers: ids, texts and posts, as they are read."""
    registers = load_registers(project, evaluation)
    kinds = ("text", "post", "code", "reference")
    return frozenset(
        cell
        for name, schema in SCHEMAS.items()
        for column in schema.columns
        if column.kind in kinds
        for cell in getattr(registers, name)[column.name].dropna().astype("str")
    )


def tell_registers() -> int:
    """Write a template for each register that is not there; say of the others what they hold and what is wrong.

    Returns 1 when anything is wrong.
    """
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    files = register_files(project, evaluation)
    wrong = 0
    for name in REGISTERS:
        if name not in files:
            _offer_template(project, evaluation, name)
        elif sentence := _stands_twice(project, files[name]):
            wrong += 1
            _tell(sentence)
        elif not files[name].exists():
            file = evaluation.registers.named()[name]
            template = build_template(
                name, evaluation, suffix=files[name].suffix.lower(), delimiter=DELIMITERS[file.delimiter]
            )
            write_bytes(files[name], template)
            _tell(f"{project.shown(files[name])} written: an empty register to fill in.")
    return 1 if _tell_verdict(_judge(project, evaluation, files)) or wrong else 0


def _judge(project: Project, evaluation: Evaluation, files: dict[str, Path]) -> Verdict:
    there = {name: path for name, path in files.items() if path.is_file()}
    contents = {name: path.read_bytes() for name, path in there.items()}
    return judge_registers(contents, evaluation, shown={name: project.shown(path) for name, path in there.items()})


def _tell_verdict(verdict: Verdict) -> int:
    """Print how many rows each register has and what is wrong with it; return how many registers are wrong."""
    wrong = 0
    for name, read in verdict.read.items():
        mistakes = verdict.mistakes_of(name)
        wrong += bool(mistakes)
        rows = f"{len(read.rows):,} rows" if read.rows is not None else "not read"
        if read.rows is not None and len(read.rows) == 1:
            rows = "1 row"
        _tell(
            f"{read.shown}: {rows}, {'nothing wrong' if not mistakes else 'to be mended:'}{'.' if not mistakes else ''}"
        )
        for sentence in mistakes:
            _tell(f"  {sentence}")
    for note in verdict.notes:
        _tell(f"Note: {note}")
    return wrong


def _offer_template(project: Project, evaluation: Evaluation, name: str) -> None:
    """Write a template of a register that evaluation.yml does not name, where no file has its name."""
    there = [path for suffix in REGISTER_SUFFIXES if (path := project.registers / f"{name}{suffix}").exists()]
    # Never a name that git keeps: what people fill in is real.
    path = there[0] if there else project.registers / f"{name}.xlsx"
    entry = f"`registers: {{{name}: {path.name}}}`"
    if there:
        _tell(f"{project.shown(path)} is there, but evaluation.yml does not name it; to use it, write {entry} there.")
        return
    write_bytes(path, build_template(name, evaluation, suffix=path.suffix))
    _tell(
        f"{project.shown(path)} written: an empty register; to use it, fill it in and write {entry} in evaluation.yml."
    )


def _misplaced(project: Project, path: Path) -> str | None:
    if not path.is_file():
        return (
            f"{project.shown(path)} is missing; evaluation.yml names it under `registers`, and `make registers` writes "
            "an empty one."
        )
    return _stands_twice(project, path)


def _stands_twice(project: Project, path: Path) -> str | None:
    """Return a sentence where a register is there as csv and as xlsx: somebody may be filling in the other one."""
    others = [path.with_suffix(suffix) for suffix in REGISTER_SUFFIXES if suffix != path.suffix.lower()]
    other = next((one for one in others if one.exists()), None)
    if other is None:
        return None
    return f"{project.shown(path)} and {project.shown(other)} are both there; expected one of them, so move one away."


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr)
