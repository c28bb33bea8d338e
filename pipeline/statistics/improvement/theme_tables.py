"""What comments were about, wave after wave, and which change ideas answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.coding import estimate_coding_agreement
from pipeline.statistics.improvement.themes import rank_themes

if TYPE_CHECKING:
    from pipeline.data.registers.registers import Registers

GROUPING_COLUMNS = ["wave", "grouping", "comments_n", "base_n", "weighs_most"]
IDEA_COLUMNS = ["theme", "name", "kind", "idea", "status", "driver", "measure"]
_READ = ["wave", "question", "comment"]


def describe_themes(registers: Registers, evaluation: Evaluation, wave_id: str) -> dict[str, pd.DataFrame]:
    """Return `themes`, `groupings`, `coder_agreement` and `theme_ideas`; those without a register or rows are left out.

    `themes` has the columns of `rank_themes` and `order`, a theme's place in its register, for every wave until this
    one in which comments were coded, where this one's were; `groupings` the comments of a wave that are about each
    needs-based grouping, and the theme that weighs most in them; `coder_agreement` is of this wave alone; `theme_ideas`
    leads from each theme to the change ideas that answer it, their driver and their measure, by their texts. Private.
    """
    themes = registers.themes
    if themes.empty:
        return {}
    found = {"theme_ideas": _ideas(registers, evaluation)} if "change_ideas" in registers.present else {}
    waves = [wave.id for wave in evaluation.waves_until(wave_id)]
    coding = _with_units(registers.coding[registers.coding["wave"].isin(waves)])
    of_wave = coding[coding["wave"] == wave_id]
    # What was said of earlier waves stands in their reports.
    if of_wave.empty:
        return found
    order = {theme: number for number, theme in enumerate(themes["theme"])}
    ranked = rank_themes(coding, themes)
    found["themes"] = ranked.assign(order=ranked["theme"].map(order))
    found["groupings"] = _by_grouping(coding, themes, evaluation)
    found["coder_agreement"] = estimate_coding_agreement(of_wave, conf_level=evaluation.models.conf_level)
    return found


def _with_units(coding: pd.DataFrame) -> pd.DataFrame:
    """Return the coding with a comment told apart by its question too: the same words may answer two."""
    impact = coding["impact"].astype("float64")
    return coding.assign(comment=coding["question"] + "/" + coding["comment"], impact=impact)


def _by_grouping(coding: pd.DataFrame, themes: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    rows = []
    for wave, part in coding.groupby("wave", sort=False):
        base = part["comment"].nunique()
        for grouping in evaluation.groupings:
            about = part[part["grouping"] == grouping.id]
            rows.append((wave, grouping.id, about["comment"].nunique(), base, _heaviest(about, themes)))
    return pd.DataFrame(rows, columns=GROUPING_COLUMNS)


def _heaviest(coding: pd.DataFrame, themes: pd.DataFrame) -> str:
    """Return the name of the theme with the highest score, '' where there is none or two share it."""
    if coding["theme"].dropna().empty:
        return ""
    scores = rank_themes(coding, themes).sort_values("score", ascending=False)[["name", "score"]]
    first, second = scores.iloc[0], scores.iloc[1] if len(scores) > 1 else None
    is_alone = second is None or round(first["score"] - second["score"], 9) > 0
    return str(first["name"]) if is_alone else ""


def _ideas(registers: Registers, evaluation: Evaluation) -> pd.DataFrame:
    """Return a row for each theme and change idea that answers it, one without an idea for a theme that has none."""
    drivers = registers.drivers.set_index("driver")["text"]
    measures = {measure.id: measure.name for measure in evaluation.measures}
    ideas = registers.change_ideas
    answers = ideas.assign(driver=ideas["driver"].map(drivers), measure=ideas["measure"].map(measures))
    answers = answers.rename(columns={"title": "idea_title"})[["theme", "idea_title", "status", "driver", "measure"]]
    joined = registers.themes.merge(answers, on="theme", how="left")
    return joined.rename(columns={"idea_title": "idea"})[IDEA_COLUMNS].fillna("").astype("str")
