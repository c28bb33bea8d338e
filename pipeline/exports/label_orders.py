"""The order of labels: of well-known scales for sure, of what looks like a scale for a person to check."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.reference.labels import normal_form

MOST_LEVELS = 11

# Answers of well-known scales, lowest first; a set of labels found within one of them has its order.
_ORDERS = tuple(
    tuple(map(normal_form, order))
    for order in (
        ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Neither agree or disagree", "Neutral", "Agree")
        + ("Strongly agree",),
        ("Never", "None of the time", "Almost never", "Hardly ever", "Rarely", "Seldom", "A little of the time")
        + ("Occasionally", "Sometimes", "Some of the time", "Often", "Frequently", "Usually", "Very often")
        + ("Most of the time", "Almost always", "Always", "All of the time"),
        ("Very poor", "Poor", "Fair", "Good", "Very good", "Excellent"),
        ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"),
        ("Very unlikely", "Unlikely", "Neutral", "Likely", "Very likely"),
        ("None", "No", "A little", "Some", "Quite a lot", "A lot"),
        ("None of it", "A little of it", "Some of it", "About half of it", "Half of it", "Most of it", "All of it"),
        ("Less", "Equally", "More"),
    )
)
# The first words of labels such as 'Slightly confident', weakest first; what follows them must agree.
_DEGREES: tuple[str, ...] = (
    *("no", "not at all", "not very", "little or no", "a little", "slightly", "somewhat", "some", "moderately", ""),
    *("good", "quite", "fairly", "mostly", "very", "very good", "highly", "extensive", "extremely", "completely"),
)
_STRONGER = (
    "slightly",
    "somewhat",
    "a little",
    "moderately",
    "",
    "mostly",
    "very",
    "strongly",
    "extremely",
    "completely",
)
_MIDDLES = re.compile(r"neutral|neither .+ n?or .+|undecided|about the same|no change")
_NOT = ("un", "dis", "in")
_NUMBERED = re.compile(r"(\d{1,2})(?:\s*[-:=.)(]\s*|\s+).*|(\d{1,2})")


def known_order(forms: Sequence[str]) -> list[str] | None:
    """Return normal forms in the order of a scale that is known, lowest first, or None."""
    if len(forms) < 2:
        return None
    if all(form.isdecimal() and len(form) <= 2 for form in forms) and len(forms) <= MOST_LEVELS:
        return sorted(forms, key=int)
    for order in _ORDERS:
        if set(forms) <= set(order):
            return sorted(forms, key=order.index)
    return _by_degree(forms)


def likely_order(forms: Sequence[str]) -> list[str] | None:
    """Return normal forms in the order that their words suggest, lowest first, for a person to check, or None."""
    if not 2 < len(forms) <= MOST_LEVELS:
        return None
    plain = {form.rstrip("."): form for form in forms}
    order = known_order(list(plain)) or _by_number(list(plain)) or _by_poles(list(plain)) or _around_middle(list(plain))
    return [plain[form] for form in order] if order and len(plain) == len(forms) else None


def _by_degree(forms: Sequence[str]) -> list[str] | None:
    """Return labels made of a degree and words that all of them share in the order of their degrees."""
    shared = _shared_end(forms)
    if not shared:
        return None
    before = {form: " ".join(form.split()[:-shared]) for form in forms}
    ranks = {form: _DEGREES.index(degree) for form, degree in before.items() if degree in _DEGREES}
    return sorted(forms, key=lambda form: ranks[form]) if len(set(ranks.values())) == len(forms) else None


def _shared_end(forms: Sequence[str]) -> int:
    """Return how many last words all the labels share."""
    ends = zip(*(reversed(form.split()) for form in forms), strict=False)
    count = 0
    for words in ends:
        if len(set(words)) > 1:
            break
        count += 1
    return count


def _by_number(forms: Sequence[str]) -> list[str] | None:
    """Return labels that each begin with another number, such as '1 (not at all)', in its order."""
    matches = {form: _NUMBERED.fullmatch(form) for form in forms}
    numbers = {form: int(match[1] or match[2]) for form, match in matches.items() if match}
    # Two numbers without words show that the others are ends of a scale, not amounts or times.
    is_scale = len(set(numbers.values())) == len(forms) and sum(form.isdecimal() for form in forms) > 1
    return sorted(forms, key=lambda form: numbers[form]) if is_scale else None


def _by_poles(forms: Sequence[str]) -> list[str] | None:
    """Return labels between a word and its contrary, such as 'very unhelpful' and 'helpful', in their order."""
    words = {form.split()[-1] for form in forms}
    poles = [(f"{no}{word}", word) for word in words for no in _NOT if f"{no}{word}" in words]
    if len(poles) != 1:
        return None
    places = {form: _place(form, *poles[0]) for form in forms}
    known = {form: place for form, place in places.items() if place is not None}
    return sorted(forms, key=lambda form: known[form]) if len(set(known.values())) == len(forms) else None


def _place(form: str, low: str, high: str) -> int | None:
    if _MIDDLES.fullmatch(form):
        return 0
    *before, last = form.split()
    degree = " ".join(before)
    if degree not in _STRONGER or last not in (low, high):
        return None
    return (_STRONGER.index(degree) + 1) * (1 if last == high else -1)


def _around_middle(forms: Sequence[str]) -> list[str] | None:
    """Return labels by degree around one in the middle, such as 'neutral' among 'slightly' and 'extremely able'."""
    middle = [form for form in forms if _MIDDLES.fullmatch(form)]
    others = _by_degree([form for form in forms if form not in middle])
    if len(middle) != 1 or not others or len(others) % 2:
        return None
    return [*others[: len(others) // 2], *middle, *others[len(others) // 2 :]]
