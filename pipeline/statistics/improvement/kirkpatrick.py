"""Which of Kirkpatrick's four levels the measures give evidence on, and which have none."""

from __future__ import annotations

import pandas as pd

LEVELS = {1: "reaction", 2: "learning", 3: "behaviour", 4: "results"}
LEVEL_COLUMNS = ["level", "name", "measures_n", "evidenced_n", "evidenced", "awaited", "note"]


def roll_up_levels(measures: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each of Kirkpatrick's levels: its measures, those with evidence, and what is lacking.

    `measures` has `name, level (1 to 4), evidence (true where there are data)`. `evidenced` and `awaited` are lists of
    names in the order given. Raises ValueError for another level.
    Source: Kirkpatrick & Kirkpatrick 2006, Evaluating Training Programs, 3rd edition.
    """
    if other := sorted(set(measures["level"]) - set(LEVELS)):
        raise ValueError(f"{other[0]!r} is no level of Kirkpatrick's; expected 1, 2, 3 or 4")
    rows = []
    for level, name in LEVELS.items():
        of_level = measures[measures["level"] == level]
        has_evidence = of_level["evidence"].fillna(False).astype(bool)
        evidenced, awaited = of_level.loc[has_evidence, "name"].tolist(), of_level.loc[~has_evidence, "name"].tolist()
        rows.append((level, name, len(of_level), len(evidenced), evidenced, awaited, _note(level, evidenced, awaited)))
    return pd.DataFrame(rows, columns=LEVEL_COLUMNS)


def _note(level: int, evidenced: list[str], awaited: list[str]) -> str:
    if evidenced:
        return ""
    why = "its measures have no data yet" if awaited else "no measure was set for it"
    return f"Level {level} ({LEVELS[level]}) has no evidence: {why}."
