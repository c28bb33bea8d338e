"""Submissions that come twice, judged only where something individual shows that one person sent both."""

from __future__ import annotations

import pandas as pd

from pipeline.data.linking import person_id_from_code
from pipeline.data.recognition import Recognised
from pipeline.data.submissions import Submissions, code_keys, comment_keys
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
    words = forms[comment_keys(evaluation)].apply(lambda comments: comments.str.split().str.len())
    parts = forms[code_keys(evaluation)] != ""
    enough_parts = min(FEWEST_CODE_PARTS, max(parts.shape[1], 1))
    is_individual = (words >= FEWEST_WORDS).any(axis=1) | (parts.sum(axis=1) >= enough_parts)
    return _first_with_same(forms[is_individual], forms.index)


def first_same_person(person_id: pd.Series[str], recognised: Recognised) -> pd.Series[int]:
    """Return, for each submission, the index of the first with the same code, areas and sector, itself included."""
    coded = person_id.dropna()
    alike = pd.DataFrame(
        {"person": coded, "areas": recognised.areas[coded.index], "sector": recognised.sector[coded.index].fillna("")}
    )
    return _first_with_same(alike, person_id.index)


def person_ids(submissions: Submissions, evaluation: Evaluation, link_key: bytes) -> pd.Series[str]:
    """Return each submission's person id, missing where a part of the code is blank."""
    # Without any part to zip, a survey that asks for no code would have no rows either.
    parts = submissions.forms[code_keys(evaluation)]
    codes = list(parts.itertuples(index=False, name=None)) if len(parts.columns) else [()] * len(parts)
    id_by_code = {code: person_id_from_code(code, link_key) for code in set(codes)}
    return pd.Series([id_by_code[code] for code in codes], index=submissions.forms.index, dtype="str")


def without_shared(person_id: pd.Series[str]) -> pd.Series[str]:
    """Return person ids without those that several submissions share: nobody knows whose they are."""
    return person_id.mask(person_id.duplicated(keep=False) & person_id.notna())


def _first_with_same(rows: pd.DataFrame, index: pd.Index[int]) -> pd.Series[int]:
    itself = pd.Series(index, index=index)
    if rows.empty:
        return itself
    first = itself[rows.index].groupby([rows[column] for column in rows.columns], sort=False).transform("first")
    return first.reindex(index).fillna(itself).astype("int64")
