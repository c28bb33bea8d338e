"""Shares, distributions and changes between waves, per item and area, as tidy frames.

The inputs: `answers_by_respondent_item` (wave, respondent_id, person_id or missing, item, level or missing)
and `areas_by_respondent` (wave, respondent_id, area), where people may have several areas and the whole area
is one more. A change is later minus earlier. No result depends on the order of rows, nor on what a person_id
is, only on who shares it. Notes speak of the answers behind a number, so they are as private as counts are.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.statistics.ordinal.cumulative_link import NotIdentified, fit_cumulative_link
from pipeline.statistics.proportions import check_conf_level, newcombe_change_interval, wilson_interval

NO_ANSWERS = "Nobody answered."
COUNTED_CHANGE = "Newcombe"
KEYS = ["item", "area", "wave", "respondent_id"]

SHARE_COLUMNS = [
    "item", "area", "wave", "favourable_n", "base_n",
    "estimate", "conf_low", "conf_high", "conf_level", "method", "note",
]  # fmt: skip
SHARE_CHANGE_COLUMNS = [
    "item", "area", "baseline_wave", "comparison_wave", "estimate", "conf_low", "conf_high", "conf_level",
    "base_n_baseline", "base_n_comparison", "method", "note",
]  # fmt: skip
MODEL_CHANGE_COLUMNS = [
    "item", "area", "baseline_wave", "comparison_wave", "estimate", "std_error", "conf_low", "conf_high",
    "conf_level", "base_n_baseline", "base_n_comparison", "linked_n", "method", "note",
]  # fmt: skip
DISTRIBUTION_COLUMNS = ["item", "area", "wave", "level", "count", "base_n", "estimate", "note"]


def estimate_shares(
    answers_by_respondent_item: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    favourable: Mapping[str, frozenset[int]],
    *,
    waves: Sequence[str],
    area_ids: Sequence[str],
    conf_level: float,
) -> pd.DataFrame:
    """Estimate the share of favourable answers, one row per item, area and wave, empty ones included.

    Shares and interval ends lie in 0..1 (Wilson score); with a base of 0 they are missing and the note says
    so. Raises ValueError for duplicate input rows, an item without favourable levels or a bad conf_level.
    """
    check_conf_level(conf_level)
    _check_favourable(favourable)
    answers_by_area = _join_answers_to_areas(answers_by_respondent_item, areas_by_respondent)
    is_favourable = [
        level in favourable.get(item, ())
        for item, level in zip(answers_by_area["item"], answers_by_area["level"], strict=True)
    ]
    cells = _all_combinations(item=favourable, area=area_ids, wave=waves)
    bases = _count_cells(answers_by_area, cells)
    counts = _count_cells(answers_by_area[np.array(is_favourable, dtype=bool)], cells)
    rows = [
        (*cell, count, base_n, *_share_or_note(count, base_n, conf_level))
        for cell, count, base_n in zip(cells, counts, bases, strict=True)
    ]
    return _tidy(rows, SHARE_COLUMNS)


def estimate_share_changes(
    shares_by_item_area_wave: pd.DataFrame, *, baseline_wave: str, comparison_wave: str, conf_level: float
) -> pd.DataFrame:
    """Estimate the change of each share between two waves, one row per item and area, in the shares' order.

    Differences and interval ends lie in -1..1 (Newcombe, waves taken as independent samples); they are
    missing, with a note, where either base is 0. Raises ValueError for equal waves, a share missing from one
    of them or twice in it, or a bad conf_level.
    """
    check_conf_level(conf_level)
    _check_two_waves(baseline_wave, comparison_wave)
    baseline = _shares_of_wave(shares_by_item_area_wave, baseline_wave)
    comparison = _shares_of_wave(shares_by_item_area_wave, comparison_wave)
    if set(baseline.index) != set(comparison.index):
        raise ValueError(f"the shares of {baseline_wave} and {comparison_wave} differ in items or areas")
    rows = [
        (*pair, baseline_wave, comparison_wave, *_share_change_or_note(later, earlier, conf_level))
        for pair, earlier, later in zip(
            baseline.index,
            baseline.itertuples(index=False, name=None),
            comparison.loc[baseline.index].itertuples(index=False, name=None),
            strict=True,
        )
    ]
    return _tidy(rows, SHARE_CHANGE_COLUMNS)


def estimate_model_changes(
    answers_by_respondent_item: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    *,
    items: Sequence[str],
    area_ids: Sequence[str],
    baseline_wave: str,
    comparison_wave: str,
    conf_level: float,
) -> pd.DataFrame:
    """Estimate each area's change in log-odds of a higher level, one cumulative-link fit per item and area.

    The covariance is clustered by person, a respondent without person_id being a cluster, and the interval
    is Student's t. linked_n counts people who answered the item in both waves. Where no estimate exists, the
    note says why. Raises ValueError for duplicate input rows, equal waves or a bad conf_level.
    """
    check_conf_level(conf_level)
    _check_two_waves(baseline_wave, comparison_wave)
    answers_by_area = _join_answers_to_areas(answers_by_respondent_item, areas_by_respondent)
    in_waves = answers_by_area[answers_by_area["wave"].isin([baseline_wave, comparison_wave])]
    answers_by_pair = dict(iter(in_waves.groupby(["item", "area"], sort=False)))
    rows = [
        (
            *pair, baseline_wave, comparison_wave,
            *_model_change(answers_by_pair.get(pair, in_waves.iloc[:0]), comparison_wave, conf_level),
        )
        for pair in _all_combinations(item=items, area=area_ids)
    ]  # fmt: skip
    return _tidy(rows, MODEL_CHANGE_COLUMNS)


def estimate_distributions(
    answers_by_respondent_item: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    *,
    items_levels: Mapping[str, int],
    waves: Sequence[str],
    area_ids: Sequence[str],
) -> pd.DataFrame:
    """Estimate the share of each level 1..K, one row per item, area, wave and level, unused levels included.

    Shares lie in 0..1; with a base of 0 they are missing and the note says so. Raises ValueError for
    duplicate input rows or a level outside an item's scale.
    """
    answers_by_area = _join_answers_to_areas(answers_by_respondent_item, areas_by_respondent)
    _check_levels(answers_by_area, items_levels)
    cells = _all_combinations(item=items_levels, area=area_ids, wave=waves)
    counts = answers_by_area.groupby(["item", "area", "wave", "level"]).size().to_dict()
    rows: list[tuple[object, ...]] = []
    for cell, base_n in zip(cells, _count_cells(answers_by_area, cells), strict=True):
        for level in range(1, items_levels[cell[0]] + 1):
            count = counts.get((*cell, level), 0)
            estimate, note = (count / base_n, "") if base_n else (np.nan, NO_ANSWERS)
            rows.append((*cell, level, count, base_n, estimate, note))
    return _tidy(rows, DISTRIBUTION_COLUMNS)


def _join_answers_to_areas(answers_by_respondent_item: pd.DataFrame, areas_by_respondent: pd.DataFrame) -> pd.DataFrame:
    """Give one row per answered item and area of its respondent, in an order that only the keys decide."""
    _check_unique(answers_by_respondent_item, ["wave", "respondent_id", "item"], "answers_by_respondent_item")
    _check_unique(areas_by_respondent, ["wave", "respondent_id", "area"], "areas_by_respondent")
    answered = answers_by_respondent_item.dropna(subset=["level"])
    areas = areas_by_respondent[["wave", "respondent_id", "area"]]
    joined = answered.merge(areas, on=["wave", "respondent_id"])
    return joined.astype({"level": "int64"}).sort_values(KEYS, kind="stable", ignore_index=True)


def _check_unique(frame: pd.DataFrame, keys: list[str], name: str) -> None:
    if frame.duplicated(keys).any():
        raise ValueError(f"{name} has more than one row for the same {', '.join(keys)}")


def _check_favourable(favourable: Mapping[str, frozenset[int]]) -> None:
    for item, levels in favourable.items():
        if not levels:
            raise ValueError(f"the item {item} declares no favourable level")


def _check_two_waves(baseline_wave: str, comparison_wave: str) -> None:
    if baseline_wave == comparison_wave:
        raise ValueError(f"a change needs two different waves, not {baseline_wave} twice")


def _check_levels(answers_by_area: pd.DataFrame, items_levels: Mapping[str, int]) -> None:
    for item, highest in items_levels.items():
        levels = answers_by_area.loc[answers_by_area["item"] == item, "level"]
        if not levels.between(1, highest).all():
            raise ValueError(f"the item {item} has an answer outside its levels 1..{highest}")


def _all_combinations(**names: Iterable[str]) -> list[tuple[str, ...]]:
    return list(pd.MultiIndex.from_product([list(values) for values in names.values()]))


def _count_cells(answers_by_area: pd.DataFrame, cells: list[tuple[str, ...]]) -> list[int]:
    counts = answers_by_area.groupby(["item", "area", "wave"]).size().to_dict()
    return [int(counts.get(cell, 0)) for cell in cells]


def _share_or_note(favourable_n: int, base_n: int, conf_level: float) -> tuple[object, ...]:
    method = "Wilson score"
    if base_n == 0:
        return np.nan, np.nan, np.nan, conf_level, method, NO_ANSWERS
    return favourable_n / base_n, *wilson_interval(favourable_n, base_n, conf_level), conf_level, method, ""


def _shares_of_wave(shares_by_item_area_wave: pd.DataFrame, wave: str) -> pd.DataFrame:
    of_wave = shares_by_item_area_wave[shares_by_item_area_wave["wave"] == wave]
    if of_wave.empty:
        raise ValueError(f"there are no shares of the wave {wave}")
    _check_unique(of_wave, ["item", "area", "wave"], "shares_by_item_area_wave")
    return of_wave.set_index(["item", "area"])[["favourable_n", "base_n"]].astype("int64")


def _share_change_or_note(later: tuple[int, int], earlier: tuple[int, int], conf_level: float) -> tuple[object, ...]:
    (count_later, base_later), (count_earlier, base_earlier) = later, earlier
    estimate, conf_low, conf_high = np.nan, np.nan, np.nan
    note = _note_empty_wave(base_earlier, base_later)
    if not note:
        estimate = count_later / base_later - count_earlier / base_earlier
        conf_low, conf_high = newcombe_change_interval(count_later, base_later, count_earlier, base_earlier, conf_level)
    return estimate, conf_low, conf_high, conf_level, base_earlier, base_later, COUNTED_CHANGE, note


def _note_empty_wave(base_n_baseline: int, base_n_comparison: int) -> str:
    if base_n_baseline == 0 and base_n_comparison == 0:
        return "Nobody answered in either wave."
    if base_n_baseline == 0:
        return "Nobody answered in the baseline wave."
    return "Nobody answered in the comparison wave." if base_n_comparison == 0 else ""


def _model_change(answers: pd.DataFrame, comparison_wave: str, conf_level: float) -> tuple[object, ...]:
    is_later = (answers["wave"] == comparison_wave).to_numpy(dtype=bool)
    base_later = int(is_later.sum())
    base_earlier = len(answers) - base_later
    outcome = _fit_change(answers, is_later, conf_level)
    note = _note_empty_wave(base_earlier, base_later) or (outcome if isinstance(outcome, str) else "")
    numbers = (np.nan,) * 4 if isinstance(outcome, str) else outcome
    linked_n = _count_linked(answers, is_later)
    return *numbers, conf_level, base_earlier, base_later, linked_n, "cumulative link, person-clustered", note


def _fit_change(
    answers: pd.DataFrame, is_later: NDArray[np.bool_], conf_level: float
) -> tuple[float, float, float, float] | str:
    """Give estimate, std_error, conf_low and conf_high of the change, or the reason there are none."""
    persons = _code_persons(answers["person_id"])
    fit = fit_cumulative_link(answers["level"].to_numpy(), is_later[:, None].astype(float), clusters=persons)
    if isinstance(fit, NotIdentified):
        return fit.reason
    conf_low, conf_high = fit.conf_int(conf_level)[-1]
    return float(fit.beta[0]), float(fit.std_error[-1]), float(conf_low), float(conf_high)


def _code_persons(person_ids: pd.Series) -> NDArray[np.int64]:
    """Give equal codes to rows that share a person_id and a code of its own to every row without one."""
    codes = pd.factorize(person_ids)[0].astype("int64")
    return np.where(codes < 0, len(codes) + np.arange(len(codes)), codes)


def _count_linked(answers: pd.DataFrame, is_later: NDArray[np.bool_]) -> int:
    earlier, later = (set(answers.loc[rows, "person_id"].dropna()) for rows in (~is_later, is_later))
    return len(earlier & later)


def _tidy(rows: Sequence[tuple[object, ...]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame.from_records(rows, columns=columns)
