"""Changes from very few people stay what a change can be."""

from __future__ import annotations

from pipeline.statistics.wave import WaveEstimates


def test_no_interval_of_a_change_in_share_reaches_beyond_the_whole_scale(tiny_estimates: WaveEstimates) -> None:
    # Four people in Camden before and four after: the normals that are mixed for its pooled change reach past 1.
    for table in (tiny_estimates.changes_by_item_area, tiny_estimates.changes_alone_by_item_area):
        ends = table[["conf_low", "conf_high"]].dropna()
        assert len(ends)
        assert ((ends >= -1) & (ends <= 1)).all(axis=None)
