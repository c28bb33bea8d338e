"""Quotes from worksheet to page: `make quotes`, the register at the door, and texts that never leave cleaning."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import fields

import pandas as pd
import pytest

from pipeline.data.quotes import COLUMNS, hash_text
from pipeline.disclosure.published import Published
from pipeline.ground.errors import QuotesError
from pipeline.ground.paths import Project
from pipeline.ground.storage import read_table
from pipeline.machinery.locking import LOCK_NAME
from pipeline.machinery.quotes_verb import build_worksheet
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from tests.conftest import TINY_ROWS, TINY_SETTINGS
from tests.machinery.tiny_runs import Ran, bytes_below
from tests.workspaces import Workspace

pytestmark = pytest.mark.slow

Run = Callable[..., Ran]
REGISTER = "data/raw/registers/SYNTHETIC-quotes.csv"
# Written in the second wave, by people of Barnet and of Camden.
WRITTEN, ALSO_WRITTEN = "Old forms remain", "Two systems at once"
WORKSHEET = "data/processed/wave-2/quotes-worksheet.csv"


def row(text: str = WRITTEN, **changed: str) -> dict[str, str]:
    return {
        "sha256": hash_text(text), "wave": "wave-2", "question": "barriers", "theme": "", "text": text,
        "consent": "yes", "approver_1": "One", "approver_2": "Two", "approved_on": "2023-11-20", "shown_as": "",
        "original_sha256": hash_text(text), "checked": "",
    } | changed  # fmt: skip


def put_register(project: Project, *rows: dict[str, str]) -> Project:
    """Name a register in the settings and write its rows."""
    project.settings_file.write_text(TINY_SETTINGS + "quotes: SYNTHETIC-quotes.csv\n", "utf-8")
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    project.registers.mkdir(exist_ok=True)
    (project.root / REGISTER).write_bytes(written.getvalue().encode())
    return project


def worksheet(project: Project) -> list[dict[str, str]]:
    text = (project.root / WORKSHEET).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_worksheet_holds_the_comments_that_say_something_with_their_hashes(fresh: Project, quickly: Run) -> None:
    ran = quickly(put_register(fresh), "quotes", "--wave", "wave-2")
    assert ran.status == 0
    assert f"{WORKSHEET} written: private, for the approvers alone." in ran.told
    rows = worksheet(fresh)
    assert {one["comment"] for one in rows} == {WRITTEN, ALSO_WRITTEN}
    for one in rows:
        assert one["sha256"] == one["original_sha256"] == hash_text(one["comment"])
        assert (one["wave"], one["question"]) == ("wave-2", "barriers")
        assert {one[name] for name in ("text", "consent", "approver_1", "approver_2", "approved_on", "checked")} == {""}
    # Nothing in it leads from one question to the next, or to the person.
    assert set(rows[0]) == {"comment", "marked", *COLUMNS}
    assert (fresh.root / WORKSHEET).stat().st_mode & 0o077 == 0


def test_a_worksheet_that_somebody_has_begun_is_never_overwritten(fresh: Project, quickly: Run) -> None:
    quickly(put_register(fresh), "quotes", "--wave", "wave-2")
    assert f"{WORKSHEET} is there, and nobody has begun it." in quickly(fresh, "quotes", "--wave", "wave-2").told
    path = fresh.root / WORKSHEET
    begun = path.read_bytes().replace(b",barriers,", b",barriers,forms", 1)
    path.write_bytes(begun)
    ran = quickly(fresh, "quotes", "--wave", "wave-2")
    assert ran.status == 0
    assert f"{WORKSHEET} has been begun" in ran.told
    assert path.read_bytes() == begun


def test_make_clean_leaves_a_worksheet_and_removes_the_rest(fresh: Project, quickly: Run) -> None:
    quickly(put_register(fresh), "quotes", "--wave", "wave-2")
    ran = quickly(fresh, "clean")
    assert f"{WORKSHEET} stays" in ran.told
    assert [name for name in bytes_below(fresh.processed) if not name.startswith(".")] in (
        ["wave-2/quotes-worksheet.csv"],
        ["run.lock", "wave-2/quotes-worksheet.csv"],
    )


def test_cells_that_a_spreadsheet_would_run_are_quoted_and_marks_are_told(tiny_evaluation: Evaluation) -> None:
    texts = ['=HYPERLINK("http://x.example","y")', "+44 7700 900 123", "@dr_okafor", "-1+1", "Ask in Camden\n", "n/a"]
    comments = pd.DataFrame(
        [("wave-2", str(number), "barriers", text) for number, text in enumerate(texts)],
        columns=["wave", "respondent_id", "question", "text"],
    )
    content = build_worksheet(comments, tiny_evaluation).content().decode("utf-8-sig")
    rows = {one["comment"]: one for one in csv.DictReader(io.StringIO(content, newline=""))}
    assert set(rows) == {*(f"'{text}" for text in texts[:4]), "Ask in Camden"}
    assert rows["Ask in Camden"]["marked"] == "Camden (place or organisation)"
    # The comment as written ends with a line break, and can be traced by that.
    assert rows["Ask in Camden"]["original_sha256"] == hash_text("Ask in Camden\n")
    assert "'+44 7700 900 123 (telephone number)" in rows["'+44 7700 900 123"]["marked"]


def test_the_verdict_counts_what_is_approved_and_says_why_the_rest_is_not(fresh: Project, quickly: Run) -> None:
    put_register(fresh, row(), row(ALSO_WRITTEN, consent="no"))
    ran = quickly(fresh, "quotes", "--wave", "wave-2")
    assert ran.status == 1
    assert f"{REGISTER}, line 3: consent is 'no'; expected 'yes'." in ran.told
    assert f"{REGISTER}: 1 quotes approved, 1 refused." in ran.told
    put_register(fresh, row(), row(ALSO_WRITTEN))
    ran = quickly(fresh, "quotes", "--wave", "wave-2")
    assert (ran.status, f"{REGISTER}: 2 quotes approved, 0 refused." in ran.told) == (0, True)


def test_a_quote_that_nobody_wrote_is_refused(fresh: Project, quickly: Run) -> None:
    ran = quickly(put_register(fresh, row("Never written.")), "quotes", "--wave", "wave-2")
    assert ran.status == 1
    assert f"{REGISTER}, line 2: original_sha256 is of no comment on 'barriers' in wave-2" in ran.told


def test_without_a_register_the_worksheet_is_made_and_nothing_is_published(fresh: Project, quickly: Run) -> None:
    ran = quickly(fresh, "quotes", "--wave", "wave-2")
    assert (ran.status, len(worksheet(fresh))) == (0, 2)
    assert "names no register under `quotes`, so no quote is published" in ran.told


@pytest.mark.parametrize("verb", ["estimates", "reports"])
def test_a_register_with_a_refused_row_stops_the_run_before_anything_is_made(
    fresh: Project, quickly: Run, verb: str
) -> None:
    put_register(fresh, row(approver_2="one"))
    ran = quickly(fresh, verb, "--wave", "wave-2")
    assert ran.status == 1
    assert ran.told == f"Stopped: {REGISTER}, line 2: both approvers are the same person; expected two.\n"
    # The lock that the run held is all there is.
    assert set(bytes_below(fresh.processed)) <= {LOCK_NAME}
    assert bytes_below(fresh.reports) == {}


def test_a_register_that_is_not_there_is_told(fresh: Project, quickly: Run) -> None:
    (put_register(fresh).root / REGISTER).unlink()
    ran = quickly(fresh, "reports", "--wave", "wave-2")
    assert ran.told == f"Stopped: {REGISTER} is missing; evaluation.yml names it under `quotes`.\n"


def test_a_register_elsewhere_than_below_the_registers_is_refused_with_its_line(fresh: Project, quickly: Run) -> None:
    fresh.settings_file.write_text(TINY_SETTINGS + "quotes: ../../../quotes.csv\n", "utf-8")
    ran = quickly(fresh, "quotes", "--wave", "wave-2")
    assert ran.status == 1
    line = TINY_SETTINGS.count("\n") + 1
    assert f"evaluation.yml, line {line} (quotes): '../../../quotes.csv' is not a file below data/raw" in ran.told


def test_an_approved_quote_comes_onto_its_pages_and_no_other_comment_does(fresh: Project, quickly: Run) -> None:
    put_register(fresh, row(shown_as="barnet"))
    assert quickly(fresh, "reports", "--wave", "wave-2").status == 0
    pages = {name: content.decode("utf-8") for name, content in bytes_below(fresh.reports).items() if "html" in name}
    assert {name for name, page in pages.items() if WRITTEN in page} == {"wave-2/barnet.html", "wave-2/all-three.html"}
    assert "<blockquote><p>Old forms remain</p></blockquote>" in pages["wave-2/barnet.html"]
    assert "No quote from Second wave is approved for this page." in pages["wave-2/camden.html"]
    assert not any(ALSO_WRITTEN in page for page in pages.values())
    # Once it is withdrawn it is gone with the next run.
    put_register(fresh)
    assert quickly(fresh, "reports", "--wave", "wave-2").status == 0
    assert not any(WRITTEN.encode() in content for content in bytes_below(fresh.reports).values())


@pytest.fixture
def cleaned(fresh: Project, quickly: Run) -> Project:
    """The tiny survey cleaned, both waves."""
    assert quickly(fresh, "data", "--wave", "wave-2").status == 0
    return fresh


def test_no_comment_s_text_stands_in_a_table_that_estimates_or_reports_read(cleaned: Project) -> None:
    planted = [row[7] for rows in TINY_ROWS.values() for row in rows if row[7]]
    assert len(planted) == 6
    work = Workspace(cleaned, "wave-2")
    tables: dict[str, pd.DataFrame] = {f.name: getattr(work.cleaned, f.name) for f in fields(CleanedTables)}
    estimates = work.estimate()
    tables |= {f.name: getattr(estimates, f.name) for f in fields(estimates)}
    published = work.save_estimates(estimates)
    tables |= {name: getattr(published, name) for name in Published.table_names()}
    assert len(tables) > 30
    for name, table in tables.items():
        text = table.to_csv(index=False)
        assert [one for one in planted if one in text] == [], name
    kept = read_table(cleaned.cleaned("wave-2") / "comments_by_respondent.parquet")
    assert set(kept["text"]) == {WRITTEN, ALSO_WRITTEN}


def test_estimates_are_made_where_the_comments_are_not(cleaned: Project) -> None:
    for wave in ("wave-1", "wave-2"):
        (cleaned.cleaned(wave) / "comments_by_respondent.parquet").unlink()
    assert Workspace(cleaned, "wave-2").estimate().comments_by_question_wave["base_n"].tolist() == [3, 2]


def test_a_quote_shown_as_a_hidden_borough_is_refused_when_the_tables_are_made(cleaned: Project) -> None:
    # With the minimum base of 4, Enfield's three people of the second wave are hidden.
    put_register(cleaned, row(shown_as="enfield"))
    settings = cleaned.settings_file.read_text("utf-8").replace("minimum_base: 3", "minimum_base: 4")
    cleaned.settings_file.write_text(settings, "utf-8")
    work = Workspace(cleaned, "wave-2")
    with pytest.raises(QuotesError) as stopped:
        work.save_estimates(work.estimate())
    assert str(stopped.value) == f"{REGISTER}, line 2: 'enfield' is not shown in wave-2 ([c]); leave shown_as blank."
