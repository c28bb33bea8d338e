"""A figure as the public reads it, whoever wrote it down: what the gate collects from pages and reasons with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.disclosure.published import SHOWN, SUPPRESSED

PEOPLE = "people"
PEOPLE_BY_SECTOR = "people by sector"
ANSWERING = "people answering"
FAVOURABLE_SHARE = "favourable share"
FAVOURABLE_PEOPLE = "people favourable"
LEVEL_SHARE = "share of each answer"
LEVEL_PEOPLE = "people giving each answer"
MEAN = "mean answer"
OFF_SCALE = "answers off the scale"
BLANK = "blank answers"
LINKED = "people linked"
COMMENTING = "people commenting"
RECEIVED = "submissions received"
USED = "submissions used"
PAIRS = "people looking back"
SHARE_OF_PAIRS = "share looking back"
CHANGE = "change"
CHANGE_ALONE = "change from own answers"
STANDARDISED_SHARE = "standardised share"
SUPERIORITY = "superiority"
ODDS_RATIO = "odds ratio"
WAVE_CHANGE = "change between waves"
TREND = "trend"
DETECTABLE = "detectable change"
POOLING = "pooling"
P_VALUE = "p-value"
SENSITIVITY = "sensitivity"
SENSITIVITY_BASE = "people in a sensitivity analysis"
PROPORTIONAL_ODDS = "proportional odds"
SINGLE_PERSON = "single people"
RELIABILITY = "reliability"
SERIES = "count over time"
QUOTE = "quote"
EVENT_PEOPLE = "people at events"
EVENT_SECTORS = "people at events by sector"
EVENT_PRESENCE = "presence at an event"
EVENT_SHARE = "share of people at events"
EVENT_ANSWERS = "people at events who say so"
PLEDGING = "people with a pledge"
PLEDGES = "pledges made"
PLEDGE_SHARE = "share of pledges kept or followed up"
OUTCOME_SHARE = "share of pledges kept in part or not"
OUTCOMES = "pledges of each outcome"
THEME_COMMENTS = "comments read for themes"
THEME_PLACE = "order of themes"
THEME_SHARE = "share of comments on a theme"
THEME_COUNT = "comments on a theme"
CODER_AGREEMENT = "agreement of coders"


@dataclass(frozen=True)
class Fact:
    """One figure, or the mark in its place.

    `keys` say of what: wave, area, item, sector, level, question, baseline_wave, comparison_wave, analysis, part (such
    as 'conf_low'), by their ids in evaluation.yml. The figure lies in `low`..`high` for everybody who knows how it was
    rounded: 13 people are 13..13, 31 % is 0.305..0.315, a bin 13–18 is 13..18, 'under 10%' is 0..0.1. `status` is ''
    where it is shown, else its mark, '[c]' or '[x]', with no bounds known (0 and infinity). `where` names the file and
    the place in it.
    """

    statistic: str
    keys: tuple[tuple[str, str], ...]
    low: float
    high: float
    status: str
    where: str

    @property
    def of(self) -> Mapping[str, str]:
        return dict(self.keys)

    @property
    def is_shown(self) -> bool:
        return self.status == SHOWN


def keys_of(**keys: str) -> tuple[tuple[str, str], ...]:
    """Return keys in the one order in which facts hold them."""
    return tuple(sorted(keys.items()))


def shown_fact(statistic: str, keys: tuple[tuple[str, str], ...], low: float, high: float, where: str) -> Fact:
    """Return a figure that lies between two bounds."""
    return Fact(statistic, keys, low, high, SHOWN, where)


def hidden_fact(statistic: str, keys: tuple[tuple[str, str], ...], where: str) -> Fact:
    """Return a figure in whose place stands the mark of what is suppressed."""
    return Fact(statistic, keys, 0, math.inf, SUPPRESSED, where)
