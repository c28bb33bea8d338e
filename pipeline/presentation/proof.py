"""What protection costs, and which leaks the gate refuses: two tables for the methods page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from pipeline.presentation.tables import Table
from pipeline.presentation.wording import count, day
from pipeline.reference.places import Noun

NOT_PROVED = "What protection costs, and how many leaks the gate refuses, has not been measured yet."


def proof_piece(proof: Mapping[str, Any] | None, noun: Noun) -> Markup:
    """Return both tables, or a sentence that nothing has been measured.

    `proof` has a day, a code version, the number of surveys, rows of prices and rows of leaks.
    """
    if proof is None:
        return Markup("<p>{}</p>").format(NOT_PROVED)
    return price_table(proof, noun).html() + leaks_table(proof).html()


def price_table(proof: Mapping[str, Any], noun: Noun) -> Table:
    """Return, a row a policy and way of asking, how many figures are still shown and how often protection failed."""
    rows = [
        [
            f"{row['policy']}, {_asked(row['areas_question'], noun)}",
            count(row["figures"]),
            _part(row["shown"], row["figures"]),
            count(row["failures"]),
        ]
        for row in proof["price"]
    ]
    caption = (
        f"The price of protection: figures of {noun.plural} with enough people that are still shown, in "
        f"{count(proof['surveys'])} simulated surveys ({_made(proof)})"
    )
    return Table("table-price", caption, ["Policy and question", "Figures", "Still shown", "Failures"], rows)


def leaks_table(proof: Mapping[str, Any]) -> Table:
    """Return, a row a policy and kind of leak, how many were put into final bytes and how many of them refused."""
    rows = [[f"{row['policy']}: {row['kind']}", count(row["tried"]), count(row["refused"])] for row in proof["leaks"]]
    caption = f"Leaks put into finished pages, and those that the gate refused ({_made(proof)})"
    return Table("table-leaks", caption, ["Policy and leak", "Tried", "Refused"], rows)


def _asked(areas_question: str, noun: Noun) -> str:
    return f"one {noun.singular} a person" if areas_question == "one" else f"several {noun.plural} may be ticked"


def _part(some: int, of_all: int) -> str:
    return f"{count(some)} ({some / of_all * 100:.1f}%)" if of_all else count(some)


def _made(proof: Mapping[str, Any]) -> str:
    return f"{day(dt.date.fromisoformat(proof['made']))}, code {proof['code']}"
