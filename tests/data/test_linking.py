from __future__ import annotations

import pytest

from pipeline.data.linking import person_id_from_code
from pipeline.ground.errors import PipelineError

KEY = b"key"


@pytest.mark.parametrize(
    "written", [("LO", "7", "ry"), (" l-o ", "07", "Ry."), ("Lo", "007", "ＲＹ"), ("lo\u200b", "7 ", "r\u00a0y")]
)
def test_the_same_code_however_written_is_the_same_person(written: tuple[str, ...]) -> None:
    assert person_id_from_code(written, KEY) == person_id_from_code(("lo", "07", "ry"), KEY)


@pytest.mark.parametrize("other", [("lo", "17", "ry"), ("lo0", "7", "ry"), ("l", "o07", "ry"), ("ry", "07", "lo")])
def test_another_code_is_another_person(other: tuple[str, ...]) -> None:
    assert person_id_from_code(other, KEY) != person_id_from_code(("lo", "07", "ry"), KEY)


@pytest.mark.parametrize("blank", [None, "", "  ", "\u00a0", "--"])
def test_a_blank_part_gives_no_link(blank: str | None) -> None:
    assert person_id_from_code(("lo", blank, "ry"), KEY) is None


def test_a_code_without_parts_gives_no_link() -> None:
    assert person_id_from_code((), KEY) is None


def test_the_id_depends_on_the_key_and_is_twenty_hexadecimal_characters() -> None:
    ids = {person_id_from_code(("lo", "07"), key) for key in (b"one", b"two")}
    assert len(ids) == 2
    assert all(one is not None and len(one) == 20 and int(one, 16) >= 0 for one in ids)


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(PipelineError, match="is empty"):
        person_id_from_code(("lo", "07"), b"")
