"""What a column of a register may hold, said once for reading, for its frame and for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# `code` is the row's own id and `reference` the id of a row of another register; `listed` is one of a list in
# evaluation.yml, `several` are some of it; `post` is held by a person who is never named.
Kind = Literal[
    "code", "reference", "person", "post", "text", "day", "number", "whole", "choice", "listed", "several", "hash",
    "rating",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, what a person who fills it in must know, and an example.

    `among`: of a choice; `to`: the register a reference leads to; `list_`: the list of evaluation.yml; `least` and
    `most`: of a number. Where evaluation.yml lists nothing, such a column may be blank, and left out like any that is
    not `required`.
    """

    name: str
    kind: Kind
    help: str
    example: str
    required: bool = True
    among: tuple[str, ...] = ()
    to: str = ""
    list_: str = ""
    least: float = 0
    most: float = float("inf")


@dataclass(frozen=True)
class RegisterSchema:
    """One register: its columns in order, those that tell its rows apart, and what it is for."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
