"""Who answered: respondents by area, sector and wave, people linked over waves, comments and submissions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

_PERSON = ["wave", "respondent_id"]
# Stands for the sector of people who gave none.
NOT_STATED = "not-stated"


def respondents_with_sector(answers_by_respondent_item: pd.DataFrame) -> pd.DataFrame:
    """Return one row a respondent: wave, respondent_id, person_id and sector."""
    return answers_by_respondent_item.drop_duplicates(_PERSON)[[*_PERSON, "person_id", "sector"]].reset_index(drop=True)


def count_by_area_wave(
    areas_by_respondent: pd.DataFrame, *, areas: Sequence[str], waves: Sequence[str]
) -> pd.DataFrame:
    """Return area, wave and base_n (people), nought included; who works in two areas counts in both."""
    return _counted(areas_by_respondent, {"area": areas, "wave": waves})


def count_by_sector_area_wave(
    respondents: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    *,
    sectors: Sequence[str],
    areas: Sequence[str],
    waves: Sequence[str],
) -> pd.DataFrame:
    """Return sector, area, wave and base_n (people), nought included; who gave no sector counts as 'not-stated'."""
    placed = areas_by_respondent.merge(respondents[[*_PERSON, "sector"]], on=_PERSON)
    placed["sector"] = placed["sector"].fillna(NOT_STATED)
    return _counted(placed, {"sector": [*sectors, NOT_STATED], "area": areas, "wave": waves})


def count_linked_by_area(
    respondents: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    *,
    areas: Sequence[str],
    baseline_wave: str,
    comparison_wave: str,
) -> pd.DataFrame:
    """Return area and base_n: the people recognised, by their self-made code, in both waves of an area."""
    placed = areas_by_respondent.merge(respondents, on=_PERSON).dropna(subset=["person_id"])
    placed = placed[placed["wave"].isin([baseline_wave, comparison_wave])]
    waves_by_person = placed.groupby(["area", "person_id"], sort=False)["wave"].nunique().reset_index()
    counts = _counted(waves_by_person[waves_by_person["wave"] == 2], {"area": areas})
    return counts.assign(baseline_wave=baseline_wave, comparison_wave=comparison_wave)


def count_commenting_by_question_wave(
    commenting_by_respondent: pd.DataFrame, *, questions: Sequence[str], waves: Sequence[str]
) -> pd.DataFrame:
    """Return question, wave and base_n: the people who wrote something, nought included."""
    return _counted(commenting_by_respondent, {"question": questions, "wave": waves})


def count_submissions_by_wave(ledger_by_file: pd.DataFrame, *, waves: Sequence[str]) -> pd.DataFrame:
    """Return wave, received and used: rows of the exports."""
    sums = ledger_by_file.groupby("wave")[["rows_in", "rows_used"]].sum().reindex(list(waves), fill_value=0)
    return sums.rename(columns={"rows_in": "received", "rows_used": "used"}).rename_axis("wave").reset_index()


def _counted(rows: pd.DataFrame, keys: dict[str, Sequence[str]]) -> pd.DataFrame:
    """Return one row for every combination of the keys' values, with its number of rows as base_n."""
    combinations = pd.MultiIndex.from_product([list(values) for values in keys.values()], names=list(keys))
    sizes = rows.groupby(list(keys)).size() if len(rows) else pd.Series(dtype="int64")
    if len(keys) == 1 and len(rows):
        sizes.index = pd.MultiIndex.from_arrays([sizes.index], names=list(keys))
    counts = sizes.reindex(combinations, fill_value=0) if len(rows) else pd.Series(0, index=combinations)
    return counts.astype("int64").rename("base_n").reset_index()
