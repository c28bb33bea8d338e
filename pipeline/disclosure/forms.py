"""The forms that a policy asks for: what it does not show is hidden, what it shows in bins is put in bins."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.disclosure import facts
from pipeline.disclosure.bins import in_bins
from pipeline.disclosure.hiding import BASES, INTERVAL, hide_rows
from pipeline.disclosure.policies import IN_STEPS, STEP, Policy
from pipeline.disclosure.published import NOT_AVAILABLE
from pipeline.disclosure.suppression import HiddenModels, Suppression, is_among
from pipeline.statistics.retrospective import MEAN_FIGURES
from pipeline.statistics.wave import WaveEstimates

LEVELS = "distribution_by_item_wave"
_CHANGE = [*INTERVAL, *BASES]
# Of each published table: the figure that a policy names, and the columns that hold it.
FIGURES: Mapping[str, tuple[str, list[str]]] = {
    "shares_by_item_area_wave": (facts.FAVOURABLE_SHARE, [*INTERVAL, "base_n"]),
    "distribution_by_item_wave": (facts.LEVEL_SHARE, ["estimate", "base_n"]),
    "respondents_by_area_wave": (facts.PEOPLE, ["base_n"]),
    "respondents_by_sector_area_wave": (facts.PEOPLE_BY_SECTOR, ["base_n"]),
    "comments_by_question_wave": (facts.COMMENTING, ["base_n"]),
    "submissions_by_wave": (facts.USED, ["received", "used"]),
    "linked_by_area": (facts.LINKED, ["base_n"]),
    "retrospective_by_item_area": (
        facts.PAIRS,
        [*INTERVAL, "base_n", "share_before", "share_now", *MEAN_FIGURES],
    ),
    "changes_by_item_area": (facts.CHANGE, _CHANGE),
    "changes_alone_by_item_area": (facts.CHANGE_ALONE, _CHANGE),
    "standardised_shares_by_item_area_wave": (facts.STANDARDISED_SHARE, [*INTERVAL, "base_n"]),
    "odds_ratios_by_item_area": (facts.ODDS_RATIO, _CHANGE),
    "odds_ratios_pooled_by_item_area": (facts.ODDS_RATIO, _CHANGE),
    "superiority_by_item_area": (facts.SUPERIORITY, _CHANGE),
    "mean_changes_by_item": (facts.MEAN, ["mean_baseline", "mean_comparison", *_CHANGE]),
    "wave_pair_changes_by_item_area": (facts.WAVE_CHANGE, _CHANGE),
    "trends_by_item_area": (facts.TREND, _CHANGE),
    "pooling_by_item": (
        facts.POOLING,
        [*_CHANGE, "between_sd", "between_sd_low", "between_sd_high", "own_weight"],
    ),
    "detectable_changes_by_item_area": (facts.DETECTABLE, ["detectable", *BASES]),
    "sensitivity_by_item": (facts.SENSITIVITY, _CHANGE),
    "p_values_by_item": (facts.P_VALUE, ["p_value", "p_holm", "p_false_discovery", *BASES]),
    "proportional_odds_by_item": (facts.PROPORTIONAL_ODDS, ["lr_p_value", "brant_p_value", *BASES]),
    "single_person_by_item": (facts.SINGLE_PERSON, ["stays_clear"]),
    "reliability_by_wave": (facts.RELIABILITY, [*INTERVAL, "base_n"]),
    "blanks_by_item_wave_kind": (facts.BLANK, ["base_n"]),
}


def as_the_policy_asks(
    tables: Mapping[str, pd.DataFrame], estimates: WaveEstimates, policy: Policy, whole_area: str
) -> dict[str, pd.DataFrame]:
    """Return the tables with every figure in the form that the policy gives it."""
    found = {**tables, **(_in_bins(tables, estimates, whole_area) if policy.has_bins else {})}
    for name, (figure, columns) in FIGURES.items():
        found[name] = _only_shown(found[name], policy, figure, columns, whole_area)
        if policy.form(figure, of_whole=True) == IN_STEPS:
            found[name] = _in_steps(found[name])
    return found


def _in_steps(changes: pd.DataFrame) -> pd.DataFrame:
    """Return whole percentage points as the nearest multiples of a step, those of single areas being hidden already."""
    steps = {column: ((changes[column] / STEP).round() * STEP).astype("Int64") for column in INTERVAL}
    return changes.assign(**steps)


def without_suppressed(
    tables: Mapping[str, pd.DataFrame], suppression: Suppression, whole_area: str
) -> dict[str, pd.DataFrame]:
    """Return the tables without any figure of what is suppressed in one of the figure's waves."""
    found = dict(tables)
    for name, keys, cells in (
        ("respondents_by_area_wave", ["area", "wave"], suppression.areas),
        ("respondents_by_sector_area_wave", ["sector", "area", "wave"], suppression.sectors),
        (LEVELS, ["item", "wave", "level"], suppression.levels),
    ):
        found[name] = hide_rows(
            found[name], is_among(found[name], keys, cells), ["base_n"] if name != LEVELS else ["estimate"]
        )
    for name, (_, columns) in FIGURES.items():
        table = found[name]
        if "item" not in table or table.empty:
            continue
        placed = table if "area" in table else table.assign(area=whole_area)
        hidden = pd.Series(False, index=table.index)
        for wave in table.columns.intersection(["wave", "baseline_wave", "comparison_wave"]):
            hidden |= is_among(placed, ["item", "area", wave], suppression.items)
        if name == "standardised_shares_by_item_area_wave":
            # The shares of both waves belong to one change.
            pairs = frozenset(placed.loc[hidden, ["item", "area"]].itertuples(index=False, name=None))
            hidden |= is_among(placed, ["item", "area"], pairs)
        if name == "trends_by_item_area":
            # A line goes through every wave.
            hidden |= is_among(placed, ["item", "area"], frozenset((item, area) for item, area, _ in suppression.items))
        hidden |= _is_of_model(table, suppression.models)
        found[name] = hide_rows(table, hidden & (table["status"] != NOT_AVAILABLE), columns)
    return found


def _is_of_model(table: pd.DataFrame, models: HiddenModels) -> pd.Series:
    """Tell of each change whether its model is hidden; a line is known by the waves at its ends."""
    if "comparison_wave" not in table:
        return pd.Series(False, index=table.index)
    is_line = "years" in table
    ends = frozenset((item, waves[0], waves[-1]) for item, *waves in models if (len(waves) > 2) == is_line)
    return is_among(table, ["item", "baseline_wave", "comparison_wave"], ends)


def _only_shown(table: pd.DataFrame, policy: Policy, figure: str, columns: list[str], whole_area: str) -> pd.DataFrame:
    of_whole = table["area"] == whole_area if "area" in table else pd.Series(True, index=table.index)
    hidden = pd.Series(False, index=table.index)
    for is_whole in (True, False):
        if not policy.shows(figure, of_whole=is_whole):
            hidden |= of_whole == is_whole
    # What cannot be worked out says so under every policy; hiding it would tell nobody anything.
    return hide_rows(table, hidden & (table["status"] != NOT_AVAILABLE), columns) if hidden.any() else table


def _in_bins(tables: Mapping[str, pd.DataFrame], estimates: WaveEstimates, whole_area: str) -> dict[str, pd.DataFrame]:
    """Return the tables of counts with bins of people in place of counts, and the bases of changes in bins."""
    shares, spread = estimates.shares_by_item_area_wave, estimates.distribution_by_item_area_wave
    spread = spread[spread["area"] == whole_area]
    of_shares = in_bins(shares["favourable_n"]) + " of " + in_bins(shares["base_n"])
    blanks = estimates.blanks_by_item_wave.melt(
        id_vars=["item", "wave"], value_vars=["answered_n", "off_scale_n", "missing_n"], ignore_index=False
    ).sort_index(kind="stable")
    binned = {
        "shares_by_item_area_wave": (of_shares, [*INTERVAL, "base_n"]),
        "distribution_by_item_wave": (in_bins(spread["count"]), ["estimate", "base_n"]),
        "respondents_by_area_wave": (in_bins(estimates.respondents_by_area_wave["base_n"]), ["base_n"]),
        "respondents_by_sector_area_wave": (in_bins(estimates.respondents_by_sector_area_wave["base_n"]), ["base_n"]),
        "comments_by_question_wave": (in_bins(estimates.comments_by_question_wave["base_n"]), ["base_n"]),
        "linked_by_area": (in_bins(estimates.linked_by_area["base_n"]), ["base_n"]),
        "blanks_by_item_wave_kind": (in_bins(blanks["value"]), ["base_n"]),
    }
    marked = {
        # A note or a method left out would tell that few people answered.
        name: tables[name].assign(
            **dict.fromkeys(columns),
            **dict.fromkeys(tables[name].columns.intersection(["note", "method"]), ""),
            status=marks.to_numpy(),
        )
        for name, (marks, columns) in binned.items()
    }
    submissions = estimates.submissions_by_wave
    marked["submissions_by_wave"] = submissions.assign(
        received=in_bins(submissions["received"]), used=in_bins(submissions["used"]), status=""
    )
    with_bases = {
        name: tables[name].assign(**{base: in_bins(tables[name][base]) for base in BASES if base in tables[name]})
        for name, (_, columns) in FIGURES.items()
        if set(BASES) & set(columns)
    }
    standardised = tables["standardised_shares_by_item_area_wave"]
    with_bases["standardised_shares_by_item_area_wave"] = standardised.assign(base_n=in_bins(standardised["base_n"]))
    return marked | with_bases
