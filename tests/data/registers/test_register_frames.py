"""Registers are read into typed frames, from csv and xlsx alike, as they are written by people."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Callable

import pandas as pd
from openpyxl import Workbook

from pipeline.data.registers.registers import read_registers
from pipeline.data.registers.schemas import SCHEMAS
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.improvement import REGISTERS
from tests.data.registers.conftest import Read
from tests.tiny_registers import TINY_REGISTERS, file_of


def workbook(*rows: list[object], explained: bool = False) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if explained:
        book.create_sheet("How to fill this in").append(["column", "example"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_every_register_of_the_settings_has_a_schema_and_a_frame(read: Read) -> None:
    assert tuple(SCHEMAS) == REGISTERS
    registers = read()
    assert registers.present == set(REGISTERS)
    for name in REGISTERS:
        frame = getattr(registers, name)
        assert len(frame) == TINY_REGISTERS[name].count("\n") - 1
        assert list(frame.columns) == [*SCHEMAS[name].names, *(["level"] if name == "feedback" else [])]


def test_cells_are_what_their_column_means(read: Read) -> None:
    registers = read()
    assert registers.events["date"].tolist() == [pd.Timestamp("2023-02-07"), pd.Timestamp("2023-05-16")]
    assert registers.events["hours"].tolist()[0] == 2.5
    assert registers.events["hours"].isna().tolist() == [False, True]
    assert registers.series["count"].tolist() == [412, 0]
    assert registers.pledges["checked_on"].isna().tolist() == [False, True]
    assert registers.change_ideas.loc[0, ["impact", "effort"]].tolist() == [4, 2]
    assert registers.coding["grouping"].tolist()[0] == "advice"


def test_places_and_sectors_are_known_by_id_name_and_synonym_and_people_in_any_case(read: Read) -> None:
    attendance = read().attendance
    assert attendance["areas"].tolist() == [
        ("barnet",), ("barnet", "camden"), ("all-three",), ("barnet",), ("barnet", "camden"),
    ]  # fmt: skip
    assert attendance["sector"].tolist() == ["health", "schools", "schools", "health", "schools"]
    assert attendance["person"].tolist() == ["P01", "P02", "P03", "P01", "P02"]


def test_people_in_several_areas_have_a_row_for_each_beside(read: Read) -> None:
    registers = read()
    of_forum = registers.attendance_areas[registers.attendance_areas["event"] == "forum-1"]
    assert list(of_forum[["person", "area"]].itertuples(index=False, name=None)) == [
        ("P01", "barnet"), ("P02", "barnet"), ("P02", "camden"), ("P03", "all-three"),
    ]  # fmt: skip
    assert registers.pledge_areas["area"].tolist() == ["barnet", "barnet", "camden"]


def test_a_rating_has_its_level_and_one_off_the_scale_has_none(read: Read) -> None:
    feedback = read().feedback
    assert feedback["rating"].tolist() == ["Very sure", "Don't know", "Not sure", "Not sure"]
    assert feedback["level"].fillna(0).tolist() == [4, 0, 1, 1]


def test_registers_that_are_not_there_are_frames_without_rows_of_the_same_types(read: Read) -> None:
    whole = read()
    some = read(series=None, feedback=None)
    assert some.present == set(REGISTERS) - {"series", "feedback"}
    for name in ("series", "feedback"):
        assert getattr(some, name).dtypes.equals(getattr(whole, name).dtypes)
        assert getattr(some, name).empty


def test_a_workbook_gives_the_same_as_text(read: Read, load: Callable[..., Evaluation]) -> None:
    by = load("events: SYNTHETIC-events.csv", "events: SYNTHETIC-events.xlsx")
    rows: list[list[object]] = [
        ["event", "kind", "title", "date", "hours"],
        ["# an example: forum-0", "forum", "Any", "2023-01-01", 1],
        ["Forum-1", "Forum", "The first forum", dt.datetime(2023, 2, 7), 2.5],
        [None] * 5,
        ["forum-2", "forum", "The second forum", "2023-05-16", None],
    ]
    from_book = read(by=by, events=workbook(*rows, explained=True)).events
    pd.testing.assert_frame_equal(from_book, read().events)


def test_dates_in_another_format_are_read_where_the_file_says_so(read: Read, load: Callable[..., Evaluation]) -> None:
    by = load("events: SYNTHETIC-events.csv", 'events: {file: SYNTHETIC-events.csv, dates: "%d/%m/%Y"}')
    text = TINY_REGISTERS["events"].replace("2023-02-07", "07/02/2023").replace("2023-05-16", "16/05/2023")
    pd.testing.assert_frame_equal(read(by=by, events=text).events, read().events)


def test_a_register_of_headers_alone_has_no_rows(read: Read) -> None:
    assert read(series="series,date,count\n").series.empty


def test_blank_rows_and_remarks_are_passed_over(read: Read) -> None:
    text = "series,date,count\n# an example: visits,2023-01-01,5\n,,\nvisits,2023-02-01,412\n"
    assert read(series=text).series["count"].tolist() == [412]


def test_a_column_that_may_be_blank_may_be_left_out(read: Read) -> None:
    assert read(series="count,series,date\n5,visits,2023-02-01\n").series["count"].tolist() == [5]
    plan = "milestone,title,owner,due,status\nlead,Name a lead,The board,2023-12-01,open\n"
    assert read(plan=plan).plan["done_on"].isna().all()


def test_a_pledge_may_be_followed_up_on_the_day_it_was_made(read: Read) -> None:
    pledges = read(pledges=("kept,2023-05-16", "kept,2023-02-07")).pledges
    assert pledges.loc[0, "checked_on"] == pledges.loc[0, "made_on"]


def test_an_event_with_no_attendance_has_no_rows_and_is_said(read: Read) -> None:
    text = "".join(TINY_REGISTERS["attendance"].splitlines(keepends=True)[:4])
    registers = read(attendance=text)
    assert registers.attendance[registers.attendance["event"] == "forum-2"].empty
    assert f"{file_of('attendance')} has no row for 'forum-2': nobody is counted there." in registers.notes


def test_a_theme_nobody_uses_is_a_note_and_no_mistake(read: Read) -> None:
    registers = read(themes=TINY_REGISTERS["themes"] + "calm,Calm meetings,success,\n")
    assert registers.themes["theme"].tolist() == ["words", "calm"]
    assert registers.notes == (f"{file_of('themes')}: nothing is about 'calm', so it comes last.",)


def test_feedback_of_somebody_who_did_not_attend_is_a_note(read: Read) -> None:
    (note,) = read(feedback=TINY_REGISTERS["feedback"] + "forum-2,P02,networking,Sure\n").notes
    assert "'P02 (forum-2)'" in note


def test_ten_thousand_rows_of_attendance_are_read_in_a_second_or_two(evaluation: Evaluation) -> None:
    rows = [f"forum-{number % 20},P{number // 20},barnet;camden,health,attended" for number in range(10_000)]
    events = ["event,kind,title,date", *(f"forum-{number},forum,Forum {number},2023-02-07" for number in range(20))]
    written = {"events": events, "attendance": ["event,person,areas,sector,attendance", *rows]}
    contents = {name: "\n".join(lines).encode() for name, lines in written.items()}
    started = time.process_time()
    registers = read_registers(contents, evaluation, shown=dict.fromkeys(contents, "x"))
    assert time.process_time() - started < 2
    assert len(registers.attendance) == 10_000
    assert len(registers.attendance_areas) == 20_000
