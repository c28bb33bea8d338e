"""Policies: for every figure, how it is shown for the whole area and for one area, and why. A policy is its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.disclosure import facts
from pipeline.ground.errors import SettingsError
from pipeline.reference.evaluation import Disclosure
from pipeline.reference.labels import did_you_mean, listed

Form = Literal["as it is", "in bins of six", "whole per cent", "rounded", "in steps of five points", "not shown"]
IN_STEPS: Form = "in steps of five points"
Protects = Literal["suppressed groups", "counts up to six"]
BIN = 6
# Percentage points.
STEP = 5
# Shares below the one and above the other are named by these ends alone.
LOW_END, HIGH_END = 0.10, 0.90


# What a share is shown as under a policy of bins: the people who gave such an answer.
IN_BINS = {
    facts.FAVOURABLE_SHARE: facts.FAVOURABLE_PEOPLE,
    facts.LEVEL_SHARE: facts.LEVEL_PEOPLE,
    facts.EVENT_SHARE: facts.EVENT_ANSWERS,
}


@dataclass(frozen=True)
class Rule:
    """How one figure is shown, and why; counts can be bounded from it where `is_modelled`."""

    figure: str
    whole: Form
    area: Form
    is_modelled: bool
    why: str


@dataclass(frozen=True)
class Policy:
    """A name, what it protects, and one rule a figure; what it does not name is never shown."""

    name: str
    protects: Protects
    summary: str
    rules: tuple[Rule, ...]

    def rule(self, figure: str) -> Rule:
        """Return the rule of a figure; raises KeyError for one that the policy does not name."""
        return {rule.figure: rule for rule in self.rules}[figure]

    def form(self, figure: str, *, of_whole: bool) -> Form:
        rule = self.rule(figure)
        return rule.whole if of_whole else rule.area

    def shows(self, figure: str, *, of_whole: bool) -> bool:
        """Return whether a figure is shown at all: under a policy of bins a share as the people who make it up."""
        told = IN_BINS.get(figure, figure) if self.has_bins else figure
        return self.form(told, of_whole=of_whole) != "not shown"

    @property
    def has_bins(self) -> bool:
        """Whether counts are shown in bins, and nothing is hidden because few people stand behind it."""
        return self.form(facts.PEOPLE, of_whole=True) == "in bins of six"


_MERGED = "made with hidden areas merged: whichever way their people are shared out among them, it is the same"
_SIZE = "says how many people a group has"
_NO_AREA_AT_EVENTS = "of a single area few people come to an event"
_PRESENCE = "a yes or a no: who was there is known to all who were there, and who was missing is asked to come"
_NO_SMALL_COUNT = "visits and the like, not those who answer; a series with a small count is left out as a whole"


def _rules(*rows: tuple[str, Form, Form, bool, str]) -> tuple[Rule, ...]:
    return tuple(Rule(*row) for row in rows)


STANDARD = Policy(
    name="standard",
    protects="suppressed groups",
    summary=(
        "No figure for fewer people than the minimum base, nor any from which one could be worked out. Of a single "
        "area only the share of favourable answers; all answers and means for the whole area only."
    ),
    rules=_rules(
        (facts.PEOPLE, "as it is", "as it is", True, _SIZE),
        (facts.PEOPLE_BY_SECTOR, "as it is", "as it is", True, _SIZE),
        (facts.ANSWERING, "as it is", "as it is", True, _SIZE),
        (facts.FAVOURABLE_SHARE, "whole per cent", "whole per cent", True, "the result itself, in two levels"),
        (facts.FAVOURABLE_PEOPLE, "not shown", "not shown", True, "the share and the people answering tell it"),
        (facts.LEVEL_SHARE, "whole per cent", "not shown", True, "few people give some answers"),
        (facts.LEVEL_PEOPLE, "not shown", "not shown", True, "the share and the people answering tell it"),
        (facts.MEAN, "rounded", "not shown", True, "with a share it gives every answer of a small group"),
        (facts.OFF_SCALE, "as it is", "not shown", True, "says how many a figure leaves out"),
        (facts.BLANK, "as it is", "not shown", True, "says how many a figure leaves out"),
        (facts.LINKED, "as it is", "as it is", True, "splits a group in two"),
        (facts.COMMENTING, "as it is", "not shown", True, "says how many wrote something"),
        (facts.RECEIVED, "as it is", "not shown", True, "says what the exports held"),
        (facts.USED, "as it is", "not shown", True, "says what the exports held"),
        (facts.PAIRS, "as it is", "as it is", True, _SIZE),
        (facts.SHARE_OF_PAIRS, "whole per cent", "whole per cent", True, "the result itself, in two levels"),
        (facts.CHANGE, "rounded", "rounded", False, _MERGED),
        (facts.CHANGE_ALONE, "rounded", "rounded", False, _MERGED),
        (facts.STANDARDISED_SHARE, "whole per cent", "whole per cent", False, _MERGED),
        (facts.SUPERIORITY, "rounded", "rounded", False, _MERGED),
        (facts.ODDS_RATIO, "rounded", "rounded", False, _MERGED),
        (facts.WAVE_CHANGE, "rounded", "rounded", False, _MERGED),
        (facts.TREND, "rounded", "rounded", False, _MERGED),
        (facts.DETECTABLE, "rounded", "rounded", False, _MERGED),
        (facts.POOLING, "rounded", "not shown", False, _MERGED),
        (facts.P_VALUE, "rounded", "not shown", False, _MERGED),
        (facts.SENSITIVITY, "rounded", "not shown", False, _MERGED),
        (facts.SENSITIVITY_BASE, "as it is", "not shown", True, _SIZE),
        (facts.PROPORTIONAL_ODDS, "rounded", "not shown", False, _MERGED),
        (facts.SINGLE_PERSON, "rounded", "not shown", False, "a yes or a no about everybody, with hidden areas merged"),
        (facts.RELIABILITY, "rounded", "not shown", False, "one figure of everybody, without areas"),
        (facts.SERIES, "as it is", "not shown", True, _NO_SMALL_COUNT),
        (facts.QUOTE, "as it is", "as it is", False, "approved word for word by two people, with consent"),
        (facts.EVENT_PEOPLE, "as it is", "not shown", True, _NO_AREA_AT_EVENTS),
        (facts.EVENT_SECTORS, "as it is", "not shown", True, _NO_AREA_AT_EVENTS),
        (facts.EVENT_PRESENCE, "as it is", "as it is", True, _PRESENCE),
        (facts.EVENT_SHARE, "whole per cent", "not shown", True, "the result itself, of everybody together"),
        (facts.EVENT_ANSWERS, "not shown", "not shown", True, "the share and the people behind it tell it"),
        (facts.PLEDGING, "as it is", "as it is", True, _SIZE),
        (facts.PLEDGES, "as it is", "as it is", True, "what the shares of pledges are made of"),
        (facts.PLEDGE_SHARE, "whole per cent", "whole per cent", True, "the result itself, for enough people alone"),
        (facts.OUTCOME_SHARE, "whole per cent", "not shown", True, "few pledges have some outcomes"),
        (facts.OUTCOMES, "not shown", "not shown", True, "the share and the pledges made tell it"),
        (facts.THEME_COMMENTS, "as it is", "not shown", True, "what the shares of themes are made of"),
        (facts.THEME_PLACE, "as it is", "not shown", False, "an order alone, without how often or how much"),
        (facts.THEME_SHARE, "whole per cent", "not shown", True, "few comments are on some themes"),
        (facts.THEME_COUNT, "not shown", "not shown", True, "the share and the comments read tell it"),
        (facts.CODER_AGREEMENT, "rounded", "not shown", False, "of those who code, not of those who answer"),
    ),
)

_NO_AREA = "one figure of everybody, made without areas, and only where other answers would give the same"
_TOO_FINE = "so fine that small counts could be worked out from it"

STRICT = Policy(
    name="strict",
    protects="counts up to six",
    summary=(
        "Every count of people, the base included, in bins of six, nought to six being the first. Of a single area no "
        "exact base, no interval and no figure of a model; of the whole area the change with its interval, in steps of "
        "five percentage points, and nothing finer."
    ),
    rules=_rules(
        (facts.PEOPLE, "in bins of six", "in bins of six", True, _SIZE),
        (facts.PEOPLE_BY_SECTOR, "in bins of six", "in bins of six", True, _SIZE),
        (facts.ANSWERING, "in bins of six", "in bins of six", True, _SIZE),
        (facts.FAVOURABLE_PEOPLE, "in bins of six", "in bins of six", True, "the result itself, in two levels"),
        (facts.FAVOURABLE_SHARE, "not shown", "not shown", True, "a share tells more than the bins it is made of"),
        (facts.LEVEL_PEOPLE, "in bins of six", "not shown", True, "few people give some answers"),
        (facts.LEVEL_SHARE, "not shown", "not shown", True, "a share tells more than the bins it is made of"),
        (facts.MEAN, "not shown", "not shown", True, _TOO_FINE),
        (facts.OFF_SCALE, "in bins of six", "not shown", True, "says how many a figure leaves out"),
        (facts.BLANK, "in bins of six", "not shown", True, "says how many a figure leaves out"),
        (facts.LINKED, "in bins of six", "in bins of six", True, "splits a group in two"),
        (facts.COMMENTING, "in bins of six", "not shown", True, "says how many wrote something"),
        (facts.RECEIVED, "in bins of six", "not shown", True, "says what the exports held"),
        (facts.USED, "in bins of six", "not shown", True, "says what the exports held"),
        (facts.PAIRS, "not shown", "not shown", True, _TOO_FINE),
        (facts.SHARE_OF_PAIRS, "not shown", "not shown", True, _TOO_FINE),
        (facts.CHANGE, "in steps of five points", "not shown", False, _NO_AREA),
        (facts.CHANGE_ALONE, "not shown", "not shown", False, _TOO_FINE),
        (facts.STANDARDISED_SHARE, "not shown", "not shown", False, _TOO_FINE),
        (facts.SUPERIORITY, "not shown", "not shown", False, _TOO_FINE),
        (facts.ODDS_RATIO, "not shown", "not shown", False, _TOO_FINE),
        (facts.WAVE_CHANGE, "in steps of five points", "not shown", False, _NO_AREA),
        (facts.TREND, "in steps of five points", "not shown", False, _NO_AREA),
        (facts.DETECTABLE, "not shown", "not shown", False, _TOO_FINE),
        (facts.POOLING, "not shown", "not shown", False, _TOO_FINE),
        (facts.P_VALUE, "not shown", "not shown", False, _TOO_FINE),
        (facts.SENSITIVITY, "not shown", "not shown", False, _TOO_FINE),
        (facts.SENSITIVITY_BASE, "not shown", "not shown", True, _SIZE),
        (facts.PROPORTIONAL_ODDS, "not shown", "not shown", False, _TOO_FINE),
        (facts.SINGLE_PERSON, "not shown", "not shown", False, _TOO_FINE),
        (facts.RELIABILITY, "not shown", "not shown", False, _TOO_FINE),
        (facts.SERIES, "as it is", "not shown", True, _NO_SMALL_COUNT),
        (facts.QUOTE, "as it is", "as it is", False, "approved word for word by two people, with consent"),
        (facts.EVENT_PEOPLE, "in bins of six", "not shown", True, _NO_AREA_AT_EVENTS),
        (facts.EVENT_SECTORS, "in bins of six", "not shown", True, _NO_AREA_AT_EVENTS),
        (facts.EVENT_PRESENCE, "as it is", "as it is", True, _PRESENCE),
        (facts.EVENT_SHARE, "not shown", "not shown", True, "a share tells more than the bins it is made of"),
        (facts.EVENT_ANSWERS, "in bins of six", "not shown", True, "the result itself, of everybody together"),
        (facts.PLEDGING, "in bins of six", "not shown", True, _SIZE),
        (facts.PLEDGES, "in bins of six", "in bins of six", True, "says what people undertook to do"),
        (facts.PLEDGE_SHARE, "not shown", "not shown", True, "a share tells more than the bins it is made of"),
        (facts.OUTCOME_SHARE, "not shown", "not shown", True, "a share tells more than the bins it is made of"),
        (facts.OUTCOMES, "in bins of six", "not shown", True, "says what became of them"),
        (facts.THEME_COMMENTS, "in bins of six", "not shown", True, "says how many wrote something"),
        (facts.THEME_PLACE, "not shown", "not shown", False, "it orders counts up to six"),
        (facts.THEME_SHARE, "not shown", "not shown", True, "a share tells more than the bins it is made of"),
        (facts.THEME_COUNT, "in bins of six", "not shown", True, "says what people wrote about"),
        (facts.CODER_AGREEMENT, "not shown", "not shown", False, _TOO_FINE),
    ),
)

POLICIES: Sequence[Policy] = (STANDARD, STRICT)


def policy_of(disclosure: Disclosure) -> Policy:
    """Return the policy that the settings name, without what its owner refused; raises SettingsError."""
    policy = find_policy(disclosure.policy)
    if disclosure.event_presence:
        return policy
    why = "the owner of the data refused it"
    rules = [
        replace(rule, whole="not shown", area="not shown", why=why) if rule.figure == facts.EVENT_PRESENCE else rule
        for rule in policy.rules
    ]
    return replace(policy, rules=tuple(rules))


def find_policy(name: str) -> Policy:
    """Return the policy of that name; raises SettingsError."""
    known = {policy.name: policy for policy in POLICIES}
    if name not in known:
        raise SettingsError(
            f"evaluation.yml, disclosure: policy: there is no policy '{name}'{did_you_mean(name, known) or '.'} "
            f"It is one of {listed(known)}."
        )
    return known[name]
