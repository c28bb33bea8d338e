"""What is wrong in a register is told with file, line and column in one sentence, and several mistakes at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.data.registers.cells import CellError, CellReader
from pipeline.data.registers.schemas import ATTENDANCE, PLAN, PLEDGES
from pipeline.ground.errors import RegistersError
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.improvement import REGISTERS
from tests.data.registers.conftest import Read, Told
from tests.data.registers.test_register_frames import workbook
from tests.tiny_registers import HASH, TINY_REGISTERS, file_of

P01 = "forum-1,P01,barnet,health,,st-ann-s-hospital,attended,"
FIRST_PLEDGE = "own,2023-02-07,kept,2023-05-16"

# Each: the register, what is changed in it, into what, the place of the mistake, and what the sentence must say.
MISTAKES: dict[str, tuple[str, str, str, str, list[str]]] = {
    "an unknown kind": (
        "events", "forum-1,forum", "forum-1,forun", "line 2, 'kind'", ["holds 'forun'", "'webinar'", "'forum'?"],
    ),
    "a blank title": ("events", "The first forum", "", "line 2, 'title'", ["is blank; expected what it was called"]),
    "two events that nobody could tell apart": (
        "events", "forum-2,forum,The second forum,2023-05-16", "forum-2,forum,The first forum,2023-02-07",
        "line 3, 'title'", ["'The first forum', as line 2 does for the same day; expected another title"],
    ),
    "a day in another format": (
        "events", "2023-02-07", "07/02/2023", "line 2, 'date'", ["holds '07/02/2023'", "'2023-11-20'", "dates:"],
    ),
    "a day of another century": ("events", "2023-02-07", "0223-02-07", "line 2, 'date'", ["holds '0223-02-07'"]),
    "hours below nought": ("events", "2.5", "-1", "line 2, 'hours'", ["holds '-1'; expected a number from 0.25"]),
    "hours that are no number": ("events", "2.5", "nan", "line 2, 'hours'", ["holds 'nan'; expected a number"]),
    "an id with a blank": (
        "events", "forum-2,", "forum 2,", "line 3, 'event'", ["holds 'forum 2'; expected an id of letters, digits"],
    ),
    "an event twice": ("events", "forum-2,", "FORUM-1,", "line 3, 'event'", ["stands in line 2 already", "once"]),
    "attendance for an unknown event": (
        "attendance", P01, P01.replace("forum-1", "forum-3"), "line 2, 'event'",
        ["holds 'forum-3'", "not in data/raw/registers/SYNTHETIC-events.csv", "did you mean 'forum-"],
    ),
    "a person twice at an event": (
        "attendance", "forum-1,P03", "forum-1,P02", "line 4, 'event'", ["stands in line 3 already", "event and person"],
    ),
    "an unknown area": (
        "attendance", "Barnet; Camden", "Barnet; Camdem", "line 3, 'areas'", ["'Camdem'", "did you mean 'camden'?"],
    ),
    "areas that are blank": ("attendance", "Barnet; Camden", " ", "line 3, 'areas'", ["is blank; expected some of"]),
    "one person in two sectors": (
        "attendance", "forum-2,P01,barnet,health", "forum-2,P01,barnet,schools", "line 5, 'sector'",
        ["puts 'P01' in 'schools'", "SYNTHETIC-attendance.csv, line 2 in 'health'", "one sector a person"],
    ),
    "a pledge of a person in another sector": (
        "pledges", "pledge-2,P02,barnet;camden,schools", "pledge-2,P02,barnet;camden,health", "line 3, 'sector'",
        ["puts 'P02' in 'health'", "SYNTHETIC-attendance.csv, line 3 in 'schools'"],
    ),
    "a reason of somebody who came": (
        "attendance", P01, P01 + "no cover", "line 2, 'reason'", ["is filled in beside 'attended'; expected it blank"],
    ),
    "a pledge checked before it was made": (
        "pledges", FIRST_PLEDGE, "own,2023-02-07,kept,2023-02-06", "line 2, 'checked_on'",
        ["is 2023-02-06, before it was made (2023-02-07)"],
    ),
    "a pledge kept and never checked": (
        "pledges", FIRST_PLEDGE, "own,2023-02-07,kept,", "line 2, 'checked_on'", ["is blank beside 'kept'"],
    ),
    "a pledge checked and unknown": (
        "pledges", "unknown,", "unknown,2023-05-16", "line 3, 'checked_on'", ["is filled in beside 'unknown'"],
    ),
    "a theme that nobody described": (
        "pledges", "words,own", "wards,own", "line 2, 'theme'", ["holds 'wards'", "did you mean 'words'?"],
    ),
    "a rating off every label": (
        "feedback", "very sure", "excellent", "line 2, 'rating'", ["holds 'excellent'", "the scale of 'networking'"],
    ),
    "a driver without a parent": (
        "drivers", "words,goal,primary", "words,,primary", "line 3, 'parent'", ["is blank; expected the aim"],
    ),
    "a driver whose parent is not there": (
        "drivers", "forms,words", "forms,worms", "line 4, 'parent'", ["holds 'worms'", "did you mean"],
    ),
    "a secondary driver of an aim": (
        "drivers", "forms,words", "forms,goal", "line 4, 'parent'", ["holds 'goal', which is aim, beside a secondary"],
    ),
    "an aim below a driver": (
        "drivers", "goal,,aim", "goal,words,aim", "line 2, 'parent'", ["round in a circle: goal to words to goal"],
    ),
    "an aim below an aim": (
        "drivers", "goal,,aim,", "other,goal,aim,Another\ngoal,,aim,", "line 2, 'parent'", ["'goal' beside an aim"],
    ),
    "a circle": (
        "drivers", "words,goal,primary", "words,forms,primary", "line 3, 'parent'",
        ["round in a circle: words to forms to words"],
    ),
    "an impact off the scale": (
        "change_ideas", "words,4,2", "words,6,2", "line 2, 'impact'", ["holds '6'; expected a whole number from 1"],
    ),
    "an idea for an unknown measure": (
        "change_ideas", "QI lead,using", "QI lead,usage", "line 2, 'measure'", ["'usage'", "did you mean 'using'?"],
    ),
    "an owner who is a person": (
        "change_ideas", "QI lead", "Oyelaran Brightwater", "line 2, 'owner'",
        ["looks like a person's name", "'QI lead'"],
    ),
    "a name with a character that nobody can see": (
        "plan", "Send the survey", "Ask So\u200bphie", "line 2, 'title'", ["U+200B", "typed anew"],
    ),
    "an owner with a title": ("plan", "Project manager", "Dr Okafor", "line 2, 'owner'", ["looks like a name"]),
    "an owner with an address": ("plan", "Project manager", "o@nhs.net", "line 2, 'owner'", ["an e-mail address"]),
    "a pledge that names somebody": (
        "pledges", "Ask two schools", "Ask Sophie at the school", "line 3, 'text'", ["looks like a first name"],
    ),
    "a pledge with a telephone number": (
        "pledges", "Ask two schools", "Ring 020 7946 0018", "line 3, 'text'", ["a telephone number"],
    ),
    "a cycle that ends before it starts": (
        "pdsa", "2023-05-22,2023-06-16", "2023-06-22,2023-06-16", "line 2, 'ended_on'",
        ["before it started (2023-06-22)"],
    ),
    "a cycle acted on that never ended": (
        "pdsa", "2023-05-22,2023-06-16", "2023-05-22,", "line 2, 'ended_on'", ["is blank although 'act' says"],
    ),
    "a step done on no day": ("plan", "done,2023-10-02", "done,", "line 2, 'done_on'", ["is blank beside 'done'"]),
    "a post that ends before it begins": (
        "governance", "filled,2023-02-07,", "filled,2023-02-07,2023-02-01", "line 2, 'until'", ["before it began"],
    ),
    "a post that is a person": (
        "governance", "Working group,working group", "Ngozi Adeyemi,lead", "line 4, 'post'", ["a first name"],
    ),
    "a comment in place of its hash": (
        "coding", f"{HASH},wave-1,barriers,C1", "Too little time,wave-1,barriers,C1", "line 2, 'comment'",
        ["is no SHA-256", "never the comment itself"],
    ),
    "a coder who is a person": ("coding", "barriers,C1", "barriers,Amy1", "line 2, 'coder'", ["no code for a person"]),
    "a theme and none": (
        "coding", "barriers,C2,,", "barriers,C1,,", "line 3, 'theme'", ["the same coder gives the same comment"],
    ),
    "a grouping by a number": ("coding", "Getting Advice", "Level 2", "line 2, 'grouping'", ["'advice'"]),
    "an unknown series": ("series", "visits,2023-02-01", "visit,2023-02-01", "line 2, 'series'", ["'visits'?"]),
    "half a count": ("series", "412", "41.5", "line 2, 'count'", ["expected a whole number of 0 or more"]),
    "a day counted twice": ("series", "2023-03-01", "2023-02-01", "line 3, 'series'", ["stands in line 2 already"]),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_one_sentence_with_its_line_and_column(told: Told, mistake: str) -> None:
    register, old, new, place, words = MISTAKES[mistake]
    (sentence,) = told(**{register: (old, new)})
    assert sentence.startswith(f"{file_of(register)}, {place} ")
    assert sentence.endswith((".", "?."))
    assert [one for one in words if one not in sentence] == []


@pytest.mark.parametrize(
    "mistake", ["an owner with an address", "a pledge that names somebody", "a coder who is a person"]
)
def test_what_may_be_a_person_is_not_repeated_where_it_is_told(told: Told, mistake: str) -> None:
    register, old, new, _, _ = MISTAKES[mistake]
    (sentence,) = told(**{register: (old, new)})
    assert not re.search("o@nhs.net|Sophie|Amy", sentence, re.IGNORECASE)


def test_several_mistakes_in_several_registers_are_told_at_once_in_order(told: Told) -> None:
    sentences = told(
        events=("2023-02-07", "soon"), plan=("done,2023-10-02", "finished,"), attendance=("competing demands", "tired")
    )
    assert [sentence.split(" holds ")[0] for sentence in sentences] == [
        f"{file_of('events')}, line 2, 'date'",
        f"{file_of('attendance')}, line 4, 'reason'",
        f"{file_of('plan')}, line 2, 'status'",
    ]


def test_a_cell_that_cannot_be_read_has_no_consequences_elsewhere(told: Told) -> None:
    (sentence,) = told(pledges=(FIRST_PLEDGE, "own,2023-02-07,kept,16.5.2023"))
    assert "line 2, 'checked_on' holds '16.5.2023'" in sentence


def test_an_unknown_column_is_told_with_the_nearest(told: Told) -> None:
    (sentence,) = told(series=("series,date,count", "series,date,counts"))
    assert sentence == f"{file_of('series')}: the column 'counts' is none of this register; did you mean 'count'?"


def test_a_column_of_nothing_known_is_told_with_all_that_are(told: Told) -> None:
    (sentence,) = told(series="series,date,count,remarks\n")
    assert sentence == (
        f"{file_of('series')}: the column 'remarks' is none of this register; expected 'series', 'date' and 'count'."
    )


def test_a_missing_column_is_told_and_spoils_no_other_register(told: Told) -> None:
    (sentence,) = told(events="event,title,date\nforum-9,A forum,2023-02-07\n")
    assert sentence.startswith(f"{file_of('events')}: the column 'kind' is missing; expected 'event', 'kind'")


def test_a_register_that_is_not_text_or_empty_is_told(told: Told) -> None:
    assert "is empty" in told(series=b"")[0]
    assert "line 2: a character is not utf-8" in told(series=b"series,date,count\n\xff,2023-02-01,1\n")[0]


def test_a_mistake_in_a_workbook_is_told_with_its_cell(told: Told, load: Callable[..., Evaluation]) -> None:
    by = load("series: SYNTHETIC-series.csv", "series: SYNTHETIC-series.xlsx")
    rows: list[list[object]] = [["series", "date", "count"], ["visits", "2023-02-01", 7], ["visits", "soon", 7]]
    (sentence,) = told(by=by, series=workbook(*rows))
    assert sentence.startswith(f"{file_of('series')}, cell B3 ('date') holds 'soon'")


def test_days_unlike_the_declared_format_are_told_with_it(told: Told, load: Callable[..., Evaluation]) -> None:
    by = load("series: SYNTHETIC-series.csv", 'series: {file: SYNTHETIC-series.csv, dates: "%d/%m/%Y"}')
    sentences = told(by=by)
    assert len(sentences) == 2
    assert "holds '2023-02-01'; expected a day written as '%d/%m/%Y'" in sentences[0]


def test_references_to_a_register_that_there_is_not_are_told_once(told: Told) -> None:
    sentences = told(themes=None)
    assert len(sentences) == 3
    assert all("names 'words', but evaluation.yml names no register of themes" in one for one in sentences)


def test_ten_thousand_mistakes_are_counted_and_not_all_listed(told: Told) -> None:
    rows = "".join(f"visits,{number}/2/2023,1\n" for number in range(10_000))
    sentences = told(series="series,date,count\n" + rows)
    assert len(sentences) == 21
    assert sentences[-1] == f"{file_of('series')}: 9,980 more mistakes are not listed here."


def test_an_evaluation_without_sectors_takes_no_sector(read: Read, evaluation: Evaluation) -> None:
    without = evaluation.model_copy(update={"sectors": ()})
    attendance = "event,person,areas,attendance\nforum-1,P01,barnet,attended\n"
    registers = read(by=without, attendance=attendance, pledges=None, feedback=None)
    assert registers.attendance["sector"].isna().all()


@pytest.mark.parametrize(
    "name",
    ["Sophie", "sophie1", "Amy-2", "Okafor", "SD", "Jane Smith", "o@nhs.net", "07700900123", "943 476 5919", "JSMITH1"],
)
def test_what_may_be_a_name_an_address_or_a_number_is_no_code_for_a_person(evaluation: Evaluation, name: str) -> None:
    with pytest.raises(CellError, match="no code for a person"):
        CellReader(evaluation).read(name, ATTENDANCE.column("person"), None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(REGISTERS),
    st.integers(0, 40),
    st.one_of(
        st.text(max_size=30), st.sampled_from(["", "#", "P01", "goal", "2023-02-29", "1e400", "\u202eP01", "١٢"])
    ),
)
def test_whatever_stands_in_a_cell_is_read_or_told(read: Read, register: str, at: int, text: str) -> None:
    rows = list(csv.reader(io.StringIO(TINY_REGISTERS[register], newline="")))
    row, column = 1 + at % (len(rows) - 1), at % len(rows[0])
    rows[row][column] = text
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    try:
        registers = read(**{register: written.getvalue().encode("utf-8", "replace")})
    except RegistersError as error:
        assert all(one.startswith("data/raw/registers/") and len(one) < 1000 for one in str(error).split("\n"))
    else:
        assert len(getattr(registers, register)) in (len(rows) - 1, len(rows) - 2)


@given(st.from_regex(r"[A-Za-z]{1,2}[0-9]{1,5}", fullmatch=True))
def test_letters_and_a_number_are_a_code_for_a_person(code: str) -> None:
    from pipeline.data.registers.cells import _person

    assert _person(code, ATTENDANCE.column("person")) == code.upper()


@pytest.mark.parametrize(
    "post",
    ["QI lead", "Head of quality", "Borough Representative", "Camden Lead", "Clinical Psychologist", "NCL ICB",
     "Integrated care board", "St Ann's Hospital", "Working Group", "Project office"],
)  # fmt: skip
def test_a_post_or_a_body_may_own_a_step(evaluation: Evaluation, post: str) -> None:
    assert CellReader(evaluation).read(post, PLAN.column("owner"), None) == post


@pytest.mark.parametrize(
    "text",
    [
        "Plan for 2023-24 and 2024-25",
        "Meet at St Ann's Hospital in May",
        "Will mark each form",
        "Reach 60% by 31/03/2024",
    ],
)
def test_ordinary_words_tell_of_nobody(evaluation: Evaluation, text: str) -> None:
    assert CellReader(evaluation).read(text, PLEDGES.column("text"), None) == text
