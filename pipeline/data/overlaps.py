"""Downloads of one survey that overlap: the same submissions in two files of a wave."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from pipeline.data.submissions import Submissions

# One team may tick alike on one day; three different submissions in both files, and hardly any in only one, is a
# download repeated. Nearly all, because a platform's owner may delete a submission between two downloads.
FEWEST_SUBMISSIONS = 3
FEWEST_IN_COMMON = 0.9


def first_in_other_download(submissions: Submissions) -> pd.Series[int]:
    """Return, for each submission, the index of the same one in an earlier overlapping file, else its own.

    Two files overlap when, of the days that both cover, nearly all submissions of the one are in the other: same day,
    same answers to every question, as often.
    """
    index = submissions.rows.index
    first = pd.Series(index, index=index)
    files = list(submissions.rows["file"].unique())
    if len(files) < 2:
        return first
    rows = _numbered(submissions)
    for earlier, later in combinations(files, 2):
        found = _same_submissions(rows[rows["file"] == earlier], rows[rows["file"] == later])
        # Of three downloads the second may itself repeat the first.
        first[found.index] = first[found].to_numpy()
    return first


def _numbered(submissions: Submissions) -> pd.DataFrame:
    """Return file, day, which content a submission has, and which of the same content in its file it is."""
    rows = submissions.rows[["file"]].assign(day=submissions.rows["submitted_on"])
    if rows.empty:
        return rows.assign(content=0, number=0)
    contents = submissions.forms.assign(day=rows["day"])
    rows["content"] = contents.groupby(list(contents.columns), sort=False, dropna=False).ngroup()
    return rows.assign(number=rows.groupby(["file", "content"]).cumcount())


def _same_submissions(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.Series[int]:
    """Return the index in the earlier file of each submission that both hold; empty unless the two overlap."""
    start, end = max(earlier["day"].min(), later["day"].min()), min(earlier["day"].max(), later["day"].max())
    common = [part[part["day"].isna() | part["day"].between(start, end)] for part in (earlier, later)]
    same = common[1].reset_index().merge(common[0].reset_index(), on=["content", "number"])
    enough = same["content"].nunique() >= FEWEST_SUBMISSIONS
    if not enough or len(same) < FEWEST_IN_COMMON * min(map(len, common)):
        same = same.iloc[:0]
    return pd.Series(same["index_y"].to_numpy(dtype="int64"), index=same["index_x"].to_numpy(dtype="int64"))
