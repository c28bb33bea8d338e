"""Comments from worksheet to register: `make coding`, what it refuses, and that no comment's text leaves the sheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pandas as pd
import pytest

from pipeline.data.quotes import hash_text
from pipeline.data.registers.coding_sheets import build_sheet, for_second_coder
from pipeline.data.registers.registers import read_registers
from pipeline.ground.paths import Project
from pipeline.reference.evaluation import Evaluation, load_evaluation
from tests.machinery.tiny_runs import Ran, bytes_below
from tests.tiny_registers import TINY_REGISTERS, put_registers

pytestmark = pytest.mark.slow

Run = Callable[..., Ran]
Row = dict[str, str]
WRITTEN, ALSO_WRITTEN = "Old forms remain", "Two systems at once"
FOLDER = "data/processed/wave-2"
FIRST, SECOND = f"{FOLDER}/coding-worksheet-1.csv", f"{FOLDER}/coding-worksheet-2.csv"


def rows_of(project: Project, file: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO((project.root / file).read_text("utf-8-sig"), newline="")))


def fill_in(project: Project, file: str, *rows: Row) -> None:
    """Write a worksheet as a coder saves it, some of its rows given in place of its own."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    (project.root / file).write_bytes(written.getvalue().encode("utf-8-sig"))


@pytest.fixture
def begun(fresh: Project, quickly: Run) -> Project:
    assert quickly(put_registers(fresh), "coding", "--wave", "wave-2").status == 0
    return fresh


def test_both_coders_get_the_comments_with_their_hashes_and_the_themes_to_choose_from(
    fresh: Project, quickly: Run
) -> None:
    ran = quickly(put_registers(fresh), "coding", "--wave", "wave-2")
    assert ran.status == 0
    assert f"{FIRST} written: 2 comments; private, for one coder alone." in ran.told
    for file in (FIRST, SECOND):
        rows = rows_of(fresh, file)
        assert {(one["comment"], one["sha256"]) for one in rows} == {
            (text, hash_text(text)) for text in (WRITTEN, ALSO_WRITTEN)
        }
        assert {one[name] for one in rows for name in ("coder", "theme", "grouping", "impact")} == {""}
        assert (fresh.root / file).stat().st_mode & 0o077 == 0
    choices = {(one["column"], one["write"]): one["meaning"] for one in rows_of(fresh, f"{FOLDER}/coding-codebook.csv")}
    assert choices["theme", "words"] == "barrier: No shared words (Each has its own words)"
    assert choices["grouping", "advice"].startswith("Getting Advice and Signposting: ")
    assert choices["impact", "3"] == "much"


def test_filled_in_sheets_become_rows_that_the_register_takes_and_hold_no_text(begun: Project, quickly: Run) -> None:
    first, other = rows_of(begun, FIRST)
    filled = {"coder": "C1", "theme": "Words", "grouping": "Getting Advice", "impact": "2"}
    fill_in(begun, FIRST, first | filled, other)
    fill_in(begun, SECOND, first | filled | {"coder": "C2"}, other | {"coder": "C2"})
    ran = quickly(begun, "coding", "--wave", "wave-2")
    assert ran.status == 0
    assert f"{FOLDER}/coding-rows.csv written: 3 rows of 2 coders, to be put into the register of coding." in ran.told
    content = (begun.root / FOLDER / "coding-rows.csv").read_bytes()
    assert WRITTEN.encode() not in content
    assert ALSO_WRITTEN.encode() not in content
    evaluation = load_evaluation(begun.settings_file)
    contents = {name: text.encode() for name, text in TINY_REGISTERS.items()} | {"coding": content}
    coding = read_registers(contents, evaluation, shown={name: name for name in contents}).coding
    assert coding["coder"].tolist() == ["C1", "C2", "C2"]
    assert coding["theme"].fillna("").tolist() == ["words", "words", ""]
    assert coding["grouping"].dropna().unique().tolist() == ["advice"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"theme": "wrods"}, "line 2, 'theme' is no id of the register of themes; did you mean 'words'."),
        ({"theme": WRITTEN}, "line 2, 'theme' is no id of the register of themes."),
        ({"sha256": "ab" * 32}, "line 2, 'sha256' is of no comment on 'barriers' in wave-2."),
        ({"sha256": WRITTEN}, "line 2, 'sha256' is no SHA-256; expected it as the worksheet gives it."),
        ({"wave": "wave-1"}, "line 2, 'wave' is 'wave-1'; expected 'wave-2'."),
        ({"coder": ""}, "line 2, 'coder' is blank or no code for a person; expected one such as 'C1', never a name."),
        ({"coder": "Old forms"}, "line 2, 'coder' is blank or no code for a person;"),
        ({"grouping": WRITTEN}, "line 2, 'grouping' is no needs-based grouping of evaluation.yml."),
        ({"impact": "4"}, "line 2, 'impact' is no whole number from 1 (little) to 3."),
    ],
)
def test_a_wrong_cell_is_told_with_its_line_and_nothing_is_written_or_repeated(
    begun: Project, quickly: Run, changed: Row, told: str
) -> None:
    first, other = rows_of(begun, FIRST)
    fill_in(begun, FIRST, first | {"coder": "C1", "theme": "words", "impact": "2"} | changed, other)
    ran = quickly(begun, "coding", "--wave", "wave-2")
    assert ran.status == 1
    assert f"{FIRST}, {told}" in ran.told
    assert WRITTEN not in ran.told
    assert not (begun.root / FOLDER / "coding-rows.csv").exists()


def test_one_coder_in_both_sheets_or_twice_with_a_theme_is_refused(begun: Project, quickly: Run) -> None:
    first, other = rows_of(begun, FIRST)
    coded = first | {"coder": "C1", "theme": "words", "impact": "2"}
    fill_in(begun, FIRST, coded, coded, other)
    fill_in(begun, SECOND, coded, other)
    told = quickly(begun, "coding", "--wave", "wave-2").told
    assert f"{FIRST}, line 3, 'coder': C1 has coded this comment above; expected another theme, or none at all." in told
    assert f"{SECOND}, line 2, 'coder': C1 has coded this comment in {FIRST} already; expected another coder." in told


def test_worksheets_that_somebody_has_begun_stay_after_every_run_and_after_make_clean(
    begun: Project, quickly: Run
) -> None:
    first, other = rows_of(begun, FIRST)
    fill_in(begun, FIRST, first | {"coder": "C1", "theme": "words"}, other)
    kept = (begun.root / FIRST).read_bytes()
    assert f"{FIRST} has been begun" in quickly(begun, "coding", "--wave", "wave-2").told
    assert f"{SECOND} is there, and nobody has begun it." in quickly(begun, "coding", "--wave", "wave-2").told
    assert f"{FIRST} stays" in quickly(begun, "clean").told
    assert (begun.root / FIRST).read_bytes() == kept
    assert {name.rpartition("/")[2] for name in bytes_below(begun.processed) if name.startswith("wave-2/")} == {
        "coding-worksheet-1.csv", "coding-worksheet-2.csv",
    }  # fmt: skip


def test_without_themes_there_is_nothing_to_choose_from(fresh: Project, quickly: Run) -> None:
    ran = quickly(fresh, "coding", "--wave", "wave-2")
    assert ran.status == 1
    assert "There are no themes to choose from" in ran.told
    assert not (fresh.root / FIRST).exists()


def test_no_comment_reaches_what_is_built_of_its_coding(begun: Project, quickly: Run) -> None:
    first, other = rows_of(begun, FIRST)
    fill_in(begun, FIRST, first | {"coder": "C1", "theme": "words"}, other | {"coder": "C1", "theme": ""})
    assert quickly(begun, "coding", "--wave", "wave-2").status == 0
    assert quickly(begun, "reports", "--wave", "wave-2").status == 0
    outside = bytes_below(begun.reports) | bytes_below(begun.processed / "wave-2" / "improvement")
    assert len(outside) > 10
    for name, content in outside.items():
        assert WRITTEN.encode() not in content, name


def many_comments(count: int) -> pd.DataFrame:
    rows = [("wave-2", str(number), "barriers", f"Comment {number}") for number in range(count)]
    return pd.DataFrame(rows, columns=["wave", "respondent_id", "question", "text"]).astype("str")


@pytest.mark.parametrize(("comments", "second"), [(4, 4), (20, 10), (100, 30)])
def test_the_second_coder_reads_a_share_ten_at_least_and_always_the_same(
    tiny_evaluation: Evaluation, comments: int, second: int
) -> None:
    table = many_comments(comments)
    drawn = for_second_coder(build_sheet(table, tiny_evaluation))
    assert len(drawn) == second
    again = for_second_coder(build_sheet(table.sample(frac=1, random_state=1), tiny_evaluation))
    assert again.equals(drawn)


def test_words_that_two_people_wrote_are_coded_once_and_no_answer_is_left_out(tiny_evaluation: Evaluation) -> None:
    table = pd.concat(
        [many_comments(3), many_comments(3).assign(respondent_id="9"), many_comments(1).assign(text="n/a")]
    )
    sheet = build_sheet(table, tiny_evaluation)
    assert sorted(sheet["comment"]) == ["Comment 0", "Comment 1", "Comment 2"]
    assert "respondent_id" not in sheet
