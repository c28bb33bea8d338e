"""What people wrote, as coders saw it: the register of coding joined to the private comments by their hashes."""

from __future__ import annotations

import pandas as pd

from pipeline.data.quotes import hash_text


def match_coding(coding: pd.DataFrame, comments_by_respondent: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the coding of each respondent's comment, and the rows of the register that fit no comment.

    The first has the columns of the register with `respondent_id` in place of `comment`: several people who wrote the
    same words share its rows. The second is what to look into: a comment that was deleted, or a wrong hash.
    """
    written = comments_by_respondent[["wave", "respondent_id", "question"]].assign(
        comment=comments_by_respondent["text"].map(hash_text).astype("str")
    )
    key = ["wave", "question", "comment"]
    joined = coding.merge(written.astype("str"), on=key, how="left", validate="many_to_many")
    matched = joined["respondent_id"].notna()
    columns = ["respondent_id" if name == "comment" else name for name in coding.columns]
    found = joined.loc[matched, columns].reset_index(drop=True)
    return found, joined.loc[~matched, list(coding.columns)].reset_index(drop=True)
