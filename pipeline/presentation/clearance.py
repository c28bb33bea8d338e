"""What a page and a download say of their release: not cleared, or when, as which release and by whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.presentation.wording import day


@dataclass(frozen=True)
class Clearance:
    """The notice at the top of every page, and the mark in every row of a download."""

    notice: str
    mark: str


# In a notebook, where which code and which release made the page will stand once it is rendered.
MADE_BY = "{code, settings and release}"
UNCLEARED = Clearance("Not cleared for release.", "not cleared for release")
# The pages around the released reports carry no notice: each wave in their list has its own.
AROUND_RELEASES = Clearance("", "")


def made_by(code_version: str, settings_version: str, clearance: Clearance) -> str:
    """Return which code, settings and release made a page."""
    release = clearance.mark if clearance == UNCLEARED else f"release {clearance.mark}"
    return f"Code version {code_version}; settings version {settings_version}; {release}."


def cleared(
    release_id: str, date: dt.date, *, post: str = "", replaced: str = "", reason: str | None = None
) -> Clearance:
    """Return what a release's pages say; `post`: the approver's, if it may be printed; `replaced`: by a reissue."""
    by = f", approved by {post}" if post else ""
    why = f" It stands in place of {replaced}. Reason: {(reason or '').rstrip('.')}." if replaced else ""
    return Clearance(f"Released on {day(date)} as release {release_id}{by}.{why}", release_id)
