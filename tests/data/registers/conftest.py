"""The tiny registers, read as they are or with one thing changed in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.data.registers.registers import Registers, read_registers
from pipeline.ground.errors import RegistersError
from pipeline.reference.evaluation import Evaluation, load_evaluation
from tests.tiny_registers import SETTINGS, TINY_REGISTERS, file_of

Read = Callable[..., Registers]
Told = Callable[..., list[str]]


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Evaluation]:
    """Load the tiny settings with one place changed."""
    folder: Path = tmp_path_factory.mktemp("settings")

    def load_changed(old: str = "", new: str = "") -> Evaluation:
        assert not old or SETTINGS.count(old) == 1
        (folder / "evaluation.yml").write_text(SETTINGS.replace(old, new) if old else SETTINGS, "utf-8")
        return load_evaluation(folder / "evaluation.yml")

    return load_changed


@pytest.fixture(scope="session")
def evaluation(load: Callable[..., Evaluation]) -> Evaluation:
    return load()


@pytest.fixture
def read(evaluation: Evaluation) -> Read:
    """Read all tiny registers, those given changed: to other content, or from one text to another."""

    def read_all(*, by: Evaluation | None = None, **changed: str | bytes | tuple[str, str] | None) -> Registers:
        contents = {name: text.encode() for name, text in TINY_REGISTERS.items()}
        for name, change in changed.items():
            if change is None:
                del contents[name]
            elif isinstance(change, tuple):
                assert TINY_REGISTERS[name].count(change[0]) == 1, f"{change[0]!r} does not stand once in {name}"
                contents[name] = TINY_REGISTERS[name].replace(*change).encode()
            else:
                contents[name] = change if isinstance(change, bytes) else change.encode()
        return read_registers(contents, by or evaluation, shown={name: file_of(name) for name in contents})

    return read_all


@pytest.fixture
def told(read: Read) -> Told:
    """Return the lines of the message by which changed registers are refused."""

    def told_of(**changed: object) -> list[str]:
        with pytest.raises(RegistersError) as error:
            read(**changed)
        return str(error.value).split("\n")

    return told_of
