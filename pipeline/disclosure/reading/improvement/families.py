"""All kinds of files, tables, figures and sections on the improvement work."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.disclosure.reading.improvement import forums, lists, pledges, themes
from pipeline.disclosure.reading.improvement.pieces import FigureWords, Section
from pipeline.disclosure.reading.improvement.sheets import RegisterSheet
from pipeline.disclosure.reading.model_tables import Expected
from pipeline.disclosure.reading.scope import Scope

REGISTER_SHEETS: dict[str, RegisterSheet] = {
    **forums.SHEETS,
    **pledges.SHEETS,
    **themes.SHEETS,
}
# By the table's id.
REGISTER_TABLES: dict[str, Callable[[Scope], Expected | None]] = {
    **forums.TABLES,
    **pledges.TABLES,
    **themes.TABLES,
}
# By the figure's id, or by what it begins with where there are several.
REGISTER_FIGURES: dict[str, Callable[[Scope, str], FigureWords | None]] = {
    **forums.FIGURES,
}
# By the section's heading, in any order.
REGISTER_SECTIONS: dict[str, Section] = {
    **forums.SECTIONS,
    **pledges.SECTIONS,
    **themes.SECTIONS,
    **lists.SECTIONS,
}


def figure_of(scope: Scope, address: str) -> FigureWords | None:
    """Return what a figure on the improvement work must say, None where it is none."""
    for start, words in REGISTER_FIGURES.items():
        if address.startswith(start):
            return words(scope, address)
    return None
