"""The account of every row and cell: what came in is what is used plus what is set aside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.data.schemas import ANSWER_KINDS, LEDGER_BY_FILE, build_table
from pipeline.exports.contract import RawAnswers
from pipeline.ground.errors import LedgerError


def build_ledger_by_file(
    raw: Sequence[RawAnswers],
    file_by_respondent: pd.Series[str],
    answers: pd.DataFrame,
    set_aside: pd.DataFrame,
    wave_id: str,
) -> pd.DataFrame:
    """Return rows and cells counted for each file, each count taken from its own table.

    `file_by_respondent` has respondent ids as its index; `answers` is answers_by_respondent_item. The cells are those
    of the items in the rows used, but `cells_declared_missing` counts all cells of the file that stand for no answer.
    """
    files = [source.file for source in raw]
    respondents, kind_of_answer = answers["respondent_id"].array, answers["answer_kind"].array
    file_of_used = pd.Categorical(file_by_respondent, categories=files)
    file_of_respondent = file_of_used.codes[file_by_respondent.index.get_indexer(respondents.categories)]
    file_of_answer = file_of_respondent[respondents.codes]
    # A rule about one cell leaves its row in use.
    rows_aside = set_aside[set_aside["column"].isna()]
    counts = {
        "wave": [wave_id] * len(files),
        "file": files,
        "rows_in": [len(source.table) for source in raw],
        "rows_used": [np.count_nonzero(file_of_used.codes == at) for at in range(len(files))],
        "rows_set_aside": [np.count_nonzero(rows_aside["file"] == file) for file in files],
        **{
            f"cells_{kind}": [
                np.count_nonzero((file_of_answer == at) & (kind_of_answer.codes == code)) for at in range(len(files))
            ]
            for kind in ANSWER_KINDS
            for code in [kind_of_answer.categories.get_loc(kind)]
        },
        "cells_declared_missing": [sum(source.declared_missing.values()) for source in raw],
    }
    return build_table(LEDGER_BY_FILE, counts)


def check_ledger(ledger_by_file: pd.DataFrame, item_count: int) -> None:
    """Raise LedgerError unless, in each file, rows used and set aside make up the rows in, and so do the cells."""
    for row in ledger_by_file.to_dict("records"):
        fault = "this is a fault of the pipeline, so nothing is made from this wave."
        if row["rows_in"] != row["rows_used"] + row["rows_set_aside"]:
            raise LedgerError(
                f"{row['file']}: {row['rows_in']} rows came in, but {row['rows_used']} are used and "
                f"{row['rows_set_aside']} set aside; {fault}"
            )
        expected = row["rows_used"] * item_count
        found = sum(row[f"cells_{kind}"] for kind in ANSWER_KINDS)
        if found != expected:
            raise LedgerError(
                f"{row['file']}: {row['rows_used']} rows with {item_count} items have {expected} cells, "
                f"but {found} are accounted for; {fault}"
            )
