"""Sections on ideas, counts, measures and posts: true pages are read without refusal, and every edit is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.disclosure.gate import against_policy
from pipeline.disclosure.page_safety.files import find_unsafe
from pipeline.disclosure.policies import STANDARD, STRICT, find_policy
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.reference.evaluation import Disclosure
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves
from pipeline.statistics.wave import estimate_wave
from tests.disclosure.reading.edits import Edit, change, drawn, drop, in_picture, lines_of, moved
from tests.disclosure.reading.improvement_pages import ImprovementPages, pages_of, registers_with, settings_with

WHOLE, BARNET = "wave-2/all-three.html", "wave-2/barnet.html"
# Two years of visits: a rise from the thirteenth month on, so that rules of both charts speak.
VISITS = [400, 420, 390, 410, 405, 395, 415, 400, 398, 412, 407, 403, *range(460, 480, 2)]
MONTHS = [f"{2022 + month // 12}-{month % 12 + 1:02}-01" for month in range(len(VISITS))]
SERIES = "series,date,count\n" + "".join(f"visits,{day},{n}\n" for day, n in zip(MONTHS, VISITS, strict=True))
PLAN = """\
milestone,title,owner,due,status,done_on
survey-2,Send the survey out,Project manager,2023-10-02,done,2023-10-02
lead,Name a lead,The board,2023-12-01,open,
late,Share the results,The board,2023-09-01,open,
"""
IDEAS = """\
idea,driver,title,theme,impact,effort,status,owner_type,owner,measure
form,forms,The words on the form,words,4,2,testing,local,QI lead,using
card,words,A card with the words,words,5,1,planned,national,QI lead,using
"""
MEASURES = (
    "{item: sure}\n    kirkpatrick: 3\n",
    """{series: visits}
    kirkpatrick: 3
  - id: sure-ones
    name: Those who are sure
    kind: balancing
    definition: The share who are sure or very sure.
    direction: neither
    unit: "%"
    source: {item: sure}
    kirkpatrick: 1
  - id: pledged
    name: Pledges kept
    kind: process
    definition: Pledges that were kept.
    direction: higher
    unit: "%"
    target: 70
    source: {register: pledges}
    kirkpatrick: 2
""",
)


@pytest.fixture(scope="module")
def pages(tiny_published: Published, tmp_path_factory: pytest.TempPathFactory) -> ImprovementPages:
    folder: Path = tmp_path_factory.mktemp("ideas")
    evaluation = settings_with(folder, MEASURES)
    registers = registers_with(evaluation, series=SERIES, plan=PLAN, change_ideas=IDEAS)
    return pages_of(tiny_published, evaluation, registers, folder)


@pytest.fixture(scope="module")
def strict_pages(tiny_cleaned: CleanedTables, tmp_path_factory: pytest.TempPathFactory) -> ImprovementPages:
    folder: Path = tmp_path_factory.mktemp("strict")
    rules = Disclosure(policy="strict", minimum_base=3, least_values=1)
    evaluation = settings_with(folder, MEASURES).model_copy(update={"disclosure": rules})
    counts = count_waves(tiny_cleaned, evaluation, evaluation.waves)
    estimates = estimate_wave(
        tiny_cleaned, evaluation, "wave-2", withheld=primary_suppression(counts, STRICT, 3).withheld
    )
    published = protect(
        estimates, policy=STRICT, minimum_base=3, suppression=Suppression(), whole_area=evaluation.whole_area.id
    )
    registers = registers_with(evaluation, series=SERIES, plan=PLAN, change_ideas=IDEAS)
    return pages_of(published, evaluation, registers, folder)


def test_true_pages_are_read_without_refusal(pages: ImprovementPages) -> None:
    reading = pages.read()
    assert reading.refusals == ()
    assert {fact.statistic for fact in reading.facts} >= {"count over time", "people"}
    assert list(against_policy(reading.facts, STANDARD, "all-three")) == []


def test_true_pages_in_bins_are_read_without_refusal(strict_pages: ImprovementPages) -> None:
    reading = strict_pages.read()
    assert reading.refusals == ()
    assert list(against_policy(reading.facts, find_policy("strict"), "all-three")) == []
    page = strict_pages.files[WHOLE].decode()
    assert "People at the forums: not shown ([c]), as its counts could tell of single people." in page


def test_true_pages_are_safe_files(pages: ImprovementPages) -> None:
    assert [one for one in find_unsafe(pages.files) if "-series" in one or "figure" in one or ".html" in one] == []


def test_first_wave_has_its_own_day_and_is_read_without_refusal(
    tiny_cleaned: CleanedTables, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("first")
    evaluation = settings_with(folder, MEASURES)
    estimates = estimate_wave(tiny_cleaned, evaluation, "wave-1")
    published = protect(
        estimates, policy=STANDARD, minimum_base=3, suppression=Suppression(), whole_area=evaluation.whole_area.id
    )
    registers = registers_with(evaluation, series=SERIES, plan=PLAN, change_ideas=IDEAS)
    first = pages_of(published, evaluation, registers, folder, "wave-1")
    assert first.read().refusals == ()
    assert "Tests of change: 2 to come." in first.files["wave-1/barnet.html"].decode()


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        ("Change ideas and drivers", "No register of drivers is kept."),
        ("Change ideas and drivers", "No register of change ideas is kept."),
        ("Trying changes out", "No register of tests of change is kept."),
        ("Counts over time", "No register of counts over time is kept."),
        ("Measures", "No measures of the improvement are set."),
        ("Who leads, and what comes next", "No register of posts is kept."),
        ("Who leads, and what comes next", "No register of the plan is kept."),
    ],
)
def test_a_section_without_a_register_says_so_in_a_line(
    tiny_files: dict[str, bytes], heading: str, sentence: str
) -> None:
    page = tiny_files[BARNET].decode()
    section = page.partition(f">{heading}</h2>")[2].partition("<h2")[0]
    assert f"<p>{sentence}</p>" in section


@pytest.mark.parametrize(
    ("file", "said"),
    [
        # Who speaks for the borough; who is missing in the whole (domain items 9, 32, 36, 43).
        (BARNET, "<p>Borough representative, Barnet: filled since 7 February 2023.</p>"),
        (WHOLE, "<p>Boroughs without a representative: Camden and Enfield.</p>"),
        (WHOLE, "<td>vacant since 7 February 2023</td><td>Nobody yet</td>"),
        (WHOLE, '<th scope="row">Working group</th><td>All three boroughs</td><td>planned</td>'),
        # The plan, overdue first (27), and what comes after the forums (42).
        (BARNET, "<p>Steps of the plan: 1 overdue, 1 to come, 1 done, 0 dropped.</p>"),
        (BARNET, '<th scope="row">Share the results</th><td>The board</td><td>1 September 2023</td><td>overdue</td>'),
        (BARNET, "<li>Last forum: The second forum, 16 May 2023.</li>"),
        (BARNET, "<li>To come: the register of events has no later date.</li>"),
        # The diagram's text form (26), the ideas with their chain (25, 22), and whose they are (45).
        (
            BARNET,
            "Words on forms\n<ul>\n<li><strong>Change idea:</strong> The words on the form (status: testing)</li>",
        ),
        (BARNET, '<th scope="row">The words on the form</th><td>Words on forms</td><td>No shared words</td>'),
        (BARNET, "<p>Change ideas owned locally: 1 of 2; by the ICS: 0; nationally: 1.</p>"),
        # What was tried and learnt (28, 29).
        (BARNET, "<p>Tests of change: 1 adapted and 1 running.</p>"),
        (BARNET, "<td>One team tries it</td><td>Most will use it</td>"),
        # Counts over time (21), and the measures with their targets and levels (12).
        (BARNET, "seven or more points in a row lie on one side of the mean"),
        (BARNET, "<td>The share who are sure.</td><td>higher</td><td>60%</td><td>478 on 1 October 2023</td>"),
        (BARNET, "<td>higher</td><td>70%</td><td>see “Pledges”</td>"),
        # Of Barnet 5 people answered, who are all sure or very sure.
        (BARNET, "<td>neither</td><td>none set</td><td>over 90%, 5 answering</td>"),
        (BARNET, "<li>Reaction (level 1): Those who are sure.</li>"),
        (BARNET, "<li>Behaviour (level 3): Using the words.</li>"),
        (BARNET, "<li>Results (level 4): no evidence, as no measure is set for it.</li>"),
    ],
)
def test_a_page_tells_what_the_registers_hold(pages: ImprovementPages, file: str, said: str) -> None:
    assert said in pages.files[file].decode()


def with_another(column: int, value: str, line: int = 1) -> Callable[[list[str]], list[str]]:
    """Return the lines of a file with another cell in one column of one line."""

    def alter(lines: list[str]) -> list[str]:
        cells = lines[line].split(",")
        cells[column] = value
        lines[line] = ",".join(cells)
        return lines

    return alter


def everywhere(name: str, alter: Callable[[list[str]], list[str]]) -> Edit:
    """Alter a file beside every page, so that the files still agree with each other."""

    def edit(files: dict[str, bytes]) -> dict[str, bytes]:
        for area in ("all-three", "barnet", "camden", "enfield"):
            files = lines_of(f"wave-2/{area}-{name}.csv", alter)(files)
        return files

    return edit


def in_page(before: str, after: str) -> Edit:
    return change(BARNET, before, after)


DRIVERS, RUN, CONTROL = "figure-drivers", "figure-run-visits", "figure-control-visits"
MARK = r'(<use xlink:href="#m[0-9]+" x="[\d.]+" y=")(1[\d.]+|[2-9]\d\.[\d.]+)(" style="fill: #12436d)'
LAST_CORNER = r"(L [\d.]+ )([\d.]+)( \nz\s*\" clip-path=\"[^\"]*\" style=\"fill: #d6e2ee)"
LINE_END = r"(L [\d.]+ )([\d.]+)( \n\" clip-path=\"[^\"]*\" style=\"fill: none; stroke: #1a1a1a)"
QUIET_POINT = 'fill: #5f5f5f; stroke: #5f5f5f"/>'
EDITS: dict[str, Edit] = {
    "a status that its file does not have": in_page("(status: testing)", "(status: adopted)"),
    "an item moved in the list": in_page(
        "<li><strong>Primary driver:</strong> Shared words", "<li><strong>Primary driver:</strong> Words on forms"
    ),
    "a word more in a sentence": in_page("1 of 2; by the ICS", "1 of 2 by far; by the ICS"),
    "another count of ideas": in_page("owned locally: 1 of 2", "owned locally: 2 of 2"),
    "a sentence left out": in_page("<p>Tests of change: 1 adapted and 1 running.</p>\n", ""),
    "a sentence more": in_page("<p>Steps of the plan", "<p>Two people have left.</p>\n<p>Steps of the plan"),
    "another name in a table": in_page("<td>QI lead (local)</td>", "<td>QI lead (national)</td>"),
    "another level": in_page("Behaviour (level 3): Using the words.", "Results (level 4): Using the words."),
    "a post that is filled by the page alone": in_page("Barnet: filled since 7", "Barnet: vacant since 7"),
    "the next date": in_page("To come: the register of events has no later date.", "To come: a fourth forum."),
    "what a figure says": in_page("More than chance: ", "No more than chance: "),
    "another text in place of a picture": in_page("22 points, 1 January 2022", "23 points, 1 January 2022"),
    "a figure left out": in_page(f'<figure id="{RUN}">', '<figure id="figure-run-other">'),
    "a text that no register has": everywhere("ideas", with_another(0, "Sack the lead")),
    "a status that an idea cannot have": everywhere("ideas", with_another(3, "12")),
    "ideas in another order": everywhere("ideas", lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
    "a small count": everywhere("series", with_another(4, "2")),
    "another count": everywhere("series", with_another(4, "401")),
    "another median": everywhere("charts", with_another(4, "411")),
    "a rule that does not speak": everywhere("charts", with_another(5, "trend")),
    "a point that no rule marks": everywhere("series", with_another(6, "better")),
    "a series of no settings": everywhere("series", with_another(0, "form")),
    "a target of its own": everywhere("measures", with_another(4, "61")),
    "a latest count of its own": everywhere("measures", with_another(9, "479")),
    "a step that is not overdue": everywhere("plan", with_another(3, "to come")),
    "what a running test found": everywhere("cycles", with_another(7, "Most will use it", line=2)),
    "a driver below nothing": everywhere("drivers", with_another(1, "form", line=2)),
    "a file beside one page alone": lines_of("wave-2/barnet-plan.csv", with_another(3, "to come")),
    "a file less": drop("wave-2/barnet-charts.csv"),
    "another word in the diagram": in_picture(BARNET, DRIVERS, drawn("Words on forms", "Words in forms")),
    "a line of the diagram that leads elsewhere": in_picture(
        BARNET, DRIVERS, moved(r"(L [\d.]+ [\d.]+ \nL [\d.]+ )([\d.]+)( \n\" clip-path)", 3)
    ),
    "another colour in the diagram": in_picture(BARNET, DRIVERS, drawn("fill: #d6e2ee", "fill: #12436d")),
    "a box of another height": in_picture(BARNET, DRIVERS, moved(LAST_CORNER, 4)),
    "one box less": in_picture(
        BARNET, DRIVERS, lambda drawing: re.sub(r'<path d="[^"]*" [^>]*fill: #d6e2ee[^>]*/>', "", drawing, count=1)
    ),
    "a point that lies higher": in_picture(BARNET, CONTROL, moved(MARK, -3)),
    "a line of the chart that lies higher": in_picture(BARNET, CONTROL, moved(LINE_END, -9)),
    "another look of a point": in_picture(BARNET, RUN, drawn(QUIET_POINT, QUIET_POINT.replace("5f5f5f", "12436d", 1))),
    "another median in the picture": in_picture(BARNET, RUN, drawn(">Median ", ">Median 1")),
    "another day below the axis": in_picture(BARNET, RUN, drawn(">1 Jan 22<", ">2 Jan 22<")),
    "another note below the chart": in_picture(BARNET, RUN, drawn("The words on the form", "The words on a form")),
    "a text more in the picture": in_picture(
        BARNET,
        RUN,
        lambda drawing: re.sub(r'( *<g id="text_1">.*?</g>\n)', r"\1\1", drawing, count=1, flags=re.DOTALL),
    ),
    "a comment in the picture": in_picture(BARNET, RUN, drawn(' <g id="figure_1">', ' <!--7--><g id="figure_1">')),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_refused(pages: ImprovementPages, name: str) -> None:
    assert pages.read(EDITS[name](dict(pages.files))).refusals != ()
