"""Coding meets comments by their hashes: no text stands in the register, and each writer counts."""

from __future__ import annotations

import pandas as pd

from pipeline.data.quotes import hash_text
from pipeline.data.registers.coded import match_coding
from pipeline.data.registers.schemas import CODING

COMMENTS = pd.DataFrame(
    [("w1", "1", "barriers", "No time"), ("w1", "2", "barriers", "No time"), ("w1", "3", "barriers", "No words")],
    columns=["wave", "respondent_id", "question", "text"],
).astype("str")


def coding(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    whole = [(hash_text(text), wave, "barriers", coder, theme, None, None) for text, wave, coder, theme in rows]
    return pd.DataFrame(whole, columns=list(CODING.names)).astype(
        {"impact": "Int64"} | dict.fromkeys(CODING.names[:6], "str")
    )


def test_everybody_who_wrote_the_same_words_has_their_coding() -> None:
    found, unmatched = match_coding(
        coding(("No time", "w1", "C1", "time"), ("No words", "w1", "C1", "words")), COMMENTS
    )
    assert list(found[["respondent_id", "theme"]].itertuples(index=False, name=None)) == [
        ("1", "time"), ("2", "time"), ("3", "words"),
    ]  # fmt: skip
    assert unmatched.empty


def test_coding_of_another_wave_or_of_no_comment_is_told_apart() -> None:
    found, unmatched = match_coding(coding(("No time", "w2", "C1", "time"), ("Gone", "w1", "C1", "time")), COMMENTS)
    assert found.empty
    assert unmatched["comment"].tolist() == [hash_text("No time"), hash_text("Gone")]
    assert "comment" not in found.columns
