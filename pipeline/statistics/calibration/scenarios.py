"""The kinds of survey on which the intervals are tried, fixed before any was run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from pipeline.simulation.marginal import MarginalScenario

# Which bound a scenario's figures must keep: see `tolerances`.
Kind = Literal["known", "apart", "stress"]
FAVOURABLE_FROM = 4


@dataclass(frozen=True)
class Trial:
    """A scenario with its name in words and the kind of bound it must keep."""

    name: str
    scenario: MarginalScenario
    kind: Kind = "known"
    # Where odds are not proportional there is no one log-odds to score.
    log_odds_exist: bool = True

    @property
    def is_null(self) -> bool:
        """Whether nothing changed anywhere."""
        return self.scenario.change == 0 and self.scenario.between_sd == 0 and not self.scenario.departures


_NULL = MarginalScenario(
    people=((14, 9, 12, 13, 10), (8, 15, 11, 10, 14)),
    returning=(4, 5, 5, 4, 5),
    linked=(4, 5, 5, 4, 5),
    thresholds=(-1.8, -0.6, 0.5, 1.9),
    sector_effects=(0.0, -0.4, -0.3, -0.5),
    sector_mix=((0.45, 0.25, 0.15, 0.15),) * 2,
)
_RISE = replace(_NULL, change=0.8, between_sd=0.3)
_MANY_RETURN = replace(_RISE, returning=(8, 9, 9, 8, 9))

TRIALS: dict[str, Trial] = {
    "null": Trial("No change", _NULL),
    "null-hidden-links": Trial(
        "No change; 43 return, 23 are recognised", replace(_MANY_RETURN, change=0.0, between_sd=0.0), "stress"
    ),
    "alike": Trial("A rise of 0.8, alike in all areas", replace(_NULL, change=0.8)),
    "some-between": Trial("A rise of 0.8, SD between areas 0.3", _RISE),
    "much-between": Trial("A rise of 0.8, SD between areas 0.6", replace(_NULL, change=0.8, between_sd=0.6), "apart"),
    "one-area-apart": Trial(
        "A rise of 0.8 in four areas, a fall of 0.4 in one",
        replace(_NULL, change=0.8, departures=(0.0, 0.0, -1.2, 0.0, 0.0)), "apart",
    ),
    "hidden-links": Trial("A rise, SD 0.3; 43 return, 23 are recognised", _MANY_RETURN, "stress"),
    "false-links": Trial("A rise, SD 0.3; 3 % of links are false", replace(_RISE, falsely_linked=0.03), "stress"),
    "sectors-shift": Trial(
        "A rise, SD 0.3; sectors that differ more, in another mix later",
        replace(
            _RISE, sector_effects=(0.0, -0.8, -0.6, -1.0),
            sector_mix=((0.60, 0.20, 0.10, 0.10), (0.25, 0.35, 0.20, 0.20)),
        ),
    ),
    "odds-not-proportional": Trial(
        "A rise, SD 0.3, at the highest answer three times that at the lowest",
        replace(_RISE, steeper=(-0.4, -0.1, 0.1, 0.4)),
        log_odds_exist=False,
    ),
    "ceiling": Trial(
        "A rise of 0.8 from two thirds favourable, SD 0.3", replace(_RISE, thresholds=(-4.0, -2.6, -0.9, 0.6))
    ),
    "at-one-end": Trial(
        "A rise of 2.5 where nearly all gave the lowest answer before, SD 0.3; one area of four people",
        replace(
            _RISE, change=2.5, thresholds=(2.5, 3.0, 3.5, 5.0), people=((14, 9, 12, 13, 4), (8, 15, 11, 10, 4)),
            returning=(4, 5, 5, 4, 2), linked=(4, 5, 5, 4, 2),
        ),
        "stress",
    ),
    "three-waves": Trial(
        "Three waves, a rise of 0.8 in all, SD 0.3",
        replace(
            _RISE, people=((14, 9, 12, 13, 10), (10, 11, 12, 9, 13), (8, 15, 11, 10, 14)),
            sector_mix=((0.45, 0.25, 0.15, 0.15),) * 3,
        ),
    ),
}  # fmt: skip
