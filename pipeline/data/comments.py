"""Free text, which is private: kept for the approvers of quotes; counting knows only who wrote something."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.data.schemas import COMMENTING_BY_RESPONDENT, COMMENTS_BY_RESPONDENT, build_table
from pipeline.data.submissions import Submissions, comment_key
from pipeline.reference.evaluation import Evaluation

# What people write in a comment's place when they have none.
_NO_COMMENT = re.compile(r"\W*(n/?a|none|nil|no|nothing|not applicable)?\W*", re.IGNORECASE)


def build_comments_by_respondent(
    respondents: pd.DataFrame, submissions: Submissions, evaluation: Evaluation
) -> pd.DataFrame:
    """Return what each respondent wrote, word for word: wave, respondent_id, question and text."""
    parts = []
    for comment in evaluation.comments:
        key = comment_key(comment.id)
        written = submissions.forms[key] != ""
        texts = submissions.rows.loc[written, key]
        parts.append(respondents.loc[written, ["wave", "respondent_id"]].assign(question=comment.id, text=texts))
    if not parts:
        return build_table(COMMENTS_BY_RESPONDENT, dict.fromkeys(COMMENTS_BY_RESPONDENT.columns, ()))
    comments = pd.concat(parts).sort_index(kind="stable")
    return build_table(COMMENTS_BY_RESPONDENT, {name: comments[name] for name in COMMENTS_BY_RESPONDENT.columns})


def keep_comments(comments_by_respondent: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose text says something: 'none', 'n/a' and the like left out."""
    says_none = comments_by_respondent["text"].str.fullmatch(_NO_COMMENT).astype(bool)
    return comments_by_respondent[~says_none]


def build_commenting_by_respondent(comments_by_respondent: pd.DataFrame) -> pd.DataFrame:
    """Return who wrote something to which question, without the text: wave, respondent_id and question."""
    kept = keep_comments(comments_by_respondent)
    return build_table(COMMENTING_BY_RESPONDENT, {name: kept[name] for name in COMMENTING_BY_RESPONDENT.columns})
