"""The answers to one item as arrays, a row a respondent: what every estimate and the calibration start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.statistics.ordinal.links import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class ItemAnswers:
    """Who answered one item, when and how; every array has one row a respondent.

    `level` is 1..K; `moment` is when, 0 at the first wave and 1 at the last; `person` is equal for the same person and
    differs for all others; `sector` is a code from 0; `areas` (n, A) says which areas they work in, none meaning the
    whole area alone.
    """

    level: Ints
    moment: Floats
    person: Ints
    sector: Ints
    areas: Bools

    def where(self, rows: Bools) -> ItemAnswers:
        """Return some of the respondents."""
        return ItemAnswers(self.level[rows], self.moment[rows], self.person[rows], self.sector[rows], self.areas[rows])

    def as_strangers(self) -> ItemAnswers:
        """Return the same answers as if nobody had answered twice."""
        return ItemAnswers(self.level, self.moment, np.arange(len(self.level)), self.sector, self.areas)

    def without_sectors(self) -> ItemAnswers:
        """Return the same answers as if all came from one sector."""
        return ItemAnswers(self.level, self.moment, self.person, np.zeros_like(self.sector), self.areas)

    def without_areas(self) -> ItemAnswers:
        """Return the same answers as if everyone worked in the whole area alone."""
        return ItemAnswers(self.level, self.moment, self.person, self.sector, np.zeros_like(self.areas))

    def with_areas_merged(self, numbers: Sequence[int]) -> ItemAnswers:
        """Return the same answers as if nobody worked in some areas, given by number.

        Those who then work in none are strangers in every wave: whoever of them was in which of these areas, and who of
        them answered twice, changes nothing.
        """
        if not len(numbers):
            return self
        areas = self.areas.copy()
        areas[:, list(numbers)] = False
        merged = ~areas.any(axis=1)
        person = np.where(merged, self.person.max(initial=0) + 1 + np.arange(len(self.person)), self.person)
        return ItemAnswers(self.level, self.moment, person, self.sector, areas)

    def is_linked(self) -> Bools:
        """Tell whose person answered at more than one moment."""
        people = np.unique(np.column_stack([self.person, self.moment]), axis=0)[:, 0]
        several = np.unique(people, return_counts=True)
        return np.isin(self.person, several[0][several[1] > 1])


def gather_answers(
    answers_by_respondent_item: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    *,
    items: Sequence[str],
    area_ids: Sequence[str],
    moment_by_wave: Mapping[str, float],
) -> dict[str, ItemAnswers]:
    """Return the answers of each item in the waves of `moment_by_wave`, in an order that only the keys decide.

    `area_ids` are the parts of the whole area. Blank and off-scale answers are left out. A missing sector is a sector
    of its own. Raises ValueError for duplicate input rows.
    """
    answers, places = answers_by_respondent_item, areas_by_respondent
    check_unique(answers, ["wave", "respondent_id", "item"], "answers_by_respondent_item")
    check_unique(places, ["wave", "respondent_id", "area"], "areas_by_respondent")
    answers = answers[answers["wave"].isin(list(moment_by_wave)) & answers["level"].notna()]
    answers = answers.sort_values(["wave", "respondent_id"], kind="stable")
    respondents = pd.MultiIndex.from_frame(answers[["wave", "respondent_id"]].drop_duplicates())
    rows = respondents.get_indexer(pd.MultiIndex.from_frame(answers[["wave", "respondent_id"]]))
    membership = _memberships(places, respondents, area_ids)
    moments = np.array([moment_by_wave[wave] for wave in answers["wave"]], dtype=np.float64)
    persons = code_persons(answers["person_id"])
    # Sorted, so that a sector's code does not depend on who came first.
    sectors = pd.factorize(answers["sector"].astype("str").fillna(""), sort=True)[0].astype("int64")
    levels = answers["level"].to_numpy("int64")
    item_of = answers["item"].astype("str").to_numpy()
    everyone = ItemAnswers(levels, moments, persons, sectors, membership[rows])
    return {item: everyone.where(item_of == item) for item in items}


def _memberships(places: pd.DataFrame, respondents: pd.MultiIndex, area_ids: Sequence[str]) -> Bools:
    membership = np.zeros((len(respondents), len(area_ids)), dtype=bool)
    for number, area in enumerate(area_ids):
        there = places.loc[places["area"] == area, ["wave", "respondent_id"]]
        at = respondents.get_indexer(pd.MultiIndex.from_frame(there))
        membership[at[at >= 0], number] = True
    return membership


def code_persons(person_ids: pd.Series) -> Ints:
    """Give equal codes to rows that share a person_id and a code of its own to every row without one."""
    codes = pd.factorize(person_ids)[0].astype("int64")
    return np.where(codes < 0, len(codes) + np.arange(len(codes)), codes)


def check_unique(frame: pd.DataFrame, keys: list[str], name: str) -> None:
    """Raise ValueError where two rows of a frame have the same keys."""
    if frame.duplicated(keys).any():
        raise ValueError(f"{name} has more than one row for the same {', '.join(keys)}")
