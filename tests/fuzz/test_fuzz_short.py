"""The fuzz run in short, always the same; `make fuzz` is the long one."""

from __future__ import annotations

import random
from pathlib import Path

from tests.fuzz.fuzz_exports import READ, REFUSED, damaged, fault_of, shape_of, try_one
from tests.fuzz.mutations import mutate


def test_damaged_files_are_read_in_balance_or_refused_in_sentences(tmp_path: Path) -> None:
    outcomes = [try_one(1, number, tmp_path) for number in range(150)]
    assert [one for one in outcomes if one.what not in (READ, REFUSED)] == []
    # Damage that never lets a file through, or never stops one, would show nothing.
    assert {one.what for one in outcomes} == {READ, REFUSED}


def test_the_same_seed_makes_the_same_damage() -> None:
    assert damaged(1, 7) == damaged(1, 7)
    content = shape_of("plain").content
    assert mutate(content, random.Random(1)) != content


def test_a_message_that_shows_a_path_is_a_finding(tmp_path: Path) -> None:
    assert fault_of(f"{tmp_path}/a.csv is empty.", tmp_path)
    assert fault_of("data/raw/a.csv is empty.\x1b[31m", tmp_path)
    assert not fault_of("data/raw/a.csv is empty.\ndata/raw/b.csv is empty.", tmp_path)
