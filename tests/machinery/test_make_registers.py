"""`make registers`: templates where registers are missing, never over a file, and what is wrong with those there."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest

from pipeline.data.registers.registers import read_registers
from pipeline.data.registers.schemas import SCHEMAS
from pipeline.data.registers.templates import build_template
from pipeline.ground.errors import RegistersError
from pipeline.ground.paths import Project
from pipeline.machinery.registers import load_registers
from pipeline.reference.evaluation import load_evaluation
from pipeline.reference.improvement import REGISTERS
from tests.conftest import TINY_SETTINGS
from tests.machinery.tiny_runs import Ran, bytes_below
from tests.tiny_registers import IMPROVEMENT, file_of, put_registers

Run = Callable[..., Ran]


def test_registers_that_are_there_are_counted_and_called_right(fresh: Project, here: Run) -> None:
    ran = here(put_registers(fresh), "registers")
    assert ran.status == 0
    assert f"{file_of('attendance')}: 5 rows, nothing wrong." in ran.told
    assert f"{file_of('themes')}: 1 row, nothing wrong." in ran.told


def test_every_mistake_is_told_below_its_register_and_nothing_is_changed(fresh: Project, here: Run) -> None:
    put_registers(fresh, series="series,date,count\nvisits,soon,1\n", plan="milestone,title\n")
    before = bytes_below(fresh.raw)
    ran = here(fresh, "registers")
    assert ran.status == 1
    told = ran.told.splitlines()
    at = told.index(f"{file_of('series')}: 1 row, to be mended:")
    assert told[at + 1].startswith(f"  {file_of('series')}, line 2, 'date' holds 'soon'")
    assert f"{file_of('plan')}: not read, to be mended:" in told
    assert bytes_below(fresh.raw) == before


def test_a_named_register_that_is_missing_is_written_empty_and_no_other_is_touched(fresh: Project, here: Run) -> None:
    put_registers(fresh)
    path = fresh.root / file_of("pledges")
    path.unlink()
    before = bytes_below(fresh.raw)
    ran = here(fresh, "registers")
    assert ran.status == 0
    assert f"{file_of('pledges')} written: an empty register to fill in." in ran.told
    assert f"{file_of('pledges')}: 0 rows, nothing wrong." in ran.told
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    assert tuple(rows[0]) == SCHEMAS["pledges"].names
    assert {name: content for name, content in bytes_below(fresh.raw).items() if "pledges" not in name} == before


def test_without_any_named_register_templates_are_written_under_names_that_git_ignores(
    fresh: Project, here: Run
) -> None:
    ran = here(fresh, "registers")
    assert ran.status == 0
    assert {path.name for path in fresh.registers.iterdir()} == {f"{name}.xlsx" for name in REGISTERS}
    assert "write `registers: {events: events.xlsx}` in evaluation.yml" in ran.told
    before = bytes_below(fresh.registers)
    assert (
        "data/raw/registers/events.xlsx is there, but evaluation.yml does not name it" in here(fresh, "registers").told
    )
    assert bytes_below(fresh.registers) == before


def test_a_register_as_csv_and_as_xlsx_is_refused(fresh: Project, here: Run) -> None:
    put_registers(fresh)
    (fresh.registers / "SYNTHETIC-plan.xlsx").write_bytes(b"")
    ran = here(fresh, "registers")
    sentence = f"{file_of('plan')} and data/raw/registers/SYNTHETIC-plan.xlsx are both there; expected one of them"
    assert ran.status == 1
    assert sentence in ran.told
    with pytest.raises(RegistersError, match="are both there"):
        load_registers(fresh, load_evaluation(fresh.settings_file))


def test_a_named_register_that_is_missing_stops_what_needs_it(fresh: Project) -> None:
    put_registers(fresh)
    (fresh.root / file_of("plan")).unlink()
    with pytest.raises(RegistersError, match=f"{file_of('plan')} is missing; evaluation.yml names it"):
        load_registers(fresh, load_evaluation(fresh.settings_file))


def test_no_register_is_needed(fresh: Project) -> None:
    registers = load_registers(fresh, load_evaluation(fresh.settings_file))
    assert registers.present == frozenset()
    assert registers.attendance_areas.empty


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_template_is_read_as_a_register_without_rows(fresh: Project, suffix: str) -> None:
    fresh.settings_file.write_text(TINY_SETTINGS + IMPROVEMENT.replace(".csv\n", f"{suffix}\n"), "utf-8")
    evaluation = load_evaluation(fresh.settings_file)
    contents = {name: build_template(name, evaluation, suffix=suffix) for name in REGISTERS}
    registers = read_registers(contents, evaluation, shown={name: name for name in REGISTERS})
    assert {name: len(getattr(registers, name)) for name in REGISTERS} == dict.fromkeys(REGISTERS, 0)


def test_a_template_s_second_sheet_explains_each_column_and_what_is_allowed(fresh: Project) -> None:
    put_registers(fresh)
    content = build_template("pledges", load_evaluation(fresh.settings_file), suffix=".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [sheet.title for sheet in book.worksheets] == ["pledges", "How to fill this in"]
    explained = {row[0]: row[1:4] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert set(SCHEMAS["pledges"].names) <= set(explained)
    assert explained["status"][2] == "kept, partly, not kept, unknown"
    assert explained["sector"][2] == "health, schools"
    assert (explained["checked_on"][0], explained["made_on"][0]) == ("no", "yes")
    offered = [rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation]
    assert '"own,beyond"' in offered
