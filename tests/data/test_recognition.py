from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.cleaning import CleanedWave
from pipeline.data.recognition import split_options
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

Clean = Callable[..., CleanedWave]
KNOWN = {
    normal_form(label): label
    for label in ("Barnet", "King's, Cross and more", "King's", "Voluntary, community, social")
}


def refused(clean: Clean, *rows: dict[str, Any], **made: Any) -> list[str]:
    with pytest.raises(ExportError) as caught:
        clean(*rows, **made)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("cell", "separator", "options"),
    [
        ("Barnet;", ";", ["Barnet"]),
        ("Barnet;King's;", ";", ["Barnet", "King's"]),
        ("Barnet, King's, Cross and more", ", ", ["Barnet", "King's, Cross and more"]),
        ("King's, Barnet", ", ", ["King's", "Barnet"]),
        ("voluntary,  Community, social, King’s", ", ", ["voluntary,  Community, social", "King’s"]),
        ("Voluntary, community, Barnet", ", ", ["Voluntary", "community", "Barnet"]),
        (" ; ;", ";", []),
    ],
)
def test_ticked_options_are_split_at_known_labels(cell: str, separator: str, options: list[str]) -> None:
    assert split_options(cell, separator, KNOWN) == options


@given(st.lists(st.sampled_from(sorted(KNOWN)), unique=True), st.sampled_from([", ", ";"]))
def test_what_a_platform_joins_is_split_again(options: list[str], separator: str) -> None:
    # "King's" before "Cross and more" could be read in two ways only if the latter were a label of its own.
    assert split_options(separator.join(options), separator, KNOWN) == options


def test_all_unknown_labels_of_a_wave_are_told_together(clean: Clean, plain: dict[str, Any]) -> None:
    lines = refused(
        clean,
        plain | {"Where?": "Camdn;Atlantis;", "Sector?": "Helth"},
        plain | {"Role?": "Boss", "How sure?": "Very shure", "How known?": "Mucho"},
    )
    assert lines == [
        "a.xlsx, line 2: 'Camdn' is no answer to 'Where?'; expected 'Barnet', 'Camden', 'King's, Cross and more', "
        "'All London' and 'All-wide'; did you mean 'Camden'?",
        "a.xlsx, line 2: 'Atlantis' is no answer to 'Where?'; expected 'Barnet', 'Camden', 'King's, Cross and more', "
        "'All London' and 'All-wide'.",
        "a.xlsx, line 2: 'Helth' is no answer to 'Sector?'; expected 'Health' and 'Schools'; did you mean 'Health'?",
        "a.xlsx, line 3: 'Boss' is no answer to 'Role?'; expected 'Manager'.",
        "a.xlsx, line 3: 'Very shure' is no answer to 'How sure?'; expected 'Not sure', 'Sure', 'Very sure' and "
        "'Don't know'; did you mean 'Very sure'?",
        "a.xlsx, line 3: 'Mucho' is no answer to 'How known?'; expected 'None', 'Little', 'Much' and 'NA'; "
        "did you mean 'Much'?",
    ]


def test_a_label_unknown_on_many_lines_is_told_once(clean: Clean, plain: dict[str, Any]) -> None:
    (line,) = refused(clean, plain, *[plain | {"How sure?": "Maybe"}] * 3)
    assert line.startswith("a.xlsx, line 3 (and 2 more): 'Maybe'")


def test_html_and_control_characters_are_shown_inertly_and_shortened(clean: Clean, plain: dict[str, Any]) -> None:
    (line,) = refused(clean, plain | {"How sure?": "<script>\n\x1b[31m\u202e" + "x" * 500})
    assert "'<script>\\n\\x1b[31m\\u202e" in line
    assert line.isprintable()
    assert len(line) < 250


@pytest.mark.parametrize("written", ["Don’t know", "don't\u00a0know", "DON'T KNOW  ", "Don`t know"])
def test_labels_are_recognised_however_they_are_typed(written: str, clean: Clean, plain: dict[str, Any]) -> None:
    answer = clean(plain | {"How sure?": written}).answers_by_respondent_item.iloc[0]
    assert (answer["response"], answer["answer_kind"]) == ("Don't know", "off_scale")


def test_synonyms_stand_for_their_labels(clean: Clean, plain: dict[str, Any]) -> None:
    answer = clean(plain | {"How sure?": "Quite sure", "Sector?": "nhs"}).answers_by_respondent_item.iloc[0]
    assert (answer["response"], answer["level"], answer["sector"]) == ("Sure", 2, "health")


def test_none_and_na_are_labels_where_the_scale_says_so(clean: Clean, plain: dict[str, Any]) -> None:
    answers = clean(plain | {"How known?": "None"}, plain | {"How known?": "NA"}).answers_by_respondent_item
    known = answers[answers["item"] == "known"]
    assert known["response"].tolist() == ["None", "NA"]
    assert known["answer_kind"].tolist() == ["answered", "off_scale"]
    assert known["level"].tolist()[0] == 1


def test_none_is_unknown_where_the_scale_does_not_say_so(clean: Clean, plain: dict[str, Any]) -> None:
    (line,) = refused(clean, plain | {"How sure?": "None"})
    assert "'None' is no answer to 'How sure?'" in line


def test_labels_of_rows_that_are_not_used_stop_nothing(clean: Clean, plain: dict[str, Any]) -> None:
    silent = {"Where?": "Atlantis"}
    assert len(clean(plain, silent).set_aside) == 1
