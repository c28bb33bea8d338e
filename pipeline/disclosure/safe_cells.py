"""Cells that a spreadsheet would run as formulas, and how they are written so that it shows them instead."""

from __future__ import annotations

import re

# The signs, and the full-width and small forms that some spreadsheets read alike.
_SIGNS = "=+@＝＋－＠﹦﹢﹣﹫-"
_START = re.compile(rf"\A(?=[\t\r])|(?:\A|(?<=[\r\n]))(?=\s*[{_SIGNS}])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def starts_formula(cell: str) -> bool:
    """Return whether a spreadsheet could run a cell, or a line of it: = + - @ after any spaces, TAB or CR first.

    A plain number is no formula. Source: OWASP, CSV injection.
    """
    return not _NUMBER.fullmatch(cell) and bool(_START.search(cell))


def quoted_cell(cell: str) -> str:
    """Return a cell with ' before whatever a spreadsheet would run, at its start and at the start of its lines."""
    return _START.sub("'", cell) if starts_formula(cell) else cell
