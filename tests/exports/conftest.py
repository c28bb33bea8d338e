"""Small export files, made in memory."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

MOMENT = dt.datetime(2023, 3, 7, 10, 30)
SYSTEM = ("ID", "Start time", "Completion time", "Email", "Name")


def make_workbook(*rows: Sequence[Any], other_sheets: Sequence[Sequence[Sequence[Any]]] = ()) -> bytes:
    book = Workbook()
    sheets = [book.active, *(book.create_sheet() for _ in other_sheets)]
    for sheet, content in zip(sheets, [rows, *other_sheets], strict=True):
        for row in content:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def make_microsoft(headers: Sequence[Any], *answers: Sequence[Any]) -> bytes:
    rows = [[n, MOMENT, MOMENT, f"person{n}@example.org", "A Name", *cells] for n, cells in enumerate(answers, 1)]
    return make_workbook([*SYSTEM, *headers], *rows)


@pytest.fixture
def workbook_bytes() -> Callable[..., bytes]:
    return make_workbook


@pytest.fixture
def microsoft_bytes() -> Callable[..., bytes]:
    return make_microsoft
