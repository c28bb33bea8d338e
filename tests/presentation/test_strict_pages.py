"""Pages of the tiny survey with counts in bins of six: worth reading, and without anything finer than the policy shows.

Of Barnet 4 people answered, then 5; of all three boroughs 9, then 11: tests/conftest.py has every row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from pipeline.disclosure.policies import STRICT
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.reference.evaluation import Disclosure, Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves
from pipeline.statistics.wave import WaveEstimates, estimate_wave
from tests.presentation.pages import PIECES, Page, pieces
from tests.presentation.test_report_pieces import FIGURED

AREAS = ("barnet", "camden", "enfield")
BIN = re.compile(r"\b\d+–\d+\b")
LEAKED = re.compile(r"\b(?:nan|NaN|NaT|NA|None(?! of))\b")


@pytest.fixture(scope="module")
def strict(tiny_evaluation: Evaluation) -> Evaluation:
    rules = Disclosure(policy="strict", minimum_base=3, least_values=1)
    return tiny_evaluation.model_copy(update={"disclosure": rules})


@pytest.fixture(scope="module")
def estimates_by_wave(tiny_cleaned: CleanedTables, strict: Evaluation) -> Mapping[str, WaveEstimates]:
    counts = count_waves(tiny_cleaned, strict, strict.waves)
    withheld = primary_suppression(counts, STRICT, 3).withheld
    return {wave: estimate_wave(tiny_cleaned, strict, wave, withheld=withheld) for wave in ("wave-1", "wave-2")}


def publish(estimates: WaveEstimates, strict: Evaluation) -> Published:
    # Bins hide nothing besides.
    return protect(estimates, policy=STRICT, minimum_base=3, suppression=Suppression(), whole_area=strict.whole_area.id)


@pytest.fixture(scope="module")
def published_by_wave(estimates_by_wave: Mapping[str, WaveEstimates], strict: Evaluation) -> Mapping[str, Published]:
    return {wave: publish(estimates, strict) for wave, estimates in estimates_by_wave.items()}


@pytest.fixture(scope="module")
def report(published_by_wave: Mapping[str, Published], strict: Evaluation) -> Callable[..., AreaReport]:
    def make(area: str, wave: str = "wave-2") -> AreaReport:
        kind = WholeAreaReport if area == "all-three" else AreaReport
        return kind(published_by_wave[wave], strict, wave, area)

    return make


def text_of(report: AreaReport, *names: str) -> str:
    return " ".join(Page(pieces(report, names or PIECES)).text.replace(" :", ":").split())


def numbers_besides_bins(text: str) -> set[str]:
    """Return every number but those of bins and the level of an interval, with its sign or its per cent."""
    return set(re.findall(r"[+−-]?\d+(?:\.\d+)?%?", BIN.sub("", text.replace("95% interval", ""))))


def figures_of_the_whole(published: Published) -> set[str]:
    """Return the changes of the whole area as a page and a file write them."""
    rows = published.changes_by_item_area.query("area == 'all-three'")
    found = {int(value) for value in rows[["estimate", "conf_low", "conf_high"]].stack()}
    return {f"{value:+d}".replace("-", "−") for value in found} | {str(value) for value in found} | {"0"}


def rows_of_files(report: AreaReport) -> Iterator[tuple[str, dict[str, str]]]:
    for download in report.downloads():
        for row in csv.DictReader(io.StringIO(download.content().decode("utf-8-sig"), newline="")):
            yield download.name, row


def test_a_borough_s_headline_tells_people_in_bins_and_that_no_change_is_shown(report: Any) -> None:
    text = text_of(report("barnet"), "summary")
    # None of four people were sure or very sure, then all of five.
    assert (
        "Using: 0–6 of 0–6 people answered “sure or very sure” in First wave, 0–6 of 0–6 in Second wave. "
        "Across All three the change was +"
    ) in text
    assert "Counts are shown in bins of six; no change is shown for a single borough." in text
    assert "Answers for Barnet came from 0–6 people in First wave and 0–6 people in Second wave." in text
    assert report("barnet").summary().markup.count("<img") == 0


def test_the_whole_area_keeps_its_change_with_interval_and_its_bases_in_bins(
    report: Any, published_by_wave: Mapping[str, Published]
) -> None:
    text = text_of(report("all-three"), "summary")
    row = published_by_wave["wave-2"].changes_by_item_area.query("item == 'sure' and area == 'all-three'").iloc[0]
    assert f"+{row['estimate']} percentage points (95% interval +{row['conf_low']} to +{row['conf_high']};" in text
    # Nine people, then eleven; as counted one of nine and nine of eleven.
    assert "7–12 people, then 7–12)." in text
    assert "As counted: 0–6 of 7–12, then 7–12 of 7–12." in text
    table = Page(report("all-three").change().markup).tables["table-change"]
    assert table[1][:2] == ["Using", "7–12, then 7–12"]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("wave", ["wave-1", "wave-2"])
def test_a_borough_s_page_holds_no_number_but_bins_and_the_whole_area_s_changes(
    report: Any, published_by_wave: Mapping[str, Published], area: str, wave: str
) -> None:
    page = report(area, wave)
    allowed = figures_of_the_whole(published_by_wave[wave]) if wave == "wave-2" else set()
    # A change can differ by 1 from the difference of two shares.
    assert numbers_besides_bins(text_of(page, *FIGURED)) - allowed <= ({"1"} if wave == "wave-2" else set())
    assert "95% interval" not in text_of(page, "shares")


def within_their_bins(estimates: WaveEstimates) -> WaveEstimates:
    """Return the estimates as they would be, had six people answered in every borough, all alike, and all otherwise."""
    changed = {}
    counts = dict.fromkeys(("base_n", "favourable_n", "count", "base_n_baseline", "base_n_comparison"), 6)
    figures = {"estimate": -0.4, "conf_low": -0.9, "conf_high": 0.3, "p_value": 0.9, "detectable": 0.7}
    for name in (field.name for field in fields(WaveEstimates)):
        table = getattr(estimates, name)
        if "area" in table:
            table = table.copy()
            of_areas = table["area"].ne("all-three")
            for column, value in (figures | counts).items():
                if column in table:
                    table.loc[of_areas & table[column].notna(), column] = value
            changed[name] = table
    return replace(estimates, **changed)


@pytest.mark.parametrize("wave", ["wave-1", "wave-2"])
def test_no_byte_of_a_page_or_file_depends_on_where_in_its_bin_a_borough_s_count_lies(
    estimates_by_wave: Mapping[str, WaveEstimates], strict: Evaluation, report: Any, wave: str
) -> None:
    # Four or five people stand behind every borough's figures but Enfield's, behind which two do, and three.
    other = publish(within_their_bins(estimates_by_wave[wave]), strict)
    for area in (*AREAS, "all-three"):
        before = report(area, wave)
        after = type(before)(other, strict, wave, area)
        assert pieces(after) == pieces(before)
        assert [one.content() for one in after.downloads()] == [one.content() for one in before.downloads()]


@pytest.mark.parametrize("area", [*AREAS, "all-three"])
@pytest.mark.parametrize("wave", ["wave-1", "wave-2"])
def test_no_page_prints_what_is_missing(report: Any, area: str, wave: str) -> None:
    page = report(area, wave)
    seen = Page(pieces(page))
    # "None" is an answer of the tiny survey; a cell or a count that is none would stand beside a mark of its own.
    told = (
        " ".join([seen.text, *seen.pictures]).replace("“None”", "").replace("None; Some", "").replace("None Some", "")
    )
    assert LEAKED.findall(told) == []
    for _, row in rows_of_files(page):
        assert "" not in [row[name] for name in row if name.startswith(("estimate", "conf_l", "conf_h", "base_n"))]
        assert not LEAKED.findall(" ".join(value for name, value in row.items() if name != "response"))


@pytest.mark.parametrize("area", AREAS)
def test_a_borough_s_own_rows_in_a_file_are_bins_or_marks(report: Any, area: str) -> None:
    own = [(name, row) for name, row in rows_of_files(report(area)) if not row["area"].startswith("All")]
    assert {name for name, _ in own} == {f"{area}-{kind}.csv" for kind in ("shares", "respondents", "changes")}
    for name, row in own:
        for column in ("estimate", "base_n", "base_n_baseline", "base_n_comparison"):
            assert row.get(column, "[c]") == "[c]" or BIN.fullmatch(row[column]), (name, row)
        assert {row.get("conf_low", "[c]"), row.get("conf_high", "[c]")} == {"[c]"}, (name, row)


def test_a_share_in_a_file_is_the_bins_of_people_and_of_those_who_answered(report: Any) -> None:
    shares = [row for name, row in rows_of_files(report("barnet")) if name == "barnet-shares.csv"]
    using = {(row["area"], row["wave"]): row for row in shares if row["item"] == "Using"}
    # Of all three boroughs nine of eleven people, and all five of Barnet.
    whole, barnet = (using[(area, "Second wave")] for area in ("All three boroughs", "Barnet"))
    assert (whole["estimate"], whole["base_n"]) == ("7–12", "7–12")
    assert (barnet["estimate"], barnet["base_n"]) == ("0–6", "0–6")
    assert whole["unit"] == barnet["unit"] == "people in bins of six"


def test_files_that_would_hold_nothing_but_marks_are_left_out_and_every_other_is_linked(report: Any) -> None:
    for area in ("barnet", "all-three"):
        page = report(area)
        names = {one.name.removeprefix(f"{area}-").removesuffix(".csv") for one in page.downloads()}
        expected = {"shares", "respondents", "changes"}
        assert names == expected | ({"distribution", "blanks"} if area == "all-three" else set())
        linked = {link for link in Page(pieces(page)).links if link.endswith(".csv")}
        assert linked == {one.name for one in page.downloads()}


def test_what_the_policy_does_not_show_is_said_in_one_line_and_fills_no_table(report: Any) -> None:
    page = Page(pieces(report("barnet")))
    assert set(page.tables) == {"table-people", "table-change", "table-shares"}
    assert not any("[c]" in cell for rows in page.tables.values() for row in rows for cell in row)
    for said in (
        "No change is shown for a single borough ([c]), to protect the people who answered; the table is of All three.",
        "No figure of a model or a check is shown for Barnet ([c])",
        "The other checks are not shown ([c])",
    ):
        assert said in page.text
    whole = Page(pieces(report("all-three")))
    assert not {"table-odds-ratios", "table-means", "table-reliability", "table-areas-sure"} & set(whole.tables)
    assert "Other figures of models and checks are not shown for All three ([c])" in whole.text


def test_a_strict_page_draws_nothing_empty(report: Any) -> None:
    # The one picture is the change in the whole area; bins of answers have no length to draw.
    assert [len(Page(pieces(report(area))).pictures) for area in ("barnet", "all-three")] == [0, 1]
    assert Page(pieces(report("all-three", "wave-1"))).pictures == []


def test_all_answers_stand_in_bins_with_the_bin_of_those_who_answered(report: Any) -> None:
    # First wave: 4, 4, 1 and 0 of 9; second: 0, 2, 6 and 3 of 11.
    assert Page(report("all-three").distributions().markup).tables["table-answers-sureness"][1:] == [
        ["Using, First wave", "0–6", "0–6", "0–6", "0–6", "7–12"],
        ["Using, Second wave", "0–6", "0–6", "0–6", "0–6", "7–12"],
    ]


def test_how_many_answered_on_the_scale_is_told_in_bins(report: Any) -> None:
    # Eight or nine of nine, then ten or eleven of eleven.
    text = text_of(report("barnet"), "checks")
    assert "in First wave 7–12 of 7–12 people answered a question on its scale; in Second wave 7–12 of 7–12" in text


def test_a_first_wave_in_bins_tells_where_things_stand(report: Any) -> None:
    text = text_of(report("barnet", "wave-1"), "summary")
    assert "Counts are shown in bins of six. " in text
    assert "Using: 0–6 of 0–6 people answered “sure or very sure”." in text


def test_submissions_are_told_in_bins(report: Any) -> None:
    # Nine submissions, all used; then twelve, of which eleven are.
    assert "First wave: 7–12 submissions, 7–12 used; Second wave: 7–12 submissions, 7–12 used." in text_of(
        report("all-three"), "submissions"
    )


def test_no_share_is_made_of_bins_and_the_mix_aimed_at_stays(report: Any) -> None:
    assert Page(report("all-three").who_answered().markup).tables["table-people"][:3] == [
        ["Sector", "All three, First wave", "All three, Second wave", "Share aimed at"],
        ["Health", "0–6", "0–6", "40%"],
        ["Schools", "0–6", "0–6", "60%"],
    ]


def test_the_words_of_a_strict_page_explain_bins_and_nothing_that_is_not_there(report: Any) -> None:
    words = text_of(report("barnet"), "terms")
    assert "A count of people is shown as the bin of six that it lies in" in words
    assert "Odds ratio" not in words
    assert "Drawn towards" not in words
    assert "fewer than 3" not in words
    assert "says how many stay clear" not in text_of(report("barnet"), "limits")


def test_looking_back_is_not_shown_in_bins(report: Any, published_by_wave: Mapping[str, Published]) -> None:
    made = published_by_wave["wave-2"]
    rows = made.changes_by_item_area.assign(before_item="known", wave="wave-2")
    found = AreaReport(replace(made, retrospective_by_item_area=rows), report("barnet").evaluation, "wave-2", "barnet")
    assert found.looking_back().markup == (
        "<p>What people say, looking back, of before and of now is not shown ([c]).</p>"
    )
    assert "barnet-looking-back.csv" not in [one.name for one in found.downloads()]
