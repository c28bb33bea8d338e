"""What may be shown: nothing for fewer people than the minimum base, whole percentages, and no counts of answers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.disclosure.published import Published
from pipeline.statistics.wave import WaveEstimates
from tests.protecting import protect_alone

INTERVAL = ["estimate", "conf_low", "conf_high"]
BASES = ["base_n_baseline", "base_n_comparison"]
FIGURES = {
    *INTERVAL, *BASES, "base_n", "received", "used", "mean_baseline", "mean_comparison", "between_sd", "between_sd_low",
    "between_sd_high", "own_weight", "detectable", "p_value", "p_holm", "p_false_discovery", "stays_clear",
}  # fmt: skip
PAIR = {"baseline_wave": "wave-1", "comparison_wave": "wave-2"}


CHANGES = (
    "changes_by_item_area", "changes_alone_by_item_area", "superiority_by_item_area", "odds_ratios_by_item_area",
    "odds_ratios_pooled_by_item_area", "wave_pair_changes_by_item_area", "trends_by_item_area", "mean_changes_by_item",
    "sensitivity_by_item",
)  # fmt: skip


def shares(*bases: int) -> pd.DataFrame:
    """One row a base: a third of the people gave a favourable answer."""
    return pd.DataFrame(
        [
            {
                "item": "sure",
                "area": f"area-{number}",
                "wave": "wave-1",
                "favourable_n": base // 3,
                "base_n": base,
                "estimate": 0.334 if base else math.nan,
                "conf_low": 0.116 if base else math.nan,
                "conf_high": 0.655 if base else math.nan,
                "conf_level": 0.95,
                "method": "Wilson score",
                "note": "" if base else "Nobody answered.",
            }
            for number, base in enumerate(bases)
        ]
    )


def changes(*pairs: tuple[int, int]) -> pd.DataFrame:
    known = [earlier > 0 and later > 0 for earlier, later in pairs]
    return pd.DataFrame(
        [
            {"item": "sure", "area": f"area-{number}"}
            | PAIR
            | dict(zip(INTERVAL, (0.126, -0.034, 0.275) if is_known else [math.nan] * 3, strict=True))
            | {"conf_level": 0.95, "base_n_baseline": earlier, "base_n_comparison": later}
            | {"std_error": 0.07 if is_known else math.nan}
            | {"method": "standardised", "note": "" if is_known else "Nobody answered."}
            for number, ((earlier, later), is_known) in enumerate(zip(pairs, known, strict=True))
        ]
    )


def model_changes(*pairs: tuple[int, int]) -> pd.DataFrame:
    # Odds ratios of 2 (1/2 to 8).
    logs = dict(zip(INTERVAL, (math.log(2), -math.log(2), math.log(8)), strict=True))
    return changes(*pairs).assign(**logs, std_error=0.7, linked_n=1, p_value=0.3)


def distribution(*areas: tuple[str, int]) -> pd.DataFrame:
    rows = [
        {"item": "sure", "area": area, "wave": "wave-1", "level": level, "count": count, "base_n": base}
        | {"estimate": count / base if base else math.nan, "note": "" if base else "Nobody answered."}
        for area, base in areas
        for level, count in ((1, base // 3), (2, base - base // 3))
    ]
    return pd.DataFrame(rows)


def counts(*bases: int) -> pd.DataFrame:
    areas = [f"area-{number}" for number in range(len(bases))]
    return pd.DataFrame({"area": areas, "wave": "wave-1", "base_n": bases})


@pytest.fixture
def private(tiny_estimates: WaveEstimates) -> Any:
    """Estimates of the tiny survey with some tables replaced."""
    return lambda **tables: replace(tiny_estimates, **tables)


def of_pairs(*pairs: tuple[int, int]) -> dict[str, pd.DataFrame]:
    """Every table of one item's change, one row an area and pair of bases; the first area is the whole."""
    return {
        "changes_by_item_area": changes(*pairs),
        "changes_alone_by_item_area": changes(*pairs),
        "superiority_by_item_area": changes(*pairs),
        "wave_pair_changes_by_item_area": changes(*pairs),
        "trends_by_item_area": changes(*pairs).assign(years=1.17),
        "model_changes_by_item_area": model_changes(*pairs),
        "model_changes_pooled_by_item_area": model_changes(*pairs),
        "standardised_shares_by_item_area_wave": standardised_shares(*pairs),
        "mean_changes_by_item": changes(pairs[0]).drop(columns="area").assign(mean_baseline=2.44, mean_comparison=2.96),
        "sensitivity_by_item": sensitivity(*pairs),
        "p_values_by_item": p_values(0.0312),
        "influence_by_item": influence(clear=True, without=True),
        "pooling_by_item": pooling(),
        "detectable_changes_by_item_area": detectable(*pairs),
        "reliability_by_wave": reliability(*(pair[0] for pair in pairs)),
        "blanks_by_item_wave": blanks(*((pair[0], pair[1], 3) for pair in pairs)),
    }


def standardised_shares(*pairs: tuple[int, int]) -> pd.DataFrame:
    rows = [
        {"item": "sure", "area": f"area-{number}", "wave": wave, "estimate": 0.314, "std_error": 0.05}
        | {"conf_low": 0.196, "conf_high": 0.452, "conf_level": 0.95, "method": "standardised", "note": ""}
        for number, _ in enumerate(pairs)
        for wave in ("wave-1", "wave-2")
    ]
    return pd.DataFrame(rows)


def sensitivity(*pairs: tuple[int, int]) -> pd.DataFrame:
    """One analysis a pair of bases."""
    odds = dict.fromkeys(("log_odds", "log_odds_low", "log_odds_high"), 0.5)
    table = changes(*pairs).drop(columns=["area", "method"]).assign(**odds)
    return table.assign(analysis=[f"analysis-{number}" for number in range(len(pairs))])


def p_values(*values: float) -> pd.DataFrame:
    rows = [
        {"item": "sure", "area": "area-0"} | PAIR | dict.fromkeys(("p_value", "p_holm", "p_false_discovery"), value)
        for value in values
    ]
    return pd.DataFrame(rows)


def influence(*, clear: bool | None, without: bool | None) -> pd.DataFrame:
    moved = {"estimate": 0.1, "lowest": 0.05, "highest": 0.15, "clear": clear, "clear_without": without, "note": ""}
    return pd.DataFrame([{"item": "sure"} | PAIR | moved])


def pooling() -> pd.DataFrame:
    # An odds ratio of 2 (1/2 to 8).
    mean = {"mean_change": math.log(2), "mean_change_low": -math.log(2), "mean_change_high": math.log(8)}
    spread = {"between_sd": 0.246, "between_sd_low": 0.011, "between_sd_high": 0.863, "own_weight": 0.132}
    return pd.DataFrame([{"item": "sure"} | PAIR | mean | spread | {"prior_scale": 0.5, "areas_n": 3, "note": ""}])


def detectable(*pairs: tuple[int, int]) -> pd.DataFrame:
    table = changes(*pairs)
    known = table["estimate"].notna()
    kept = table[["item", "area", "baseline_wave", "comparison_wave", "conf_level"]]
    return kept.assign(detectable=[0.254 if one else math.nan for one in known], power=0.8)


def reliability(*bases: int) -> pd.DataFrame:
    rows = [
        {"wave": f"wave-{number}", "items_n": 7, "base_n": base, "conf_level": 0.95, "note": ""}
        | dict(zip(INTERVAL, (0.6594, 0.49, 0.787) if base > 2 else [math.nan] * 3, strict=True))
        for number, base in enumerate(bases)
    ]
    return pd.DataFrame(rows)


def blanks(*kinds: tuple[int, int, int]) -> pd.DataFrame:
    """Answers on the scale, off it and blank, one row an item."""
    rows = [
        {"item": f"item-{number}", "wave": "wave-1", "respondents_n": sum(counts)}
        | dict(zip(("answered_n", "off_scale_n", "missing_n"), counts, strict=True))
        for number, counts in enumerate(kinds)
    ]
    return pd.DataFrame(rows)


def test_the_minimum_base_itself_is_shown_and_one_fewer_and_nought_are_hidden(private: Any) -> None:
    made = private(
        shares_by_item_area_wave=shares(10, 9, 0, 1, 11),
        respondents_by_area_wave=counts(10, 9, 0, 1, 11),
        comments_by_question_wave=counts(10, 9, 0, 1, 11).drop(columns="area"),
        respondents_by_sector_area_wave=counts(10, 9, 0, 1, 11).assign(sector="health"),
    )
    published = protect_alone(made, minimum_base=10, whole_area="all")
    for name in ("shares_by_item_area_wave", "respondents_by_area_wave"):
        assert getattr(published, name)["status"].tolist() == ["", "[c]", "[c]", "[c]", ""], name
    for name in ("comments_by_question_wave", "respondents_by_sector_area_wave"):
        assert getattr(published, name)["base_n"].fillna(-1).tolist() == [10, -1, -1, -1, 11], name


@pytest.mark.parametrize(
    ("linked", "people", "status"),
    [(10, (20, 20), ""), (9, (20, 20), "[c]"), (0, (20, 20), "[c]"), (10, (19, 30), "[c]"), (10, (30, 19), "[c]")],
)
def test_people_recognised_in_both_waves_are_hidden_where_they_or_the_others_are_few(
    private: Any, linked: int, people: tuple[int, int], status: str
) -> None:
    waves = pd.DataFrame({"area": "area-0", "wave": ["wave-1", "wave-2"], "base_n": people})
    made = private(
        respondents_by_area_wave=waves, linked_by_area=pd.DataFrame([{"area": "area-0", "base_n": linked} | PAIR])
    )
    published = protect_alone(made, minimum_base=10, whole_area="all").linked_by_area
    assert published["status"].tolist() == [status]


@pytest.mark.parametrize(
    ("share", "mark"),
    [(0.0, "under 10%"), (0.0999, "under 10%"), (0.1, ""), (0.9, ""), (0.901, "over 90%"), (1.0, "over 90%")],
)
def test_a_share_near_an_end_is_told_by_the_end_alone_with_its_base_and_without_its_interval(
    private: Any, share: float, mark: str
) -> None:
    table = shares(20).assign(estimate=share)
    row = protect_alone(
        private(shares_by_item_area_wave=table), minimum_base=10, whole_area="all"
    ).shares_by_item_area_wave.iloc[0]
    assert row["status"] == mark
    assert row["base_n"] == 20
    assert row[INTERVAL].isna().all() == bool(mark)


def test_a_change_counted_from_a_share_near_an_end_is_hidden_since_it_would_tell_the_share(private: Any) -> None:
    ends = pd.concat([shares(20), shares(20).assign(wave="wave-2", estimate=0.05)])
    made = private(shares_by_item_area_wave=ends, changes_by_item_area=changes((20, 20)).assign(method="Newcombe"))
    assert protect_alone(made, minimum_base=10, whole_area="all").changes_by_item_area["status"].tolist() == ["[c]"]
    modelled = private(shares_by_item_area_wave=ends, changes_by_item_area=changes((20, 20)))
    assert protect_alone(modelled, minimum_base=10, whole_area="all").changes_by_item_area["status"].tolist() == [""]


def test_a_shown_share_is_in_whole_percentages_with_its_base(private: Any) -> None:
    published = protect_alone(
        private(shares_by_item_area_wave=shares(10)),
        minimum_base=10,
        whole_area="all",
    )
    row = published.shares_by_item_area_wave.iloc[0]
    # 0.334, 0.116 and 0.655 in whole per cent (the last lies half a per cent from two numbers; the even one is 66).
    assert [row[name] for name in (*INTERVAL, "base_n")] == [33, 12, 66, 10]


def test_a_hidden_row_keeps_no_figure_no_base_and_no_reason(private: Any) -> None:
    few = shares(9, 12).assign(note=["All answers are alike.", ""])
    published = protect_alone(
        private(shares_by_item_area_wave=few),
        minimum_base=10,
        whole_area="all",
    )
    hidden = published.shares_by_item_area_wave.iloc[0]
    assert hidden[[*INTERVAL, "base_n"]].isna().all()
    assert hidden["note"] == ""


@pytest.mark.parametrize(
    ("pair", "status"), [((10, 10), ""), ((9, 10), "[c]"), ((10, 9), "[c]"), ((0, 50), "[c]"), ((50, 0), "[c]")]
)
def test_a_change_needs_the_minimum_base_in_both_waves(private: Any, pair: tuple[int, int], status: str) -> None:
    published = protect_alone(private(**of_pairs(pair)), minimum_base=10, whole_area="area-0")
    for name in CHANGES:
        table = getattr(published, name)
        assert table["status"].tolist() == [status], name
        assert table[[*INTERVAL, *BASES]].isna().to_numpy().ravel().tolist() == [status != ""] * 5
        assert table["note"].tolist() == [""]


def test_submissions_are_hidden_where_few_of_them_are_used(private: Any) -> None:
    made = private(submissions_by_wave=pd.DataFrame({"wave": ["a", "b"], "received": [30, 12], "used": [9, 10]}))
    published = protect_alone(made, minimum_base=10, whole_area="all").submissions_by_wave
    assert published["status"].tolist() == ["[c]", ""]
    assert published[["received", "used"]].fillna(-1).to_numpy().tolist() == [[-1, -1], [12, 10]]


def test_a_change_is_in_whole_percentage_points_and_an_odds_ratio_in_few_digits(private: Any) -> None:
    model = model_changes((10, 12)).assign(conf_high=math.log(1234.5))
    made = private(changes_by_item_area=changes((10, 12)), model_changes_by_item_area=model)
    published = protect_alone(made, minimum_base=10, whole_area="all")
    assert published.changes_by_item_area.iloc[0][INTERVAL].tolist() == [13, -3, 28]
    assert published.odds_ratios_by_item_area.iloc[0][INTERVAL].tolist() == [2.0, 0.5, 1200.0]


def test_where_many_answered_but_no_estimate_exists_the_row_is_not_available(private: Any) -> None:
    model = model_changes((12, 12)).assign(estimate=math.nan, conf_low=math.nan, conf_high=math.nan)
    published = protect_alone(
        private(model_changes_by_item_area=model),
        minimum_base=10,
        whole_area="all",
    )
    assert published.odds_ratios_by_item_area["status"].tolist() == ["[x]"]


def test_answers_over_the_whole_scale_are_kept_for_the_whole_area_alone(private: Any) -> None:
    spread = distribution(("all", 12), ("camden", 30))
    published = protect_alone(
        private(distribution_by_item_area_wave=spread),
        minimum_base=10,
        whole_area="all",
    ).distribution_by_item_wave
    # A third and two thirds of 12.
    assert published["estimate"].tolist() == [33, 67]
    assert published["base_n"].tolist() == [12, 12]
    assert not {"area", "count"} & set(published.columns)


def test_the_whole_area_s_answers_are_hidden_too_where_few_answered(private: Any) -> None:
    spread = distribution(("all", 9), ("camden", 30))
    published = protect_alone(
        private(distribution_by_item_area_wave=spread),
        minimum_base=10,
        whole_area="all",
    ).distribution_by_item_wave
    assert published["status"].tolist() == ["[c]", "[c]"]
    assert published[["estimate", "base_n"]].isna().all(axis=None)


@pytest.mark.parametrize("name", Published.table_names())
def test_no_published_table_holds_a_count_of_answers_or_an_unrounded_error(
    tiny_published: Published, name: str
) -> None:
    private_columns = {
        "favourable_n", "count", "std_error", "linked_n", "respondent_id", "person_id", "text", "log_odds", "areas_n",
        "lowest", "highest", "clear", "clear_without",
    }  # fmt: skip
    # A quote's text is public by the approval of two people.
    private_columns -= {"text"} if name == "quotes" else set()
    assert not private_columns & set(getattr(tiny_published, name).columns)


@pytest.mark.parametrize("name", Published.table_names())
def test_every_row_of_the_tiny_survey_is_shown_or_hidden_whole(tiny_published: Published, name: str) -> None:
    check_rows(getattr(tiny_published, name))


def test_protection_leaves_the_private_tables_as_they_are(tiny_estimates: WaveEstimates) -> None:
    before = tiny_estimates.shares_by_item_area_wave.copy(deep=True)
    protect_alone(tiny_estimates, minimum_base=5, whole_area="all-three")
    pd.testing.assert_frame_equal(tiny_estimates.shares_by_item_area_wave, before)


def check_rows(table: pd.DataFrame) -> None:
    """A hidden row has no figure, a shown row all, one near an end its base; a table without figures has no status."""
    if "status" not in table:
        assert not FIGURES & set(table.columns)
        return
    figures = table[sorted(FIGURES & set(table.columns))]
    ends = table["status"].isin(["under 10%", "over 90%"])
    assert set(table["status"][~ends]) <= {"", "[c]", "[x]"}
    assert figures.loc[ends, figures.columns.intersection(INTERVAL)].isna().all(axis=None)
    assert figures.loc[ends, figures.columns.difference(INTERVAL)].notna().all(axis=None)
    assert figures[table["status"] == "[c]"].isna().all(axis=None)
    assert figures[table["status"] == ""].notna().all(axis=None)


base = st.integers(0, 30)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(base, min_size=1, max_size=6), st.lists(st.tuples(base, base), min_size=1, max_size=6), base)
def test_whatever_the_bases_no_hidden_row_keeps_a_number_and_no_shown_row_loses_one(
    private: Any, bases: list[int], pairs: list[tuple[int, int]], minimum: int
) -> None:
    minimum_base = max(minimum, 1)
    made = private(
        **of_pairs(*pairs),
        shares_by_item_area_wave=shares(*bases),
        distribution_by_item_area_wave=distribution(*(("area-0", one) for one in bases)),
        respondents_by_area_wave=counts(*bases),
    )
    published = protect_alone(made, minimum_base=minimum_base, whole_area="area-0")
    for name in Published.table_names():
        check_rows(getattr(published, name))
    shown = [one >= minimum_base for one in bases]
    assert (published.shares_by_item_area_wave["status"] == "").tolist() == shown
    assert (published.respondents_by_area_wave["status"] == "").tolist() == shown
    both = [min(pair) >= minimum_base for pair in pairs]
    for name in CHANGES:
        expected = both[:1] if name == "mean_changes_by_item" else both
        assert (getattr(published, name)["status"] == "").tolist() == expected, name
    shares_shown = (published.standardised_shares_by_item_area_wave["status"] == "").tolist()
    assert shares_shown == [one for one in both for _ in range(2)]
    assert (published.detectable_changes_by_item_area["status"] == "").tolist() == both
    for name in ("pooling_by_item", "p_values_by_item", "single_person_by_item"):
        assert (getattr(published, name)["status"] == "").tolist() == both[:1], name
