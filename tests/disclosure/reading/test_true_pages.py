"""A true release is read without refusal, and every figure of the published tables is among the facts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable

import pandas as pd
import pytest

from pipeline.disclosure import facts
from pipeline.disclosure.facts import Fact, keys_of
from pipeline.disclosure.published import Published
from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.reference.evaluation import Evaluation
from tests.disclosure.reading.edits import Files, change

Read = Callable[[Files], Reading]
ENDS = {"under 10%": (0, 0.1), "over 90%": (0.9, 1)}
PAIR = {"baseline_wave": "wave-1", "comparison_wave": "wave-2"}


@pytest.fixture(scope="module")
def found(tiny_files: Files, tiny_evaluation: Evaluation) -> dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]]:
    """Every fact of the second wave's release by what it is of."""
    by_keys: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]] = {}
    for fact in read_release(tiny_files, tiny_evaluation).facts:
        by_keys.setdefault((fact.statistic, fact.keys), []).append(fact)
    return by_keys


def test_a_wave_beside_the_first_is_read_without_refusal(tiny_files: Files, read: Read) -> None:
    assert read(tiny_files).refusals == ()


def test_a_first_wave_is_read_without_refusal(tiny_first_wave: tuple[Files, Published], read: Read) -> None:
    assert read(tiny_first_wave[0]).refusals == ()


def test_a_first_wave_shows_the_people_of_its_table(tiny_first_wave: tuple[Files, Published], read: Read) -> None:
    told = {fact.keys: fact.low for fact in read(tiny_first_wave[0]).facts if fact.statistic == facts.PEOPLE}
    assert told[keys_of(area="barnet", wave="wave-1")] == 4
    assert told[keys_of(area="enfield", wave="wave-1")] == 0


# For each table: the statistic of its figures, whether of a pair of waves, and in which units it is printed.
TABLES = [
    ("shares_by_item_area_wave", facts.FAVOURABLE_SHARE, False, 100),
    ("changes_by_item_area", facts.CHANGE, True, 100),
    ("changes_alone_by_item_area", facts.CHANGE_ALONE, True, 100),
    ("superiority_by_item_area", facts.SUPERIORITY, True, 100),
    ("sensitivity_by_item", facts.SENSITIVITY, True, 100),
    ("reliability_by_wave", facts.RELIABILITY, False, 1),
    ("pooling_by_item", facts.POOLING, True, 1),
]


@pytest.mark.parametrize(("table", "statistic", "of_pair", "units"), TABLES)
def test_every_figure_of_a_published_table_lies_within_a_fact(
    table: str, statistic: str, of_pair: bool, units: float,
    tiny_published: Published, found: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]],
) -> None:  # fmt: skip
    rows: pd.DataFrame = getattr(tiny_published, table)
    assert len(rows)
    for row in rows.to_dict("records"):
        keys = {name: row[name] for name in ("item", "area", "wave", "analysis") if name in row} | (
            PAIR if of_pair else {}
        )
        for part in ("estimate", "conf_low", "conf_high"):
            told = found.get((statistic, keys_of(**{"area": "all-three", **keys, "part": part})), [])
            if row["status"] in ENDS and part != "estimate":
                assert told == []
                continue
            assert len(told) == 1
            if row["status"] in ENDS:
                assert (told[0].status, told[0].low, told[0].high) == ("", *ENDS[row["status"]])
            elif row["status"]:
                assert (told[0].status, told[0].low, told[0].high) == (row["status"], 0, math.inf)
            else:
                assert told[0].low <= float(row[part]) / units <= told[0].high
                # Rounding leaves at most a tenth of the figure, or of one.
                assert told[0].high - told[0].low <= max(0.101, abs(told[0].high) / 10)


def test_people_are_known_exactly_or_not_at_all(
    tiny_published: Published, found: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]]
) -> None:
    for row in tiny_published.respondents_by_sector_area_wave.to_dict("records"):
        (told,) = found[facts.PEOPLE_BY_SECTOR, keys_of(area=row["area"], sector=row["sector"], wave=row["wave"])]
        expected = (0, math.inf) if row["status"] else (row["base_n"], row["base_n"])
        assert (told.low, told.high, told.status) == (*expected, row["status"])


def test_a_base_is_hidden_only_where_the_share_of_its_own_wave_is(
    found: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]],
) -> None:
    # Enfield's change is hidden with both its bases: too few answered in the first wave, but not in the second.
    (earlier,) = found[facts.ANSWERING, keys_of(area="enfield", item="sure", wave="wave-1")]
    (later,) = found[facts.ANSWERING, keys_of(area="enfield", item="sure", wave="wave-2")]
    assert (earlier.status, later.status, later.low) == ("[c]", "", 3)


def test_figures_that_stand_in_no_file_are_read_from_their_sentences(
    found: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]],
) -> None:
    (linked,) = found[facts.LINKED, keys_of(area="all-three", **PAIR)]
    assert (linked.low, linked.high) == (5, 5)
    (hidden,) = found[facts.LINKED, keys_of(area="camden", **PAIR)]
    assert hidden.status == "[c]"
    (used,) = found[facts.USED, keys_of(area="all-three", wave="wave-2")]
    (received,) = found[facts.RECEIVED, keys_of(area="all-three", wave="wave-2")]
    assert (used.low, received.low) == (11, 12)
    (single,) = found[facts.SINGLE_PERSON, keys_of(area="all-three", item="sure", **PAIR)]
    assert single.low == 1
    assert (facts.COMMENTING, keys_of(area="all-three", question="barriers", wave="wave-2")) in found


def test_a_fact_names_its_release_its_file_and_its_place(tiny_files: Files, tiny_evaluation: Evaluation) -> None:
    told = read_release(tiny_files, tiny_evaluation, release="first").facts
    assert all(one.where.startswith("first: wave-2/") for one in told)
    people = next(one for one in told if one.statistic == facts.PEOPLE)
    assert people.where == "first: wave-2/all-three-respondents.csv, line 26, column base_n"


def test_a_refusal_names_the_file_the_place_and_what_stands_there(tiny_files: Files, read: Read) -> None:
    leak = change("wave-2/all-three.html", "<td>[c]</td><td>3</td>", "<td>2</td><td>3</td>")
    (refusal,) = read(leak(tiny_files)).refusals
    assert refusal == (
        "wave-2/all-three.html, table 'People who answered, by borough (who works in two boroughs counts in both)', "
        "row Enfield: it says '2' where the files beside it have '[c]'."
    )


def test_a_released_page_and_its_files_say_so_alike(tiny_files: Files, read: Read) -> None:
    page, file = "Released on 24 November 2026 as release wave-2-r1, approved by the head of evaluation.", "wave-2-r1"
    released = {
        name: content.replace(b"Not cleared for release.", page.encode())
        .replace(b"not cleared for release\r\n", f"{file}\r\n".encode())
        .replace(b"; not cleared for release.</li>", f"; release {file}.</li>".encode())
        for name, content in tiny_files.items()
    }
    assert read(released).refusals == ()
    assert read(released | {"wave-2/index.html": tiny_files["wave-2/index.html"]}).refusals


def test_an_approved_quote_may_stand_on_a_page(tiny_files: Files, tiny_evaluation: Evaluation) -> None:
    place = '<h2 id="section-how-much-changed">'
    quote = '<blockquote><p>Old forms remain</p></blockquote>\n<p class="speaker">A professional, Barnet</p>'
    quoted = change("wave-2/all-three.html", place, f"{quote}\n{place}")(tiny_files)
    approved = frozenset({hashlib.sha256(b"Old forms remain").hexdigest()})
    reading = read_release(quoted, tiny_evaluation, approved_quotes=approved)
    assert reading.refusals == ()
    assert facts.QUOTE in {fact.statistic for fact in reading.facts}


def test_the_reader_imports_nothing_of_the_writer() -> None:
    import ast
    from pathlib import Path

    import pipeline.disclosure.reading as reading

    modules = sorted(Path(str(reading.__file__)).parent.glob("*.py"))
    assert len(modules) > 10
    for module in modules:
        names = [
            node.module or "" if isinstance(node, ast.ImportFrom) else ".".join(alias.name for alias in node.names)
            for node in ast.walk(ast.parse(module.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not [name for name in names if "presentation" in name or "machinery" in name], module.name
