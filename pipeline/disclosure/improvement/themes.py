"""What may be shown of themes: comments are of people, and each is read by few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.data.registers.schemas import THEME_KINDS
from pipeline.disclosure.bins import in_bin
from pipeline.disclosure.improvement.cells import share_cell, two_decimals
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.published import SUPPRESSED
from pipeline.reference.evaluation import Evaluation

THEME_COLUMNS = ["theme", "kind", "wave", "comments", "place", "share"]
BIN_COLUMNS = ["theme", "kind", "wave", "comments", "named"]
GROUPING_COLUMNS = ["grouping", "wave", "share", "weighs_most"]
AGREEMENT_COLUMNS = ["coded", "comments", "agreement", "conf_low", "conf_high"]
IDEA_COLUMNS = ["theme", "idea", "status", "driver", "measure"]
# What coders agree on, as a page names it.
CODED = {"themes": "Themes of a comment", "groupings": "Groupings it is about", "impact": "How much a theme weighs"}
# What can go well asks for no idea.
_TO_BE_ANSWERED = ("barrier", "suggestion")
Row = Mapping[Any, Any]


def protect_themes(estimates: Mapping[str, pd.DataFrame], evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Return `themes`, `groupings`, `coder-agreement` and `theme-ideas`; under bins `themes-in-bins` and the last.

    A wave of which fewer comments were read than the minimum base is hidden, and nothing is shown where the last is.
    Themes stand in the order of frequency times impact in the last wave, those that score the same, or were never
    named, in that of their register: so no place tells that a theme was not named at all.
    """
    found = {"theme-ideas": _ideas(estimates["theme_ideas"])} if "theme_ideas" in estimates else {}
    if "themes" not in estimates:
        return found
    has_bins = find_policy(evaluation.disclosure.policy).has_bins
    themes = _placed(estimates["themes"], evaluation)
    if has_bins:
        return {"themes-in-bins": _in_bins(themes), **found}
    read = themes.groupby("wave", sort=False)["base_n"].first()
    if read.iloc[-1] < evaluation.disclosure.minimum_base:
        return found
    return {
        "themes": _themes(themes, evaluation.disclosure.minimum_base),
        "groupings": _groupings(estimates["groupings"], read, evaluation),
        "coder-agreement": _agreement(estimates["coder_agreement"], evaluation.disclosure.minimum_base),
        **found,
    }


def _placed(themes: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return the themes, every wave's in its place among those of its kind, in the order of the last wave."""
    waves = {wave.id: number for number, wave in enumerate(evaluation.waves)}
    placed = themes.assign(
        at=themes["wave"].map(waves), score=themes["score"].round(9), of_kind=themes["kind"].map(THEME_KINDS.index)
    ).sort_values(["at", "of_kind", "score", "comments_n", "order"], ascending=[True, True, False, False, True])
    placed["place"] = placed.groupby(["at", "kind"]).cumcount() + 1
    last = placed[placed["at"] == placed["at"].max()].set_index("theme")["place"]
    return placed.assign(last=placed["theme"].map(last)).sort_values(["of_kind", "last", "at"], ignore_index=True)


def _themes(themes: pd.DataFrame, minimum: int) -> pd.DataFrame:
    rows = []
    for row in themes.to_dict("records"):
        is_shown = row["base_n"] >= minimum
        figures = (str(row["base_n"]), str(row["place"]), share_cell(row["comments_n"], row["base_n"]))
        rows.append((row["name"], row["kind"], row["wave"], *(figures if is_shown else (SUPPRESSED,) * 3)))
    return pd.DataFrame(rows, columns=THEME_COLUMNS, dtype="str")


def _in_bins(themes: pd.DataFrame) -> pd.DataFrame:
    """Return the themes in the order of their register: by how often they were named they would tell small counts."""
    ordered = themes.sort_values(["of_kind", "order", "at"])
    rows = [
        (row["name"], row["kind"], row["wave"], in_bin(row["base_n"]), in_bin(row["comments_n"]))
        for row in ordered.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=BIN_COLUMNS, dtype="str")


def _groupings(groupings: pd.DataFrame, read: pd.Series, evaluation: Evaluation) -> pd.DataFrame:
    minimum, names = evaluation.disclosure.minimum_base, {one.id: one.name for one in evaluation.groupings}
    by_key = groupings.set_index(["grouping", "wave"]).to_dict("index")
    rows = []
    for grouping, name in names.items():
        for wave, base in read.items():
            found: Row = by_key[grouping, wave]
            share = share_cell(found["comments_n"], base) if base >= minimum else SUPPRESSED
            # Which theme weighs most in a few comments would tell of each of them.
            most = found["weighs_most"] if found["comments_n"] >= minimum else ""
            rows.append((name, wave, share, most))
    return pd.DataFrame(rows, columns=GROUPING_COLUMNS, dtype="str")


def _agreement(agreement: pd.DataFrame, minimum: int) -> pd.DataFrame:
    rows = []
    for row in agreement[agreement["what"].isin(list(CODED))].to_dict("records"):
        if row["base_n"] >= minimum and pd.notna(row["estimate"]):
            interval = [two_decimals(row[end]) if pd.notna(row[end]) else "" for end in ("conf_low", "conf_high")]
            rows.append((CODED[row["what"]], str(row["base_n"]), two_decimals(row["estimate"]), *interval))
    return pd.DataFrame(rows, columns=AGREEMENT_COLUMNS, dtype="str")


def _ideas(ideas: pd.DataFrame) -> pd.DataFrame:
    """Return each theme with what answers it; a success without an idea has no row."""
    kept = ideas[(ideas["idea"] != "") | ideas["kind"].isin(_TO_BE_ANSWERED)]
    return kept.drop(columns=["theme"]).rename(columns={"name": "theme"})[IDEA_COLUMNS].reset_index(drop=True)
