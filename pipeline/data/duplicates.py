"""Submissions that come twice, judged only where something individual shows that one person sent both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.data.linking import WHOLE_CODE, hash_code
from pipeline.data.recognition import Recognised
from pipeline.data.submissions import Submissions, code_keys, comment_keys
from pipeline.ground.tables import is_unique
from pipeline.reference.evaluation import Evaluation

# With a handful of levels, colleagues of one team often tick the same answers, so these alone never show a duplicate.
# 'None' or 'Not sure' in a comment, or one part of a code, is shared by many as well.
FEWEST_WORDS = 3
FEWEST_CODE_PARTS = 2


def first_same_submission(submissions: Submissions, evaluation: Evaluation) -> pd.Series[int]:
    """Return, for each submission, the index of the first that is identical in every question, itself included.

    Only submissions with a comment of three words, or two parts of a code, are ever said to be the same.
    """
    forms = submissions.forms
    is_individual = pd.Series(False, index=forms.index)
    for key in comment_keys(evaluation):
        comments = forms[key].array
        is_long = np.array([*(len(comment.split()) >= FEWEST_WORDS for comment in comments.categories), False])
        is_individual |= is_long[comments.codes]
    keys = code_keys(evaluation)
    parts = len(keys) - submissions.count_blank(keys)
    is_individual |= parts >= min(FEWEST_CODE_PARTS, max(len(keys), 1))
    return _first_with_same(forms[is_individual], forms.index)


def first_same_person(code_hash: pd.Series[str], recognised: Recognised) -> pd.Series[int]:
    """Return, for each submission, the index of the first with the same code, areas and sector, itself included."""
    coded = code_hash.dropna()
    alike = pd.DataFrame(
        {"code": coded, "areas": recognised.areas[coded.index], "sector": recognised.sector[coded.index].cat.codes}
    )
    return _first_with_same(alike, code_hash.index)


def code_hashes(submissions: Submissions, evaluation: Evaluation, link_key: bytes) -> pd.DataFrame:
    """Return each submission's keyed hashes: a column a part left out, 0 for none; missing where it gives none."""
    parts = submissions.forms[code_keys(evaluation)]
    if parts.columns.empty:
        return pd.DataFrame({WHOLE_CODE: pd.Series(None, index=parts.index, dtype="str")})
    codes = list(parts.itertuples(index=False, name=None))
    hashes_by_code = {code: hash_code(code, link_key) for code in set(codes)}
    left_out = sorted({WHOLE_CODE, *(number for hashes in hashes_by_code.values() for number in hashes)})
    return pd.DataFrame(
        {
            number: pd.Series(
                [hashes_by_code[code].get(number) for code in codes], index=submissions.forms.index, dtype="str"
            )
            for number in left_out
        }
    )


def _first_with_same(rows: pd.DataFrame, index: pd.Index[int]) -> pd.Series[int]:
    itself = pd.Series(index, index=index)
    if is_unique(rows, list(rows.columns)):
        return itself
    first = itself[rows.index].groupby([rows[column] for column in rows.columns], sort=False).transform("first")
    return first.reindex(index).fillna(itself).astype("int64")
