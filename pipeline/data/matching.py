"""Who is who across waves: codes alike in every part first, then in all parts but one where nobody else fits.

A link is never guessed: whoever could be two people, or would make two people of one wave the same, stays unlinked and
is counted as ambiguous. Only keyed hashes are compared; nothing here knows a code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.data.linking import WHOLE_CODE
from pipeline.data.schemas import MATCHES_BY_WAVE_PAIR, PERSON_BY_RESPONDENT, build_table

_RESPONDENT = ["wave", "respondent_id"]
_OUTCOMES = ("exact", "one_part_off", "ambiguous", "no_code", "unmatched")


@dataclass(frozen=True)
class LinkedWaves:
    """Who is who, and how it was found; both tables are private.

    `person_by_respondent`: one row a linked respondent, people numbered in order; `matches_by_wave_pair`: for each two
    waves, and each of the two, how many of its respondents were linked to the other, and why the rest were not.
    """

    person_by_respondent: pd.DataFrame
    matches_by_wave_pair: pd.DataFrame


@dataclass(frozen=True)
class _People:
    """Respondents under a row number each; `codes` and `places` repeat it, with hashes, and with area and sector."""

    rows: pd.DataFrame
    codes: pd.DataFrame
    places: pd.DataFrame

    @property
    def whole_codes(self) -> pd.DataFrame:
        return self.codes[self.codes["without_part"] == WHOLE_CODE]

    def of(self, wave: str) -> pd.Index[int]:
        return self.rows.index[self.rows["wave"] == wave]


@dataclass(frozen=True)
class _Pair:
    """What links two waves: frames of row numbers, `one` in the earlier and `other` in the later."""

    waves: tuple[str, str]
    exact: pd.DataFrame
    one_part_off: pd.DataFrame
    doubtful: pd.DataFrame


def link_waves(
    codes_by_respondent: pd.DataFrame,
    respondents: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    *,
    waves: Sequence[str],
    whole_area: str,
    one_part_off: bool,
) -> LinkedWaves:
    """Link the respondents (wave, respondent_id, sector) of two or more waves.

    Exact: the same code, which nobody else in either wave has. One part off: all parts but one agree, an area is
    shared (the whole only where both have nothing else), the sector is the same, and among those without an exact link
    neither has another candidate. The links of all pairs of waves are joined; where that would make two respondents of
    one wave the same person, those that are one part off are dropped.
    """
    people = _number_people(codes_by_respondent, respondents, areas_by_respondent, waves, whole_area)
    pairs = [_link_pair(people, pair, one_part_off) for pair in combinations(waves, 2)]
    person = _join(people, pairs)
    coded = people.codes if one_part_off else people.whole_codes
    matches = [
        _count_outcomes(people, pair, wave, person, coded["row"].to_numpy()) for pair in pairs for wave in pair.waves
    ]
    linked = people.rows.assign(person=person)[person >= 0]
    return LinkedWaves(
        build_table(
            PERSON_BY_RESPONDENT,
            {
                **{name: linked[name] for name in _RESPONDENT},
                "person_id": [f"person-{number:04d}" for number in pd.factorize(linked["person"])[0] + 1],
            },
        ),
        build_table(
            MATCHES_BY_WAVE_PAIR,
            {name: [row[name] for row in matches] for name in MATCHES_BY_WAVE_PAIR.columns},
        ),
    )


def fill_person_ids(answers_by_respondent_item: pd.DataFrame, linked: LinkedWaves) -> pd.DataFrame:
    """Return the answers with the person id of each linked respondent, and none for the others."""
    person_by_key = linked.person_by_respondent.set_index(_RESPONDENT)["person_id"].to_dict()
    keys = zip(*(answers_by_respondent_item[name] for name in _RESPONDENT), strict=True)
    ids = [person_by_key.get(key) for key in keys]
    return answers_by_respondent_item.assign(
        person_id=pd.Series(ids, index=answers_by_respondent_item.index, dtype="str")
    )


def _number_people(
    codes: pd.DataFrame, respondents: pd.DataFrame, areas: pd.DataFrame, waves: Sequence[str], whole_area: str
) -> _People:
    # Rows are numbered in an order that only the names decide, so neither order of rows nor of waves changes anything.
    of_waves = respondents.loc[respondents["wave"].isin(waves), [*_RESPONDENT, "sector"]]
    rows = of_waves.sort_values(_RESPONDENT, ignore_index=True)
    numbered = rows.assign(row=rows.index, sector=rows["sector"].fillna(""))
    placed = numbered.merge(areas[areas["area"] != whole_area], on=_RESPONDENT, how="left")
    return _People(
        rows,
        codes.merge(numbered[[*_RESPONDENT, "row"]], on=_RESPONDENT),
        placed.assign(area=placed["area"].fillna(whole_area))[["row", "area", "sector"]],
    )


def _link_pair(people: _People, waves: tuple[str, str], one_part_off: bool) -> _Pair:
    whole = people.whole_codes
    wave_of_code = people.rows["wave"].loc[whole["row"]].to_numpy()
    is_shared = whole.assign(wave=wave_of_code).duplicated(["wave", "code_hash"], keep=False)
    shared = whole.loc[is_shared, "row"]
    one, other = (people.of(wave) for wave in waves)
    alike = _pairs_with_same(whole, one, other, ["code_hash"])
    certain = ~alike.isin(shared.to_numpy()).any(axis=1)
    exact = alike[certain]
    one, other = one[~one.isin(exact["one"])], other[~other.isin(exact["other"])]
    parts = people.codes[(people.codes["without_part"] != WHOLE_CODE) & one_part_off]
    near = _pairs_with_same(
        parts.merge(people.places, on="row"), one, other, ["without_part", "code_hash", "area", "sector"]
    )
    alone = ~near["one"].duplicated(keep=False) & ~near["other"].duplicated(keep=False)
    # A code that two people of a wave share says nothing, so one like it says less.
    alone &= ~near.isin(shared.to_numpy()).any(axis=1)
    return _Pair(waves, exact, near[alone], pd.concat([alike[~certain], near[~alone]]))


def _pairs_with_same(rows: pd.DataFrame, one: pd.Index[int], other: pd.Index[int], keys: list[str]) -> pd.DataFrame:
    """Return each pair of row numbers of the two sides that agree in the keys, once."""
    sides = [
        rows.loc[rows["row"].isin(side), ["row", *keys]].rename(columns={"row": name})
        for name, side in (("one", one), ("other", other))
    ]
    return sides[0].merge(sides[1], on=keys)[["one", "other"]].drop_duplicates(ignore_index=True)


def _join(people: _People, pairs: list[_Pair]) -> NDArray[np.int64]:
    """Return each row's person, -1 for nobody's: the pairs' links joined, without those that contradict each other."""
    if not pairs:
        return np.full(len(people.rows), -1, dtype=np.int64)
    exact = pd.concat([pair.exact for pair in pairs])
    near = pd.concat([pair.one_part_off for pair in pairs])
    joined = _connect(len(people.rows), pd.concat([exact, near]))
    twice = people.rows.assign(person=joined).duplicated(["wave", "person"], keep=False)
    # All of a contradiction's doubtful links go, for to choose among them would be to guess; exact ones never clash.
    clashing = np.unique(joined[twice.to_numpy()])
    person = _connect(len(people.rows), pd.concat([exact, near[~np.isin(joined[near["one"]], clashing)]]))
    sizes = np.bincount(person, minlength=len(people.rows)) if len(person) else person
    return np.where(sizes[person] > 1, person, -1)


def _connect(count: int, links: pd.DataFrame) -> NDArray[np.int64]:
    if not count:
        return np.empty(0, dtype=np.int64)
    ends = (links["one"].to_numpy(dtype=np.int64), links["other"].to_numpy(dtype=np.int64))
    graph = coo_array((np.ones(len(links)), ends), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _count_outcomes(
    people: _People, pair: _Pair, wave: str, person: NDArray[np.int64], coded: NDArray[np.int64]
) -> dict[str, Any]:
    """Return the row of matches_by_wave_pair for one of the two waves."""
    here = people.of(wave)
    there = people.of(pair.waves[0] if wave == pair.waves[1] else pair.waves[1])
    code = people.whole_codes.set_index("row")["code_hash"]
    row_by_person = {person[row]: row for row in there if person[row] >= 0}
    partner = pd.Series([row_by_person.get(person[row]) for row in here], index=here, dtype="Int64")
    own, theirs = code.reindex(here), code.reindex(partner.fillna(-1)).set_axis(here)
    linked = partner.notna()
    # Whoever is linked through a third wave, or by a link that was dropped, is judged by what became of it.
    in_doubt = here.isin(pd.concat([pair.doubtful, pair.one_part_off]).to_numpy().ravel())
    outcome = np.select(
        [linked & (own == theirs), linked, in_doubt, ~here.isin(coded)], _OUTCOMES[:-1], default=_OUTCOMES[-1]
    )
    return {
        "baseline_wave": pair.waves[0],
        "comparison_wave": pair.waves[1],
        "wave": wave,
        "base_n": len(here),
        **{f"{name}_n": int((outcome == name).sum()) for name in _OUTCOMES},
    }
