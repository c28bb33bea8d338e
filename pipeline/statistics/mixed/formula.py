"""Formulas such as `rating ~ temp + contact + (1 | judge)`: outcome, fixed part, and at most one random term."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from formulaic import Formula
from formulaic.errors import FormulaicError

EXAMPLE = "write it like `rating ~ temp + contact + (1 | judge)`"
RANDOM_TERM = re.compile(r"(?:(?<=^)|(?<=\+))\s*\(([^()|]*)\|([^()|]*)\)\s*(?=$|\+)")
NAME = r"(?:`[^`]+`|[^\W\d]\w*)"


@dataclass(frozen=True)
class RandomTerm:
    """`unit` is the column that says whose answer a row is; `slope` and `area` are columns or None."""

    unit: str
    slope: str | None
    area: str | None


@dataclass(frozen=True)
class ModelFormula:
    """The parts of a formula: the outcome's column, the fixed part for formulaic, the random term or None."""

    text: str
    outcome: str
    fixed: str
    random: RandomTerm | None

    def columns(self, known: Iterable[str]) -> list[str]:
        """Give the known columns that the formula names, whether within a function or not."""
        words = {_bare(word) for word in re.findall(NAME, self.text)}
        return [name for name in known if name in words]

    def check_columns(self, known: Iterable[str]) -> None:
        """Raise ValueError with the nearest name where the formula names a column that does not exist."""
        random = [] if self.random is None else [self.random.unit, self.random.slope, self.random.area]
        needed = [self.outcome, *(name for name in random if name), *sorted(Formula(self.fixed).required_variables)]
        names = [str(name) for name in known]
        for name in needed:
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1)
                raise ValueError(f"the data have no column `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""))


def read_formula(text: str) -> ModelFormula:
    """Split a formula into its parts; raises ValueError, in one sentence, for one that cannot be read."""
    if text.count("~") != 1:
        raise ValueError(f"the formula `{text}` must have an outcome, one ~ and what it is explained by: {EXAMPLE}")
    outcome, explained = (side.strip() for side in text.split("~"))
    if not re.fullmatch(NAME, outcome):
        raise ValueError(f"the outcome `{outcome}` must be the name of one column: {EXAMPLE}")
    terms = RANDOM_TERM.findall(explained)
    fixed = RANDOM_TERM.sub(" 1 ", explained).strip()
    if "|" in fixed:
        raise ValueError(f"the random term of `{text}` cannot be read: {EXAMPLE}, `(1 + wave | person)` or `(1 | a/b)`")
    if len(terms) > 1:
        raise ValueError(f"the formula `{text}` has {len(terms)} random terms, and at most one is offered")
    _check_fixed(fixed, text)
    return ModelFormula(text, _bare(outcome), fixed, _read_random(*terms[0]) if terms else None)


def _check_fixed(fixed: str, text: str) -> None:
    try:
        names = [str(term) for term in Formula(fixed)]
    except (FormulaicError, TypeError, SyntaxError) as problem:
        raise ValueError(f"the formula `{text}` cannot be read: {EXAMPLE}") from problem
    if "1" not in names:
        raise ValueError(
            f"the formula `{text}` leaves out the constant, but the thresholds stand for it: drop 0 and -1"
        )


def _read_random(effects: str, grouping: str) -> RandomTerm:
    parts = [part.strip() for part in effects.split("+")]
    slopes = [part for part in parts if part != "1"]
    if len(slopes) > 1 or not all(re.fullmatch(NAME, part) for part in slopes):
        raise ValueError(f"the random term `({effects}|{grouping})` may hold 1 and at most one column before the bar")
    levels = [part.strip() for part in grouping.split("/")]
    if len(levels) > 2 or not all(re.fullmatch(NAME, part) for part in levels):
        raise ValueError(f"the random term `({effects}|{grouping})` may name one column, or two as `area/person`")
    if slopes and len(levels) == 2:
        raise ValueError(f"the random term `({effects}|{grouping})` asks for a slope within nested levels: not offered")
    area = _bare(levels[0]) if len(levels) == 2 else None
    return RandomTerm(_bare(levels[-1]), _bare(slopes[0]) if slopes else None, area)


def _bare(name: str) -> str:
    return name.strip("`")
