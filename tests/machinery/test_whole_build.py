"""One build of the tiny survey through the command line, real kernels and all, and what stands in reports/ after it."""

from __future__ import annotations

import getpass
import os
import re
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.ground.paths import Project
from tests.machinery.tiny_runs import IN_RAW, WAVE, Ran, bytes_below, pictures_in, run_command, state_of, visible_text

AREAS = ("all-three", "barnet", "camden", "enfield")
ABOVE = {"index.html", "methods.html", "privacy.html", "accessibility.html"}
TABLES = (
    "changes", "detectable", "odds-ratios", "respondents", "shares", "standardised-shares", "superiority",
)  # fmt: skip
OF_THE_WHOLE = ("blanks", "distribution", "means", "p-values", "pooling", "reliability", "sensitivity")
FILES = {
    *ABOVE,
    f"{WAVE}/index.html",
    *(f"{WAVE}/{area}.html" for area in AREAS),
    *(f"{WAVE}/{area}-{table}.csv" for area in AREAS for table in TABLES),
    *(f"{WAVE}/all-three-{table}.csv" for table in OF_THE_WHOLE),
}


@pytest.fixture(scope="module")
def published(built: tuple[Project, Ran]) -> dict[str, bytes]:
    return bytes_below(built[0].reports)


@pytest.fixture(scope="module")
def pages(published: dict[str, bytes]) -> dict[str, str]:
    return {name: content.decode("utf-8") for name, content in published.items() if name.endswith(".html")}


@pytest.fixture(scope="module")
def all_texts(published: dict[str, bytes], pages: dict[str, str]) -> dict[str, str]:
    """Every published byte as text, and the pictures within the pages."""
    texts = {name: content.decode("utf-8-sig") for name, content in published.items()}
    for name, page in pages.items():
        texts |= {f"{name}, picture {number}": svg for number, svg in enumerate(pictures_in(page), start=1)}
    return texts


def test_the_build_succeeds(built: tuple[Project, Ran]) -> None:
    assert built[1].status == 0, built[1].told


def test_the_build_makes_the_pages_indexes_notices_and_tables_and_nothing_else(published: dict[str, bytes]) -> None:
    assert set(published) == FILES


def test_the_last_line_tells_built_unchanged_failed_seconds_and_where_to_look(built: tuple[Project, Ran]) -> None:
    assert re.fullmatch(
        r"wave-2: 7 notebooks run, 0 up to date; 4 pages built, 0 unchanged; 0 failed; \d+\.\d s\. "
        r"Open reports/wave-2/index\.html\.",
        built[1].told.splitlines()[-1],
    )


def test_without_a_terminal_there_is_one_line_a_notebook_in_the_order_of_the_stages(built: tuple[Project, Ran]) -> None:
    lines = [line.strip() for line in built[1].told.splitlines()[:-1] if "recorded" not in line]
    assert set(lines[:2]) == {"cleaning wave-1", "cleaning wave-2"}
    assert lines[2] == "estimating wave-2"
    assert set(lines[3:7]) == {f"reporting {area}" for area in AREAS}
    assert lines[7:] == ["examining 9 pages and 35 files beside 0 releases ..."]


def test_the_counted_figures_are_what_the_rows_of_the_tiny_survey_give_by_hand(pages: dict[str, str]) -> None:
    # Sure or very sure: 1 of 9, then 9 of 11; Wilson 2.0 to 43.5 and 52.3 to 94.9, Newcombe 26.9 to 86.6.
    text = visible_text(pages[f"{WAVE}/all-three.html"])
    assert "11% (2% to 43%), 9 answering 82% (52% to 95%), 11 answering" in text
    assert "Using: shares as counted (Newcombe) 9, then 11 +71 (+27 to +87)" in text
    assert "Using: the share answering “sure or very sure” rose from" in text


def test_a_borough_below_the_minimum_base_is_hidden_in_its_headline(pages: dict[str, str]) -> None:
    # Two people of Enfield answered in the first wave; the minimum base is 3.
    summary = visible_text(pages[f"{WAVE}/enfield.html"].partition("Who answered, and who is missing")[0])
    assert "[c]" in summary
    assert "No change is shown for Enfield ([c]), to protect the people who answered." in summary
    assert "percentage points (95%" not in summary


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.endswith(".html")))
def test_every_page_says_that_it_is_synthetic_and_not_cleared(pages: dict[str, str], name: str) -> None:
    text = visible_text(pages[name])
    assert "SYNTHETIC data" in text
    assert "Not cleared for release." in text


def test_every_page_is_below_300_kilobytes(published: dict[str, bytes]) -> None:
    assert max(len(content) for content in published.values()) < 300_000


def test_the_reports_hold_pictures_that_can_be_read(pages: dict[str, str]) -> None:
    for area in AREAS:
        pictures = pictures_in(pages[f"{WAVE}/{area}.html"])
        # A first look, and for an area that can be shown the levels behind it.
        assert pictures
        assert all("<svg" in picture for picture in pictures)


def test_no_published_byte_names_this_machine(built: tuple[Project, Ran], all_texts: dict[str, str]) -> None:
    named = {str(built[0].root), str(Path.home()), tempfile.gettempdir(), socket.gethostname(), str(Path.cwd())}
    # As whole words of what is said: "root" may stand in a style sheet, whoever runs this.
    user = re.compile(rf"\b{re.escape(getpass.getuser())}\b")
    for name, text in all_texts.items():
        assert [one for one in named if len(one) > 3 and one in text] == [], name
        assert not re.search(r"(?:/(?:home|root|tmp|usr|work|Users|var)/|[A-Z]:\\)", text), name
        assert not user.search(visible_text(text)), name


def test_no_published_byte_leads_to_another_site(all_texts: dict[str, str]) -> None:
    for name, text in all_texts.items():
        # The names of the SVG and XML vocabularies look like addresses and are never fetched.
        without_vocabulary = re.sub(r'\bxmlns(?::\w+)?="[^"]+"', "", text)
        assert re.findall(r"https?:|//[a-z]+\.[a-z]|<script|javascript:", without_vocabulary, re.I) == [], name


def test_pages_ask_for_nothing_beside_themselves(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert "default-src 'none'" in html_unescaped(page), name
        assert set(re.findall(r'\bsrc="([^"]{5})', page)) <= {"data:"}, name
        for address in re.findall(r'\bhref="([^"]+)"', page):
            target = (Path("/") / name).parent / address.partition("#")[0]
            where = os.path.normpath(target).lstrip("/") if address.partition("#")[0] else name
            assert where in FILES, f"{name} leads to {address}"


def html_unescaped(text: str) -> str:
    return text.replace("&#39;", "'")


def private_texts(project: Project) -> dict[str, list[str]]:
    """Return what must stay private, read from the raw files themselves."""
    first = pd.DataFrame(openpyxl.load_workbook(project.raw / IN_RAW["wave-1"]).worksheets[0].values)
    first = first.rename(columns=first.iloc[0]).iloc[1:]
    second = pd.read_csv(project.raw / IN_RAW["wave-2"])
    return {
        name: [str(value) for wave in (first, second) for value in wave[wording].dropna()]
        for name, wording in {"comment": "What is in the way?", "town": "Code, town"}.items()
    }


def test_no_comment_is_published(built: tuple[Project, Ran], all_texts: dict[str, str]) -> None:
    comments = private_texts(built[0])["comment"]
    assert len(comments) >= 5
    for name, text in all_texts.items():
        assert [comment for comment in comments if comment in text] == [], name


def test_no_self_made_code_nor_its_hash_is_published(built: tuple[Project, Ran], all_texts: dict[str, str]) -> None:
    towns = set(private_texts(built[0])["town"])
    assert len(towns) >= 5
    cleaned = [pd.read_parquet(built[0].cleaned(wave) / "answers_by_respondent_item.parquet") for wave in IN_RAW]
    hashes = {str(one) for table in cleaned for column in ("person_id", "respondent_id") for one in table[column]}
    hashes = {one for one in hashes if len(one) > 8}
    assert hashes
    for name, text in all_texts.items():
        assert [town for town in towns if re.search(rf"\b{town}\b", visible_text(text))] == [], name
        assert [one for one in hashes if one in text] == [], name


def test_the_raw_files_are_only_read(built: tuple[Project, Ran], tiny_project_read_only: Project) -> None:
    manifests = {name for name in bytes_below(built[0].raw) if name.endswith("MANIFEST.sha256")}
    after = {name: content for name, content in bytes_below(built[0].raw).items() if name not in manifests}
    assert after == bytes_below(tiny_project_read_only.raw)
    assert len(manifests) == 2


def test_a_second_run_runs_nothing_and_changes_no_byte_and_no_time(copied: Project) -> None:
    before = state_of(copied.reports)
    ran = run_command(copied, "reports", "--wave", WAVE)
    assert ran.status == 0
    assert ran.told.startswith("wave-2: 0 notebooks run, 7 up to date; 0 pages built, 4 unchanged; 0 failed;")
    assert state_of(copied.reports) == before


def test_touching_the_raw_files_rebuilds_nothing(copied: Project, here: Callable[..., Ran]) -> None:
    for name in IN_RAW.values():
        os.utime(copied.raw / name)
    before = state_of(copied.reports)
    assert "0 notebooks run, 7 up to date; 0 pages built" in here(copied, "reports", "--wave", WAVE).told
    assert state_of(copied.reports) == before


def test_without_a_wave_the_latest_is_built(copied: Project, here: Callable[..., Ran]) -> None:
    assert here(copied, "reports", "--wave", "").told.startswith("wave-2: 0 notebooks run, 7 up to date")


@pytest.mark.parametrize(("verb", "notebooks"), [("data", 2), ("estimates", 3)])
def test_a_verb_goes_as_far_as_its_name_says(
    copied: Project, here: Callable[..., Ran], verb: str, notebooks: int
) -> None:
    before = state_of(copied.reports)
    ran = here(copied, verb, "--wave", WAVE)
    assert ran.status == 0
    assert re.fullmatch(
        rf"wave-2: 0 notebooks run, {notebooks} up to date; 0 failed; [\d.]+ s\. See data/processed/wave-2\.\n",
        ran.told.splitlines(keepends=True)[-1],
    )
    assert state_of(copied.reports) == before


def test_report_places_the_page_of_its_area_and_leaves_the_others(copied: Project, here: Callable[..., Ran]) -> None:
    before = state_of(copied.reports)
    (copied.reports / WAVE / "camden.html").write_text("edited by hand", "utf-8")
    ran = here(copied, "report", "--area", "camden", "--wave", WAVE)
    told = ran.told.splitlines()[-1]
    assert told.startswith("wave-2: 0 notebooks run, 4 up to date; 1 pages built, 0 unchanged; 0 failed;")
    changed = {name for name, state in state_of(copied.reports).items() if state != before[name]}
    assert changed == {f"{WAVE}/camden.html"}
    assert bytes_below(copied.reports)[f"{WAVE}/camden.html"] == before[f"{WAVE}/camden.html"][0]


def test_a_page_edited_by_hand_keeps_one_area_s_page_from_being_placed_beside_it(
    copied: Project, here: Callable[..., Ran]
) -> None:
    for name in ("camden.html", "barnet.html"):
        (copied.reports / WAVE / name).write_text("edited by hand", "utf-8")
    ran = here(copied, "report", "--area", "camden", "--wave", WAVE)
    assert ran.status == 1
    assert "wave-2/barnet.html" in ran.told


def test_site_rebuilds_the_pages_around_the_reports_and_only_those(copied: Project, here: Callable[..., Ran]) -> None:
    before = state_of(copied.reports)
    around = {*ABOVE, f"{WAVE}/index.html"}
    for name in around - {f"{WAVE}/index.html"}:
        (copied.reports / name).unlink()
    ran = here(copied, "site")
    assert (ran.status, ran.told) == (0, "4 pages built, 1 unchanged. Open reports/index.html.\n")
    assert bytes_below(copied.reports) == {name: content for name, (content, _) in before.items()}
    after = state_of(copied.reports)
    assert all(after[name] == before[name] for name in before if name not in around)


def test_clean_leaves_the_reports_and_the_raw_data(copied: Project, here: Callable[..., Ran]) -> None:
    reports, raw = state_of(copied.reports), state_of(copied.raw)
    ran = here(copied, "clean")
    assert (ran.status, ran.told) == (0, "data/processed is removed; data/raw and reports stay as they are.\n")
    assert [path.name for path in copied.processed.iterdir()] == ["run.lock"]
    assert (state_of(copied.reports), state_of(copied.raw)) == (reports, raw)
    assert here(copied, "clean").status == 0


def test_demonstration_writes_what_is_missing_and_never_over_a_file(copied: Project, here: Callable[..., Ran]) -> None:
    first, second = (copied.raw / name for name in IN_RAW.values())
    kept = second.read_bytes()
    first.unlink()
    ran = here(copied, "demonstration")
    assert ran.status == 0
    assert ran.told.splitlines() == [
        f"data/raw/{IN_RAW['wave-1']} written.",
        f"data/raw/{IN_RAW['wave-2']} is there already and stays as it is.",
    ]
    assert first.is_file()
    assert second.read_bytes() == kept
