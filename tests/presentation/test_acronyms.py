"""Acronyms that a page does not explain are found, and nothing else is."""

from __future__ import annotations

import pytest

from pipeline.presentation.acronyms import unexplained_acronyms


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>The ICB and CAMHS met.</p>", ["CAMHS", "ICB"]),
        ("<p>Several ICBs met, and the ICB again.</p>", ["ICB"]),
        ("<p>The NHS, in E09000003, on 7 May: A plan I like. Thriving.</p>", []),
        ("<style>H1 { COLOR: RED }</style><p class='ABC'>&lt;none&gt;</p>", []),
        ("<p>R&amp;D</p>", ["R&D"]),
    ],
)
def test_acronyms_stand_out(page: str, found: list[str]) -> None:
    assert unexplained_acronyms([page], []) == found


def test_what_a_glossary_explains_is_left_out() -> None:
    page = "<p>The ICB and the QI team</p>"
    assert unexplained_acronyms([page], ["ICB", "Quality improvement (QI)"]) == []
