"""Submissions that are used and deserve a look, for the researcher to judge; nothing is left out for a flag."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.data.recognition import Recognised
from pipeline.data.schemas import FLAGGED, build_table
from pipeline.reference.evaluation import Evaluation

# A short grid is often answered alike in earnest.
FEWEST_ITEMS_ALIKE = 5


def flag_submissions(
    respondents: pd.DataFrame, code_hash: pd.Series[str], recognised: Recognised, evaluation: Evaluation, wave_id: str
) -> pd.DataFrame:
    """Return the table `flagged` of the respondents (wave, respondent_id, file, line; of the others' index).

    Flags: one position on every scale, five items or more and none off the scale; one code for several respondents.
    """
    columns = ["wave", "respondent_id", "file", "line"]
    is_straight = _is_straight_line(respondents.index, recognised, evaluation, wave_id)
    code = code_hash[respondents.index]
    shares = code.duplicated(keep=False) & code.notna()
    if not is_straight.any() and not shares.any():
        return build_table(FLAGGED, dict.fromkeys(FLAGGED.columns, ()))
    straight = respondents.loc[is_straight, columns].assign(
        flag="straight_line",
        what_to_look_at="Every item has the same position on its scale; see whether the rest of the row is in earnest.",
    )
    rows = pd.concat([straight, _shared_codes(respondents[columns], code, shares, evaluation)])
    # The rows' index is their order of file and line.
    rows = rows.sort_index(kind="stable")
    return build_table(FLAGGED, {str(name): rows[name] for name in rows.columns})


def _shared_codes(
    respondents: pd.DataFrame, code: pd.Series[str], shares: pd.Series[bool], evaluation: Evaluation
) -> pd.DataFrame:
    noun = evaluation.area_noun.singular
    others = [_others(respondents[(code == code[row]) & (code.index != row)]) for row in respondents.index[shares]]
    return respondents[shares].assign(
        flag="code_shared",
        what_to_look_at=[
            f"The code is also in {places}, with another {noun} or sector: both are used and neither is linked."
            for places in others
        ],
    )


def _is_straight_line(
    index: pd.Index[int], recognised: Recognised, evaluation: Evaluation, wave_id: str
) -> pd.Series[bool]:
    shape = len(evaluation.items), len(index)
    positions, is_off_scale = np.empty(shape, dtype=np.int8), np.zeros(len(index), dtype=bool)
    for number, item in enumerate(evaluation.items):
        # As the form shows it: a reversed item answered in the same column is the best sign of all.
        response = recognised.response_by_item[item.id]
        positions[number] = (response if response.index is index else response[index]).array.codes
        is_off_scale |= positions[number] >= len(evaluation.scale_asked(item.id, wave_id).levels)
    is_answered = positions >= 0
    highest = positions.max(axis=0)
    lowest = np.where(is_answered, positions, highest).min(axis=0)
    straight = (is_answered.sum(axis=0) >= FEWEST_ITEMS_ALIKE) & (lowest == highest) & ~is_off_scale
    return pd.Series(straight, index=index)


def _others(rows: pd.DataFrame) -> str:
    return ", ".join(f"line {line} of {file}" for line, file in zip(rows["line"], rows["file"], strict=True))
