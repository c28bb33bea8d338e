"""The annex of reporting checklists, from the checklists and evaluation.yml alone."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.disclosure.reading.improvement.pieces import Piece, Section
from pipeline.disclosure.reading.scope import Scope
from pipeline.reference.checklists import CHECKLISTS


def _checklists(scope: Scope) -> Iterator[Piece]:
    if not scope.is_whole:
        yield Piece("p", f"The reporting checklists are filled in on the page of {scope.whole_name}.")
        return
    yield Piece(
        "p",
        "What three checklists ask of a report, and where it is met. Items whose wording could not be verified are "
        "left out and named.",
    )
    supplied = scope.evaluation.reporting.model_dump()
    for checklist in CHECKLISTS:
        yield Piece("h3", f"{checklist.name}, {checklist.about}")
        for item in checklist.items:
            met = (supplied[item.setting] or "not supplied.") if item.setting else f"see {item.section}."
            yield Piece("li", f"{item.number}: {item.asks}: {met}")
        yield Piece("li", f"Left out: {checklist.left_out}.")


SECTIONS: dict[str, Section] = {"Reporting checklists": _checklists}
