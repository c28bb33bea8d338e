"""Pages with pledges and themes are read without refusal, and what they say that their files do not say is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.data.registers.schemas import SCHEMAS
from pipeline.disclosure import facts
from pipeline.disclosure.gate import against_policy
from pipeline.disclosure.policies import STANDARD, find_policy
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.disclosure.suppression import Suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.wave import WaveEstimates
from tests.disclosure.reading.edits import Edit, Files, change, drop
from tests.disclosure.reading.pledged_pages import improvement_of, registers_of, release_with, settings_of
from tests.tiny_registers import SETTINGS

WHOLE, BARNET, CAMDEN, ENFIELD = (f"wave-2/{area}.html" for area in ("all-three", "barnet", "camden", "enfield"))
Read = Callable[[Files, Evaluation], Reading]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pledged")


@pytest.fixture(scope="module")
def by_policy(folder: Path) -> Mapping[str, Evaluation]:
    return {policy: settings_of(folder, policy=policy) for policy in ("standard", "strict")}


@pytest.fixture(scope="module")
def made(
    by_policy: Mapping[str, Evaluation], tiny_published: Published, tiny_estimates: WaveEstimates, folder: Path
) -> Mapping[str, Files]:
    strict = protect(
        tiny_estimates,
        policy=find_policy("strict"),
        minimum_base=3,
        suppression=Suppression(),
        whole_area="all-three",
    )
    published = {"standard": tiny_published, "strict": strict}
    return {
        policy: release_with(improvement_of(evaluation), published[policy], evaluation, folder)
        for policy, evaluation in by_policy.items()
    }


def texts_of(evaluation: Evaluation) -> frozenset[str]:
    registers = registers_of(evaluation)
    return frozenset(
        cell
        for name, schema in SCHEMAS.items()
        for column in schema.columns
        if column.kind in ("text", "post", "code", "reference")
        for cell in getattr(registers, name)[column.name].dropna()
    )


@pytest.fixture(scope="module")
def read() -> Read:
    return lambda files, evaluation: read_release(files, evaluation, register_texts=texts_of(evaluation))


def text_of(files: Files, file: str, heading: str) -> str:
    page = files[file].decode("utf-8").replace("\u00a0", " ")
    section = page.split(f">{heading}</h2>")[1].split("<h2")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


@pytest.mark.parametrize("policy", ["standard", "strict"])
def test_true_pages_are_read_without_refusal_and_show_nothing_that_the_policy_does_not(
    made: Mapping[str, Files], by_policy: Mapping[str, Evaluation], read: Read, policy: str
) -> None:
    reading = read(made[policy], by_policy[policy])
    assert reading.refusals == ()
    told = {fact.statistic for fact in reading.facts}
    assert facts.PLEDGES in told
    assert facts.THEME_COMMENTS in told
    assert list(against_policy(reading.facts, find_policy(policy), "all-three")) == []


def test_the_whole_area_s_page_tells_what_was_made_and_kept(made: Mapping[str, Files]) -> None:
    told = text_of(made["standard"], WHOLE, "Pledges")
    assert "By 29 October 2023, 12 people across All three had made 14 pledges." in told
    # 11 of 14 followed up, 8 of these kept; 8 of 14 at least and 11 of 14 at most.
    assert "79% of these were followed up. Of those followed up 73% were kept (95% interval 43% to 90%)." in told
    assert "Of all that were made at least 57% and at most 79% were kept." in told
    # One of 14 was not kept: beside 14% kept in part that would tell how many exactly.
    assert "kept in part" not in told


def test_under_bins_the_counts_stand_in_bins_and_no_share_is_shown(made: Mapping[str, Files]) -> None:
    told = text_of(made["strict"], WHOLE, "Pledges")
    assert "By 29 October 2023, 7–12 people across All three had made 13–18 pledges: 7–12 were kept, 0–6" in told
    assert "%" not in told


def test_an_area_that_cannot_be_shown_says_so_and_shows_the_whole(made: Mapping[str, Files]) -> None:
    told = text_of(made["standard"], ENFIELD, "Pledges")
    assert "Of Enfield alone nothing is shown, to protect the people who pledged; the figures are of All three." in told
    assert "Not shown apart" not in told
    assert "All three 12 14 79%" in told


def test_an_area_with_enough_people_stands_above_the_whole(made: Mapping[str, Files]) -> None:
    # Six pledges of five people of Barnet: four kept, one in part, one not followed up.
    told = text_of(made["standard"], BARNET, "Pledges")
    assert "Barnet 5 6 83% 80% (38% to 96%) 67% to 83% All three 12 14" in told
    assert "Barnet 5 6" not in text_of(made["standard"], CAMDEN, "Pledges")


def test_themes_stand_in_order_and_every_theme_leads_to_its_ideas(made: Mapping[str, Files]) -> None:
    told = text_of(made["standard"], WHOLE, "Barriers, successes and suggestions")
    assert "In Second wave, 10 different comments from across All three were read for themes." in told
    # Of the second wave: time 6 of 10 by either coder, words 3 of 10; in the first it was the other way round.
    assert "Too little time Barrier 2 1 60% No shared words Barrier 1 2 30%" in told
    assert "No shared words The words on the form testing Words on forms Using the words" in told
    assert "Too little time None yet" in told


LEAKS: dict[str, Edit] = {
    "a count of few people in the sentence": change(WHOLE, "12 people across All three", "2 people across All three"),
    "another share kept": change(WHOLE, "73% were kept", "74% were kept"),
    "another interval": change(WHOLE, "interval 43% to 90%)", "interval 44% to 90%)"),
    "a sentence left out": change(WHOLE, "79% of these were followed up.", ""),
    "who did not keep it": change(ENFIELD, "Of Enfield alone nothing is shown", "Of Enfield 1 was not kept; nothing"),
    "another cell of the table": change(WHOLE, "<td>57% to 79%</td>", "<td>57% to 80%</td>"),
    "an exact share in the file": change("wave-2/all-three-pledges.csv", ",79,73,", ",79,72.7,"),
    "few people in the file": change("wave-2/all-three-pledges.csv", ",12,14,", ",2,14,"),
    "a file of one area alone": drop("wave-2/camden-pledges.csv"),
    "a pledge's own words as a theme": change("wave-2/all-three-themes.csv", "Too little time", "Anna has no time"),
    "a theme's place": change(WHOLE, "<td>Barrier</td><td>2</td><td>1</td>", "<td>Barrier</td><td>2</td><td>3</td>"),
    "how many comments are on a theme": change(
        WHOLE, "comments from across All three were read", "comments, 1 of Enfield, were read"
    ),
    "another agreement": change(WHOLE, "<td>10</td><td>0.", "<td>10</td><td>1."),
    "a note in the notebook's prose": change(WHOLE, "What people undertook to do", "What 3 people undertook to do"),
    "a row for an area": change(
        "wave-2/enfield-pledges.csv", "\r\nAll three boroughs,", "\r\nEnfield,,,2023-10-29,3,3,"
    ),
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_leak_into_true_pages_is_refused(
    made: Mapping[str, Files], by_policy: Mapping[str, Evaluation], read: Read, leak: Edit
) -> None:
    assert read(leak(made["standard"]), by_policy["standard"]).refusals


def test_an_exact_count_in_a_file_of_bins_is_refused(
    made: Mapping[str, Files], by_policy: Mapping[str, Evaluation], read: Read
) -> None:
    leak = change("wave-2/all-three-pledges-in-bins.csv", ",13–18,", ",14,")
    refusals = read(leak(made["strict"]), by_policy["strict"]).refusals
    assert any("column made: 14 are told exactly" in one for one in refusals)


def test_a_file_of_shares_is_against_a_policy_of_bins(
    made: Mapping[str, Files], by_policy: Mapping[str, Evaluation], read: Read
) -> None:
    # The same bytes, as if the settings asked for bins.
    told = list(against_policy(read(made["standard"], by_policy["standard"]).facts, find_policy("strict"), "all-three"))
    assert any("does not show the figure 'share of pledges kept or followed up'" in one for one in told)
    assert list(against_policy(read(made["standard"], by_policy["standard"]).facts, STANDARD, "all-three")) == []


def test_without_the_registers_each_section_says_so_in_one_line(
    folder: Path, tiny_published: Published, read: Read
) -> None:
    left_out = ("pledges", "themes", "coding", "change_ideas", "pdsa")
    settings = "".join(
        line
        for line in SETTINGS.splitlines(keepends=True)
        if not line.startswith(tuple(f"  {one}:" for one in left_out))
    )
    evaluation = settings_of(folder, settings=settings)
    files = release_with(improvement_of(evaluation), tiny_published, evaluation, folder)
    assert read(files, evaluation).refusals == ()
    assert text_of(files, CAMDEN, "Pledges").endswith("No register of pledges is kept.")
    assert text_of(files, CAMDEN, "Barriers, successes and suggestions").endswith("No register of themes is kept.")


def test_of_too_few_people_and_comments_the_sections_say_that_nothing_can_be_shown(
    by_policy: Mapping[str, Evaluation], folder: Path, tiny_published: Published, read: Read
) -> None:
    evaluation = by_policy["standard"]
    few = "pledge,person,areas,sector,text,theme,scope,made_on,status,checked_on\n"
    few += "pledge-1,P01,barnet,health,Use the words,,own,2023-05-16,unknown,\n"
    empty = "comment,wave,question,coder,theme,grouping,impact\n"
    improvement = improvement_of(evaluation, pledges=few, coding=empty)
    files = release_with(improvement, tiny_published, evaluation, folder)
    assert read(files, evaluation).refusals == ()
    assert "none were made, or by too few people" in text_of(files, WHOLE, "Pledges")
    assert "no comments, or too few, were read" in text_of(files, WHOLE, "Barriers, successes and suggestions")
