"""The answers at each level of a scale, as the file of all answers has them."""

from __future__ import annotations

from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.book import Row
from pipeline.disclosure.reading.scope import Scope
from pipeline.reference.instrument import Item


def asked_on(scope: Scope, scale_name: str) -> list[tuple[Item, str]]:
    """Return the items asked on a scale, each with the waves that asked it so."""
    return [
        (item, wave.id)
        for item in scope.evaluation.items
        for wave in scope.folder.waves
        if item.scale_in(wave.id) + ("--reversed" if item.reversed else "") == scale_name
    ]


def level_rows(scope: Scope, item: Item, wave: str) -> list[Row]:
    """Return the rows of an item's answers in a wave, one a level."""
    levels = range(1, len(scope.evaluation.scale_of(item.id, wave).levels) + 1)
    found = [scope.book.row("distribution", item=item.id, wave=wave, level=str(level)) for level in levels]
    hidden = {"estimate": values.NOT_AVAILABLE, "base_n": values.NOT_AVAILABLE}
    return [row or hidden for row in found]
