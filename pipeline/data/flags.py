"""Submissions that are used and deserve a look, for the researcher to judge; nothing is left out for a flag."""

from __future__ import annotations

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
    straight = respondents.loc[_is_straight_line(respondents.index, recognised, evaluation, wave_id), columns].assign(
        flag="straight_line",
        what_to_look_at="Every item has the same position on its scale; see whether the rest of the row is in earnest.",
    )
    code = code_hash[respondents.index]
    shares = code.duplicated(keep=False) & code.notna()
    noun = evaluation.area_noun.singular
    others = [_others(respondents[(code == code[row]) & (code.index != row)]) for row in respondents.index[shares]]
    shared = respondents.loc[shares, columns].assign(
        flag="code_shared",
        what_to_look_at=[
            f"The code is also in {places}, with another {noun} or sector: both are used and neither is linked."
            for places in others
        ],
    )
    # The rows' index is their order of file and line.
    rows = pd.concat([straight, shared]).sort_index(kind="stable")
    return build_table(FLAGGED, {str(name): rows[name] for name in rows.columns})


def _is_straight_line(
    index: pd.Index[int], recognised: Recognised, evaluation: Evaluation, wave_id: str
) -> pd.Series[bool]:
    positions, off_scale = {}, pd.Series(False, index=index)
    for item in evaluation.items:
        # As the form shows it: a reversed item answered in the same column is the best sign of all.
        levels = evaluation.scale_asked(item.id, wave_id).levels
        response = recognised.response_by_item[item.id][index]
        positions[item.id] = response.map({label: number for number, label in enumerate(levels)})
        off_scale |= response.notna() & positions[item.id].isna()
    by_item = pd.DataFrame(positions, index=index, dtype="float64")
    return (by_item.count(axis=1) >= FEWEST_ITEMS_ALIKE) & (by_item.min(axis=1) == by_item.max(axis=1)) & ~off_scale


def _others(rows: pd.DataFrame) -> str:
    return ", ".join(f"line {line} of {file}" for line, file in zip(rows["line"], rows["file"], strict=True))
