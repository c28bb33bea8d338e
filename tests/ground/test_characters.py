"""Characters that nobody can see are told by their code point, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ground.characters import made_visible, unseen_characters


@pytest.mark.parametrize(
    "character",
    [
        "\0",
        "\n",
        "\x7f",
        "\x85",
        "\u00ad",
        "\u200b",
        "\u200e",
        "\u202e",
        "\u2028",
        "\u2066",
        "\ufeff",
        "\u3164",
        "\ufe0f",
    ]
    + ["\U000e0041", "\ue000", "\uffff", "\u0378"],
)
def test_a_character_that_nobody_can_see_is_told(character: str) -> None:
    assert unseen_characters(f"a{character}b{character}") == [f"U+{ord(character):04X}"]


@pytest.mark.parametrize(
    "text", ["plain", "Zoë’s “offer” – 5 % ≥ 3", "a\u00a0b", "日本語", "עברית", "e\u0301", "😀", ""]
)
def test_letters_signs_and_spaces_of_any_script_are_let_in(text: str) -> None:
    assert unseen_characters(text) == []
    assert made_visible(text) == text


def test_what_is_allowed_is_not_told() -> None:
    assert unseen_characters("a\nb\tc", allowed="\n") == ["U+0009"]


@given(st.text())
def test_a_text_made_visible_holds_nothing_unseen(text: str) -> None:
    assert unseen_characters(made_visible(text)) == []
