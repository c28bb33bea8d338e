"""Pages on events are read without refusal under both policies, and refused with anything else in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from pipeline.data.registers.schemas import SCHEMAS
from pipeline.disclosure import facts
from pipeline.disclosure.facts import keys_of
from pipeline.disclosure.gate import against_policy
from pipeline.disclosure.improvement.protect import protect_improvement
from pipeline.disclosure.policies import STRICT, policy_of
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves
from pipeline.statistics.improvement.describe import describe_improvement
from pipeline.statistics.wave import estimate_wave
from tests.disclosure.reading.conftest import release_of
from tests.disclosure.reading.edits import Edit, Files, change, drop, lines_of
from tests.events_small import EVENTS_SETTINGS, events_registers
from tests.protecting import protect_alone

WHOLE, BARNET, ENFIELD = (f"wave-2/{area}.html" for area in ("all-three", "barnet", "enfield"))
EVALUATION = Evaluation.model_validate(yaml.safe_load(EVENTS_SETTINGS))


def texts_of(registers: object) -> frozenset[str]:
    """Return all that stands in registers as text, as machinery/registers.py does."""
    frames = {name: getattr(registers, name) for name in SCHEMAS}
    return frozenset(str(cell) for frame in frames.values() for name in frame for cell in frame[name].dropna())


def asked(**rules: object) -> Evaluation:
    return EVALUATION.model_copy(update={"disclosure": EVALUATION.disclosure.model_copy(update=rules)})


REGISTERS = events_registers(EVALUATION)
TEXTS = texts_of(REGISTERS)
NO_ROWS = {
    "events": "event,kind,title,date,hours\n",
    "attendance": "event,person,areas,sector,role,organisation,attendance,reason\n",
    "feedback": "event,person,element,rating\n",
    "governance": "post,kind,area,status,since,until,note\n",
}


def pages_of(published: Published, evaluation: Evaluation, folder: Path, **changed: str) -> Files:
    registers = events_registers(evaluation, **changed) if changed else REGISTERS
    improvement = protect_improvement(describe_improvement(registers, evaluation, "wave-2"), evaluation)
    return release_of(published, evaluation, "wave-2", folder, improvement)


@pytest.fixture(scope="module")
def published(tiny_cleaned: CleanedTables) -> Published:
    return protect_alone(estimate_wave(tiny_cleaned, EVALUATION, "wave-2"), minimum_base=3, whole_area="all-three")


@pytest.fixture(scope="module")
def files(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return pages_of(published, EVALUATION, tmp_path_factory.mktemp("pages"))


def read(files: Files, evaluation: Evaluation = EVALUATION) -> Reading:
    return read_release(files, evaluation, register_texts=TEXTS)


def test_pages_on_events_are_read_without_refusal(files: Files) -> None:
    assert read(files).refusals == ()


def test_a_page_says_who_was_missing_and_what_follows(files: Files) -> None:
    whole, enfield = files[WHOLE].decode(), files[ENFIELD].decode()
    assert "<li>First forum, 7 February 2023. Boroughs missing: Enfield. Sectors missing: none.</li>" in whole
    assert "<li>Second forum, 16 May 2023. Boroughs missing: none. Sectors missing: none.</li>" in whole
    assert "Still to come on 29 October 2023: Fourth forum." in whole
    assert (
        "Of the 20 people at the forums across All three, 60% (95% interval: 39% to 78%) work in health (Health)."
        in whole
    )
    assert "By the register of posts, somebody speaks for Barnet; nobody speaks for Camden and Enfield." in whole
    assert "Nobody came from Enfield to: First forum, 7 February 2023; Third forum, 5 September 2023." in enfield
    assert "anybody from Enfield who works in these sectors: Health. They are the ones to invite" in enfield
    assert "<td>75%</td>" in whole[whole.index('id="table-absence-reasons"') :]
    assert "<td>60% (23% to 88%)</td><td>5</td>" in enfield


def test_the_sections_stand_on_pages_of_areas_as_on_that_of_the_whole(files: Files) -> None:
    for page in (WHOLE, BARNET, ENFIELD):
        text = files[page].decode()
        assert text.index("Forums, workshops and training</h2>") < text.index("What people said of the events</h2>")


def test_a_number_of_people_at_events_stands_on_no_page_of_a_single_area(files: Files) -> None:
    assert "table-events" in files[WHOLE].decode()
    for table in ("table-events", "table-event-sectors", "table-coming-again", "table-absence-reasons"):
        assert table not in files[BARNET].decode()


def test_figures_of_events_are_facts_that_the_policy_knows(files: Files) -> None:
    reading = read(files)
    names = {fact.statistic for fact in reading.facts}
    assert {facts.EVENT_PEOPLE, facts.EVENT_SECTORS, facts.EVENT_PRESENCE, facts.EVENT_SHARE} <= names
    assert list(against_policy(reading.facts, policy_of(EVALUATION.disclosure), "all-three")) == []


def test_what_the_policy_does_not_show_is_found_in_the_files(files: Files) -> None:
    reading = read(files)
    refused = list(against_policy(reading.facts, policy_of(asked(event_presence=False).disclosure), "all-three"))
    assert refused
    assert all(facts.EVENT_PRESENCE in told for told in refused)
    assert any(facts.EVENT_SHARE in told for told in against_policy(reading.facts, STRICT, "all-three"))


def test_presence_is_a_fact_with_its_bounds(files: Files) -> None:
    told = [fact for fact in read(files).facts if fact.statistic == facts.EVENT_PRESENCE]
    entry = "presence|Second forum|2023-05-16|Enfield|Health"
    (nobody,) = [
        one for one in told if one.of["entry"] == entry.removeprefix("presence|") and one.of["area"] == "enfield"
    ]
    assert (nobody.low, nobody.high) == (0, 0)
    assert keys_of(**dict(nobody.of)) == nobody.keys


# Of an area's page, its own presence table has other cells than the whole area's.
EDITS: dict[str, Edit] = {
    "an area that was missing is said to have been there": change(
        WHOLE,
        "First forum, 7 February 2023. Boroughs missing: Enfield.",
        "First forum, 7 February 2023. Boroughs missing: none.",
    ),
    "a cell of who was there": change(
        ENFIELD,
        "<td>5 September 2023</td><td>nobody</td><td>none</td>",
        "<td>5 September 2023</td><td>nobody</td><td>Health</td>",
    ),
    "the people of an event": change(WHOLE, "<td>2.5</td><td>18</td>", "<td>2.5</td><td>19</td>"),
    "few people at an event, in the file of every area and on the page": lambda files: {
        name: content.replace(b",2.5,18,", b",2.5,2,").replace(b"<td>2.5</td><td>18</td>", b"<td>2.5</td><td>2</td>")
        for name, content in files.items()
    },
    "a share of those who came again": change(WHOLE, "<td>72%</td><td>18</td>", "<td>73%</td><td>18</td>"),
    "the share from health": change(
        WHOLE, "60% (95% interval: 39% to 78%) work", "61% (95% interval: 39% to 78%) work"
    ),
    "a reason below an end": change(WHOLE, "<td>under 10%</td>", "<td>5%</td>"),
    "a sentence on how many came from an area": change(
        BARNET, "<p>Numbers of people at events", "<p>From Barnet 8 people came.</p>\n<p>Numbers of people at events"
    ),
    "a sentence left out": change(
        ENFIELD, "<p>Numbers of people at events are shown of All three alone, to protect those who came.</p>\n", ""
    ),
    "two sentences in another order": change(
        WHOLE,
        "<li>First forum, 7 February 2023. Boroughs missing: Enfield. Sectors missing: none.</li>\n"
        "<li>Second forum, 16 May 2023. Boroughs missing: none. Sectors missing: none.</li>",
        "<li>Second forum, 16 May 2023. Boroughs missing: none. Sectors missing: none.</li>\n"
        "<li>First forum, 7 February 2023. Boroughs missing: Enfield. Sectors missing: none.</li>",
    ),
    "a title that stands in no register": lambda files: {
        name: content.replace(b"Third forum", b"Third forum with Ann Lee") for name, content in files.items()
    },
    "a file of one area with another row": lines_of(
        "wave-2/barnet-presence.csv",
        lambda lines: [line for line in lines if not line.startswith("The words,2023-01-10,Barnet,Health")],
    ),
    "a file that one area lacks": drop("wave-2/barnet-usefulness.csv"),
    "the usefulness of a part": change(BARNET, "<td>60% (23% to 88%)</td>", "<td>60% (23% to 89%)</td>"),
    "who speaks for an area": change(ENFIELD, "nobody speaks for Enfield", "somebody speaks for Enfield"),
    "a column more": lines_of(
        "wave-2/all-three-events.csv", lambda lines: [f"{line},1" if line else line for line in lines]
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_of_pages_or_files_on_events_is_refused(edit: Edit, files: Files) -> None:
    assert read(edit(files)).refusals


# How pages say what they do not show, or what is not kept.
VARIANTS: dict[str, tuple[dict[str, object], dict[str, str], str]] = {
    "no register": ({}, NO_ROWS, "<p>No register of events is kept.</p>"),
    "no feedback": ({}, {"feedback": NO_ROWS["feedback"]}, "<p>No feedback on events is recorded.</p>"),
    "nobody recorded": (
        {},
        {"attendance": NO_ROWS["attendance"], "feedback": NO_ROWS["feedback"]},
        "<p>Nothing is recorded of who came.</p>",
    ),
    "presence refused": (
        {"event_presence": False},
        {},
        "is not shown: the owner of the data decided so.</p>",
    ),
    "few people": (
        {"minimum_base": 10, "least_values": 4},
        {},
        "<p>How often people came to the forums is not shown ([c]), to protect them.</p>",
    ),
    "very few people": (
        {"minimum_base": 30, "least_values": 4},
        {},
        "<p>The sectors of those who came are not counted here ([c]), to protect them.</p>",
    ),
    "many sectors at small events": (
        {"minimum_base": 30, "least_values": 29},
        {},
        "Who was missing is not shown ([c]), to protect those who came.</li>",
    ),
}


@pytest.mark.parametrize(("rules", "changed", "told"), VARIANTS.values(), ids=VARIANTS)
def test_what_is_not_shown_or_not_kept_is_said_and_read(
    rules: dict[str, object], changed: dict[str, str], told: str, published: Published, tmp_path: Path
) -> None:
    evaluation = asked(**rules)
    files = pages_of(published, evaluation, tmp_path, **changed)
    assert told in files[WHOLE].decode()
    # The survey's own tables were protected by other rules.
    assert [one for one in read(files, evaluation).refusals if OURS.search(one)] == []


OURS = re.compile("event|presence|coming-again|absence|health-share|representatives|forum|Forum|people said")


def test_pages_of_bins_are_read_without_refusal(tiny_cleaned: CleanedTables, tmp_path: Path) -> None:
    strict = asked(policy="strict")
    withheld = primary_suppression(count_waves(tiny_cleaned, strict, strict.waves), STRICT, 3).withheld
    estimates = estimate_wave(tiny_cleaned, strict, "wave-2", withheld=withheld)
    published = protect(estimates, policy=STRICT, minimum_base=3, suppression=Suppression(), whole_area="all-three")
    files = pages_of(published, strict, tmp_path)
    reading = read(files, strict)
    assert reading.refusals == ()
    assert list(against_policy(reading.facts, STRICT, "all-three")) == []
    assert facts.EVENT_ANSWERS in {fact.statistic for fact in reading.facts if fact.is_shown}
    page = files[WHOLE].decode()
    assert "<td>7–12</td>" in page[page.index('id="table-event-sectors"') :]
    exact = change(WHOLE, "among the 0–6 people across", "among the 4 people across")
    assert read(exact(files), strict).refusals
