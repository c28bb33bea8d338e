"""What people wrote stays apart from who wrote something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.data.cleaning import CleanedWave

Clean = Callable[..., CleanedWave]


def test_who_wrote_something_is_known_without_what(clean: Clean, full: dict[str, Any]) -> None:
    cleaned = clean(full | {"What helps?": "A zebra in the staff room"})
    assert cleaned.commenting_by_respondent.to_dict("list") == {
        "wave": ["wave-1"],
        "respondent_id": ["wave-1-0001"],
        "question": ["helps"],
    }


@pytest.mark.parametrize("text", ["None", "n/a", "N/A.", "no", "Nothing", "-", "...", " nil "])
def test_a_comment_that_says_there_is_none_is_kept_and_not_counted(
    text: str, clean: Clean, full: dict[str, Any]
) -> None:
    cleaned = clean(full | {"What helps?": text})
    assert cleaned.comments_by_respondent["text"].tolist() == [text]
    assert len(cleaned.commenting_by_respondent) == 0
