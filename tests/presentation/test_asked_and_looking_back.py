"""What a report says of questions that were asked otherwise, and of people looking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.reference.evaluation import Evaluation
from tests.protecting import protect_alone
from tests.two_waves import estimates_of, evaluation_with

EARLIER = ["Not sure"] * 6 + ["Rather sure"] * 4 + ["Very sure"] * 2
LATER = ["Not sure"] * 2 + ["Rather sure"] * 4 + ["Very sure"] * 6
BEFORE = {"id": "was-sure", "measure": "Was", "short_name": "Was sure", "scale": "sure", "wording": "How before?"}
REWORDED = {"wording": {"wave-1": "How sure?", "wave-2": "How certain?"}}
WAVES = {"wave-1": {"sure": EARLIER, "calm": EARLIER}, "wave-2": {"sure": LATER, "calm": LATER}}


def report(
    evaluation: Evaluation,
    answers: Mapping[str, Mapping[str, Sequence[str | None]]] = WAVES,
    *,
    area: str = "all",
    minimum_base: int = 10,
) -> AreaReport:
    published = protect_alone(
        estimates_of(evaluation, answers),
        minimum_base=minimum_base,
        whole_area="all",
    )
    kind = WholeAreaReport if area == "all" else AreaReport
    return kind(published, evaluation, "wave-2", area)


def looking_back(pairs: int = 12, **made: object) -> AreaReport:
    evaluation = evaluation_with({"before": "was-sure"}, BEFORE)
    later = {"sure": LATER, "calm": LATER, "was-sure": EARLIER[:pairs] + [None] * (12 - pairs)}
    return report(evaluation, {"wave-1": later, "wave-2": later}, **made)  # type: ignore[arg-type]


def test_questions_asked_alike_are_said_to_be() -> None:
    assert (
        "Every question was asked with the same words and answers as in Wave 1."
        in report(evaluation_with()).questions().markup
    )


def test_a_reworded_question_is_named_and_not_compared() -> None:
    found = report(evaluation_with(REWORDED))
    sentence = "Asked otherwise than in Wave 1: Being sure (not compared: the question was worded differently"
    assert sentence in found.questions().markup
    assert "[x] the question was worded differently in the two waves. The share in each is shown" in (
        found.summary().markup
    )
    # Both shares stand in the table, but no arrow or line leads from one to the other.
    assert "17%" in found.shares().markup
    assert not next(one for one in found.measures if one.item.id == "sure").is_compared


def test_a_question_declared_the_same_is_named_with_its_reason() -> None:
    found = report(evaluation_with(REWORDED | {"same_question_because": "ten people took it so"}))
    assert "Being sure (compared: the settings say why it is the same: ten people took it so)" in (
        found.questions().markup
    )


def test_a_scale_that_changed_has_a_picture_of_its_own_in_each_wave() -> None:
    rescaled = {"scale": {"default": "sure", "wave-2": "marks"}, "same_question_because": "tested"}
    marks = ["0"] * 3 + ["1"] * 3 + ["2"] * 4 + ["3"] * 2
    found = report(evaluation_with(rescaled), WAVES | {"wave-2": {"sure": marks, "calm": LATER}})
    assert isinstance(found, WholeAreaReport)
    page = found.distributions().markup
    assert page.count('id="figure-answers-sure"') == page.count('id="figure-answers-marks"') == 1
    assert "“very sure”, then “2 or 3”" in found.shares().markup


def test_a_reversed_item_is_drawn_from_worst_to_best_and_listed_as_asked() -> None:
    reversed_item = {
        "id": "lost", "measure": "Lost", "short_name": "Feeling lost", "scale": "lost", "wording": "How lost?",
        "reversed": True,
    }  # fmt: skip
    evaluation = evaluation_with()
    lost = {"levels": ["Never", "At times", "Always"], "favourable": ["Never"], "favourable_phrase": "never"}
    settings = evaluation.model_dump(exclude_unset=True)
    settings["scales"]["lost"] = lost
    settings["items"] = [*settings["items"], reversed_item]
    answers = {"sure": EARLIER, "calm": EARLIER, "lost": ["Never"] * 9 + ["Always"] * 3}
    found = report(Evaluation.model_validate(settings), {"wave-1": answers, "wave-2": answers})
    assert isinstance(found, WholeAreaReport)
    assert "Answers: Never; At times; Always." in found.questions().markup
    assert "from “Always” to “Never”, for Feeling lost" in found.distributions().markup
    assert "75%" in found.shares().markup


def test_a_survey_that_asked_nobody_to_look_back_says_so_in_one_line() -> None:
    assert report(evaluation_with()).looking_back().markup == (
        "<p>The survey asked nobody to look back at how things were before.</p>"
    )


def test_looking_back_gives_pairs_shares_change_and_means_of_the_whole_area() -> None:
    page = looking_back().looking_back().markup
    assert "Looking back, people said in Wave 2" in page
    for cell in ("17%", "50%", "+33", "1.7", "2.3", "(11\u00a0df)"):
        assert cell in page


def test_looking_back_in_an_area_has_no_means() -> None:
    page = looking_back(area="camden").looking_back().markup
    assert "50%" in page
    assert "Paired t" not in page
    assert "2.3" not in page


def test_too_few_pairs_are_hidden_in_every_cell_and_download() -> None:
    found = looking_back(9)
    page = found.looking_back().markup
    assert page.count("[c]") == 7
    assert "50%" not in page
    rows = found.download("looking-back").rows
    assert (rows[["base_n", "share_before", "estimate", "t"]] == "[c]").all(axis=None)


def test_the_question_about_before_is_no_measure_of_a_wave() -> None:
    found = looking_back()
    assert [one.item.id for one in found.measures] == ["sure", "calm"]
    assert "all-looking-back.csv" in [download.name for download in found.downloads()]


def test_published_tables_survive_parquet(tmp_path: object) -> None:
    table = looking_back().published.retrospective_by_item_area
    path = f"{tmp_path}/pairs.parquet"
    table.to_parquet(path, index=False)
    pd.testing.assert_frame_equal(pd.read_parquet(path), table)
