"""Poor data end in whole pages with [c] and [x] where there is nothing to say, never in an exception or a NaN.

The cells of the notebooks run in this process: these tests are about what the data do, not about kernels.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest

from pipeline.ground.paths import Project
from tests.machinery.tiny_runs import IN_RAW, WAVE, Ran, bytes_below, pictures_in, visible_text

pytestmark = pytest.mark.slow

# What a missing number looks like when nobody minded it; "None" is also a label of a scale and begins a sentence.
LEAKED = re.compile(r"\b(?:nan|NaN|NaT|inf|null|undefined|Int64|dtype)\b|<NA>|-0%|\{\{|\bNone\b(?! of the )")
# The table of other analyses has the one row of a change that a hand can count.
COUNTED = "Using: shares as counted (Newcombe)"
Edit = Callable[[list[list[str]]], list[list[str]]]


def edit_second_wave(project: Project, edit: Edit) -> None:
    """Change the rows of the second wave's export, the header being the first of them."""
    path = project.raw / IN_RAW["wave-2"]
    rows = edit(list(csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))))
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8"))
    # The file is replaced on purpose, before the next build writes down what it is.
    (path.parent / "SYNTHETIC-MANIFEST.sha256").unlink(missing_ok=True)


def edit_settings(project: Project, *changes: tuple[str, str]) -> None:
    text = project.settings_file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    project.settings_file.write_text(text, "utf-8")


def rename_none(project: Project) -> None:
    """Give the scale's label None another name, so that any None on a page is a leak; and so in the exports."""
    edit_settings(
        project, ("levels: [None, Some, Much]", "levels: [Nothing, Some, Much]\n    synonyms: {None: Nothing}")
    )


def pages_after(project: Project, quickly: Callable[..., Ran], *arguments: str) -> dict[str, str]:
    """Build, and return the visible text of every page by its address after looking for leaks in all of it."""
    ran = quickly(project, *(arguments or ("reports", "--wave", WAVE)))
    assert ran.status == 0, ran.told
    published = bytes_below(project.reports)
    texts = {}
    for name, content in published.items():
        if name.endswith(".html"):
            page = content.decode("utf-8")
            texts[name] = visible_text(page)
            seen = " ".join([texts[name], *(visible_text(picture) for picture in pictures_in(page))])
        else:
            seen = content.decode("utf-8-sig")
        assert [found[0] for found in LEAKED.finditer(seen)] == [], name
    return texts


def column_of(rows: list[list[str]], wording: str) -> int:
    return rows[0].index(wording)


def header_only(rows: list[list[str]]) -> list[list[str]]:
    return rows[:1]


def one_row(rows: list[list[str]]) -> list[list[str]]:
    return rows[:2]


def without_enfield(rows: list[list[str]]) -> list[list[str]]:
    at = column_of(rows, "Where do you work?")
    return [row for row in rows if row[at] != "Enfield"]


def with_all(wording: str, answer: str) -> Edit:
    def edit(rows: list[list[str]]) -> list[list[str]]:
        at = column_of(rows, wording)
        return [rows[0], *([*row[:at], answer, *row[at + 1 :]] for row in rows[1:])]

    return edit


HIDDEN = "No change is shown for "
NOT_TOLD = "a number of people that is not shown ([c]) in Second wave"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(
            header_only,
            {"all-three": HIDDEN, "camden": NOT_TOLD},
            id="header only",
        ),
        pytest.param(one_row, {"all-three": HIDDEN, "barnet": NOT_TOLD}, id="one row"),
        pytest.param(
            without_enfield,
            # Of the eleven, the three of Enfield are gone: 7 of 8 are sure.
            {"enfield": HIDDEN, "all-three": f"{COUNTED} 9, then 8 +76 ("},
            id="a borough without answers in one wave",
        ),
        pytest.param(
            with_all("How much do you know?", ""),
            {"all-three": "one cannot be shown ([c])", "camden": "Knowing [c]"},
            id="an item nobody answered",
        ),
        pytest.param(
            with_all("How much do you know?", "Don't know"),
            {"all-three": "one cannot be shown ([c])", "camden": "Knowing [c]"},
            id="an item with off-scale answers alone",
        ),
        pytest.param(
            with_all("How sure are you now?", "Very sure"),
            # The change as counted would tell the share of all eleven, which is over 90%.
            {"all-three": f"{COUNTED} [c] [c]", "camden": "over 90%"},
            id="all answers equal",
        ),
    ],
)
def test_a_poor_wave_gives_whole_pages(
    fresh: Project, quickly: Callable[..., Ran], edit: Edit, expected: dict[str, str]
) -> None:
    rename_none(fresh)
    edit_second_wave(fresh, edit)
    # Two of the four pages each, because drawing takes most of the time.
    for area, said in expected.items():
        pages = pages_after(fresh, quickly, "report", "--area", area, "--wave", WAVE)
        assert said in pages[f"{WAVE}/{area}.html"]


def test_all_answers_equal_in_both_waves_tell_of_nobody_what_they_answered(
    fresh: Project, quickly: Callable[..., Ran]
) -> None:
    rename_none(fresh)
    synonyms = "synonyms: {Not sure: Very sure, A little sure: Very sure, Sure: Very sure}"
    edit_settings(
        fresh,
        ("levels: [Not sure, A little sure, Sure, Very sure]", "levels: [Never, Very sure]"),
        ("favourable: [Sure, Very sure]", f"favourable: [Very sure]\n    {synonyms}"),
    )
    pages = pages_after(fresh, quickly)
    # Where everyone answers alike the hidden borough's answers are known as soon as anybody's are.
    text = pages[f"{WAVE}/all-three.html"]
    assert "Using [c] [c] [c]" in text
    assert f"{COUNTED} [c] [c]" in text


def test_html_in_a_comment_reaches_no_page(fresh: Project, quickly: Callable[..., Ran]) -> None:
    edit_second_wave(fresh, with_all("What is in the way?", "<script>alert('all of it')</script><b>bold</b>"))
    assert quickly(fresh, "reports", "--wave", WAVE).status == 0
    for name, content in bytes_below(fresh.reports).items():
        assert b"alert" not in content, name
        assert b"bold</b>" not in content, name
        assert b"<script" not in content, name


def test_html_in_the_settings_is_refused(fresh: Project, quickly: Callable[..., Ran]) -> None:
    edit_settings(fresh, ("name: Camden,", 'name: "Camden <i>x</i>",'))
    ran = quickly(fresh, "reports", "--wave", WAVE)
    assert ran.status == 1
    assert "'Camden <i>x</i>' cannot be shown on a page" in ran.told.replace('"', "'")
    assert not fresh.reports.exists()


def test_labels_as_people_and_platforms_write_them_give_the_same_bytes(
    fresh: Project, quickly: Callable[..., Ran]
) -> None:
    assert quickly(fresh, "reports", "--wave", WAVE).status == 0
    before = bytes_below(fresh.reports)
    path = fresh.raw / IN_RAW["wave-2"]
    text = path.read_text("utf-8")
    for old, new in (("Very sure", "Very\u00a0sure"), ("Don't know", "Don’t know "), ('"Sure"', '"sure  "')):
        assert old in text or old == "Don't know"
        text = text.replace(old, new)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    for manifest in fresh.raw.rglob("*MANIFEST.sha256"):
        manifest.unlink()
    ran = quickly(fresh, "reports", "--wave", WAVE)
    assert ran.status == 0, ran.told
    # The cleaned tables are the same, so nothing after the cleaning has to run.
    assert "1 notebooks run, 6 up to date; 0 pages built, 4 unchanged" in ran.told
    assert bytes_below(fresh.reports) == before


def test_none_as_a_label_of_a_scale_is_an_answer(fresh: Project, quickly: Callable[..., Ran]) -> None:
    edit_second_wave(fresh, with_all("How much do you know?", "None"))
    assert quickly(fresh, "reports", "--wave", WAVE).status == 0
    table = (fresh.reports / WAVE / "all-three-shares.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    found = [
        row
        for row in rows
        if row["item"] == "Knowing" and row["wave"] == "Second wave" and row["area"].startswith("All")
    ]
    # Eleven answers that count, "None" all of them: nought per cent know much, and nobody is missing.
    assert [(row["base_n"], row["estimate"]) for row in found] == [("11", "under 10%")]


def test_the_baseline_alone_gives_pages_without_change(fresh: Project, quickly: Callable[..., Ran]) -> None:
    rename_none(fresh)
    pages = pages_after(fresh, quickly, "reports", "--wave", "wave-1")
    text = pages["wave-1/all-three.html"]
    # 1 of 9; Wilson by hand.
    assert "Using: 11% answered “sure or very sure” (95% interval 2% to 43%" in text
    assert "This is the first wave: there is no earlier one to compare it with." in text
    assert "No result is shown for Enfield ([c]), to protect the people who answered." in pages["wave-1/enfield.html"]
    assert not list((fresh.reports / "wave-1").glob("*-changes.csv"))


def only_camden(project: Project) -> None:
    """Fold all three boroughs of the tiny survey into one."""
    edit_settings(
        project,
        ("  - {id: barnet, name: Barnet, code: E09000003}\n", ""),
        ("  - {id: enfield, name: Enfield, code: E09000010}\n", ""),
        ("name: Camden,", "name: Camden, synonyms: [Barnet, Enfield],"),
    )


def test_an_evaluation_of_a_single_area_works(fresh: Project, quickly: Callable[..., Ran]) -> None:
    rename_none(fresh)
    only_camden(fresh)
    pages = pages_after(fresh, quickly)
    assert {name for name in pages if name.startswith(WAVE)} == {
        f"{WAVE}/{name}.html" for name in ("all-three", "camden", "index")
    }
    assert f"{COUNTED} 9, then 11 +71 (+27 to +87)" in pages[f"{WAVE}/all-three.html"]
    camden = pages[f"{WAVE}/camden.html"]
    assert "82% (52% to 95%), 11 answering" in camden
    # There is no other borough to be drawn towards.
    assert "drawn towards" not in camden
    assert "alone" not in camden.partition("How much changed")[2].partition("Over the waves")[0]


def test_an_area_dropped_from_the_settings_loses_its_pages_at_the_next_whole_build_and_not_before(
    fresh: Project, quickly: Callable[..., Ran]
) -> None:
    assert quickly(fresh, "reports", "--wave", WAVE).status == 0
    (fresh.reports / "README.md").write_text("not made by a build", "utf-8")
    only_camden(fresh)
    # Beside a page of an area that is none any more no other page can be placed.
    assert quickly(fresh, "report", "--area", "camden", "--wave", WAVE).status == 1
    assert (fresh.reports / WAVE / "barnet.html").is_file()
    assert quickly(fresh, "reports", "--wave", WAVE).status == 0
    left = {name.removeprefix(f"{WAVE}/") for name in bytes_below(fresh.reports) if name.startswith(WAVE)}
    assert not {name for name in left if name.startswith(("barnet", "enfield"))}
    assert {"index.html", "camden.html", "all-three.html", "camden-shares.csv"} <= left
    assert "barnet" not in (fresh.reports / WAVE / "index.html").read_text("utf-8")
    assert (fresh.reports / "README.md").is_file()


def test_two_waves_are_both_listed_and_building_one_leaves_the_pages_of_the_other(
    fresh: Project, quickly: Callable[..., Ran]
) -> None:
    assert quickly(fresh, "reports", "--wave", "wave-1").status == 0
    first = bytes_below(fresh.reports / "wave-1")
    assert quickly(fresh, "reports", "--wave", WAVE).status == 0
    assert bytes_below(fresh.reports / "wave-1") == first
    index = (fresh.reports / "index.html").read_text("utf-8")
    assert 'href="wave-1/index.html"' in index
    assert 'href="wave-2/index.html"' in index


def test_cleaning_says_how_many_submissions_are_used_and_why_the_others_are_not(
    fresh: Project, quickly: Callable[..., Ran]
) -> None:
    ran = quickly(fresh, "data", "--wave", WAVE)
    assert ran.status == 0
    told = [line for line in ran.told.splitlines() if "submissions used" in line]
    # The tiny survey has 9 and 11 people who count, and one who was late to the second wave.
    assert told == [
        "wave-1: 9 of 9 submissions used; set aside: none.",
        "wave-2: 11 of 12 submissions used; set aside: 1 outside fieldwork.",
    ]
