"""The tree of drivers: every driver hangs from one above it, up to an aim, and none from itself."""

from __future__ import annotations

import pandas as pd

from pipeline.data.registers.reading import ReadRegister
from pipeline.data.registers.schemas import AIM, DRIVER_KINDS, PRIMARY, SECONDARY

_ABOVE = {PRIMARY: AIM, SECONDARY: PRIMARY}


def check_drivers(read: ReadRegister, rows: pd.DataFrame) -> None:
    """Note drivers without a parent, circles, parents of the wrong kind, and a diagram without an aim.

    A parent that is not in the register is told as any unknown id.
    """
    if len(rows) and rows["kind"].notna().all() and AIM not in set(rows["kind"]):
        line = int(rows.index[0])
        read.refuse(line, "kind", f"is not '{AIM}', nor is any other line; expected an aim that the drivers serve")
    known = rows.dropna(subset=["driver"]).drop_duplicates("driver")
    parents = {
        driver: parent for driver, parent in zip(known["driver"], known["parent"], strict=True) if pd.notna(parent)
    }
    kinds = dict(zip(known["driver"], known["kind"], strict=True))
    in_circle = _note_circles(read, known, parents)
    for line, driver, kind, parent in zip(known.index, known["driver"], known["kind"], known["parent"], strict=True):
        if pd.isna(kind) or driver in in_circle:
            continue
        if pd.isna(parent):
            if kind != AIM and (line, "parent") not in read.refused:
                read.refuse(line, "parent", f"is blank; expected the {_ABOVE[kind]} that this {kind} driver serves")
        elif kind == AIM:
            read.refuse(line, "parent", f"holds '{parent}' beside an aim; expected it blank")
        elif kinds.get(parent) in DRIVER_KINDS and kinds[parent] != _ABOVE[kind]:
            expected = f"expected the id of the {_ABOVE[kind]} that it serves"
            read.refuse(
                line, "parent", f"holds '{parent}', which is {kinds[parent]}, beside a {kind} driver; {expected}"
            )


def _note_circles(read: ReadRegister, rows: pd.DataFrame, parents: dict[str, str]) -> set[str]:
    """Note each circle once, at its first line; return the drivers in circles."""
    found: set[str] = set()
    for line, driver in zip(rows.index, rows["driver"], strict=True):
        way = [driver]
        while (above := parents.get(way[-1])) is not None and above not in way:
            way.append(above)
        if above == driver and driver not in found:
            found.update(way)
            read.refuse(
                line, "parent", f"leads round in a circle: {' to '.join([*way, driver])}; expected an end at an aim"
            )
    return found
