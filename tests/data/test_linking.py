from __future__ import annotations

import pytest

from pipeline.data.linking import WHOLE_CODE, hash_code
from pipeline.ground.errors import PipelineError

KEY = b"key"


def whole(parts: tuple[str | None, ...], key: bytes = KEY) -> str | None:
    return hash_code(parts, key).get(WHOLE_CODE)


@pytest.mark.parametrize(
    "written", [("LO", "7", "ry"), (" l-o ", "07", "Ry."), ("Lo", "007", "ＲＹ"), ("lo\u200b", "7 ", "r\u00a0y")]
)
def test_the_same_code_however_written_has_the_same_hashes(written: tuple[str, ...]) -> None:
    assert hash_code(written, KEY) == hash_code(("lo", "07", "ry"), KEY)


@pytest.mark.parametrize("other", [("lo", "17", "ry"), ("lo0", "7", "ry"), ("l", "o07", "ry"), ("ry", "07", "lo")])
def test_another_code_has_another_hash(other: tuple[str, ...]) -> None:
    assert whole(other) != whole(("lo", "07", "ry"))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_codes_that_differ_in_one_part_share_the_hash_without_it_and_no_other(part: int) -> None:
    own = ["lo", "07", "ry"]
    other = [*own[:part], "zz", *own[part + 1 :]]
    one, two = hash_code(own, KEY), hash_code(other, KEY)
    assert [number for number in one if one[number] == two[number]] == [part + 1]


def test_codes_that_differ_in_two_parts_share_no_hash() -> None:
    one, two = hash_code(("lo", "07", "ry"), KEY), hash_code(("lo", "08", "rz"), KEY)
    assert not set(one.values()) & set(two.values())


def test_hashes_of_different_kinds_never_agree_by_their_parts_moving_along() -> None:
    one, two = hash_code(("aa", "aa", "aa"), KEY), hash_code(("aa", "aa"), KEY)
    assert len({*one.values(), *two.values()}) == 5


@pytest.mark.parametrize("blank", [None, "", "  ", "\u00a0", "--"])
def test_with_a_blank_part_only_the_hash_without_it_stands(blank: str | None) -> None:
    assert list(hash_code(("lo", blank, "ry"), KEY)) == [2]
    assert hash_code(("lo", blank, "ry"), KEY)[2] == hash_code(("lo", "07", "ry"), KEY)[2]


@pytest.mark.parametrize("parts", [(), (None, None, "ry"), (None, "07"), (" ",)])
def test_too_few_parts_give_no_hash(parts: tuple[str | None, ...]) -> None:
    assert hash_code(parts, KEY) == {}


def test_of_two_parts_none_is_left_out_because_the_other_says_too_little() -> None:
    assert list(hash_code(("lo", "07"), KEY)) == [WHOLE_CODE]


def test_hashes_depend_on_the_key_and_are_twenty_hexadecimal_characters() -> None:
    hashes = [value for key in (b"one", b"two") for value in hash_code(("lo", "07", "ry"), key).values()]
    assert len(set(hashes)) == 8
    assert all(len(one) == 20 and int(one, 16) >= 0 for one in hashes)


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(PipelineError, match="is empty"):
        hash_code(("lo", "07"), b"")
