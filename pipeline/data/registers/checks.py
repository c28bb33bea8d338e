"""What must agree between the rows of a register, and between registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from pipeline.data.registers import schemas
from pipeline.data.registers.reading import ReadRegister
from pipeline.data.registers.tree import check_drivers
from pipeline.exports.grid import quoted
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import did_you_mean, normal_form

Registers = Mapping[str, ReadRegister]
# What refers to a person, in the order in which a first mention is looked for.
_OF_PEOPLE = ("attendance", "pledges")
_SEVERAL = 5


def check_registers(registers: Registers, evaluation: Evaluation) -> list[str]:
    """Note in each register what does not agree; return sentences on what is unusual and no mistake."""
    readable = [read for read in registers.values() if read.rows is not None]
    for read in readable:
        _check_key(read)
    for read in readable:
        _check_references(read, registers)
        for check in _CHECKS.get(read.schema.name, ()):
            check(read, _rows(read))
    _check_ratings(registers.get("feedback"), evaluation)
    _check_sectors(registers)
    return [*_note_events(registers), *_note_themes(registers), *_note_feedback(registers)]


def add_levels(feedback: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return feedback with the rating's label as its scale has it, and its `level` from 1, missing off the scale."""
    rated = zip(feedback["element"], feedback["rating"], strict=True)
    ratings = [_rating(element, rating, evaluation) for element, rating in rated]
    labels, levels = zip(*ratings, strict=True) if ratings else ((), ())
    return feedback.assign(
        rating=pd.Series(labels, index=feedback.index, dtype="str"),
        level=pd.Series(levels, index=feedback.index, dtype="Int64"),
    )


def _rating(element: Any, rating: Any, evaluation: Evaluation) -> tuple[str | None, int | None]:
    name = next((one.scale for one in evaluation.feedback_elements if one.id == element), None)
    if name is None or pd.isna(rating):
        return None, None
    scale = evaluation.scales[name]
    label = scale.labels_by_form().get(normal_form(rating))
    return label, scale.levels.index(label) + 1 if label in scale.levels else None


def _check_ratings(read: ReadRegister | None, evaluation: Evaluation) -> None:
    if read is None or read.rows is None:
        return
    scales = {one.id: evaluation.scales[one.scale] for one in evaluation.feedback_elements}
    labels = add_levels(read.rows, evaluation)["rating"]
    wrong = read.rows[labels.isna() & read.rows["rating"].notna() & read.rows["element"].notna()]
    for line, element, rating in zip(wrong.index, wrong["element"], wrong["rating"], strict=True):
        known = (*scales[element].levels, *scales[element].off_scale)
        near = did_you_mean(rating, known)
        read.refuse(line, "rating", f"holds {quoted(rating)}; expected a label of the scale of '{element}'{near}")


def _check_key(read: ReadRegister) -> None:
    """Note rows that are told apart by nothing."""
    key = list(read.schema.key)
    rows = _rows(read)
    # Feedback without a code may be of several people.
    whole = rows if read.schema.name in ("governance", "coding") else rows.dropna(subset=key)
    repeated = whole[whole.duplicated(key)]
    if repeated.empty:
        return
    first: dict[tuple[str, ...], int] = {}
    for line, values in zip(whole.index, whole[key].astype(str).itertuples(index=False, name=None), strict=True):
        first.setdefault(values, line)
    for line, values in zip(repeated.index, repeated[key].astype(str).itertuples(index=False, name=None), strict=True):
        what = f"'{key[0]}'" if len(key) == 1 else f"the same {', '.join(key[:-1])} and {key[-1]}"
        same = f"{what} {quoted(values[0])}" if len(key) == 1 else what
        read.refuse(line, key[0], f"stands in line {first[values]} already, with {same}; expected each once")


def _check_references(read: ReadRegister, registers: Registers) -> None:
    """Note ids of rows that the other register does not have."""
    for column in read.schema.columns:
        if column.kind != "reference":
            continue
        named = _rows(read)[column.name].dropna()
        other = registers.get(column.to)
        if other is None and len(named):
            message = f"names {quoted(named.iloc[0])}, but evaluation.yml names no register of {column.to}"
            read.refuse(int(named.index[0]), column.name, f"{message}; expected one under `registers`")
        if other is None or other.rows is None:
            continue
        key = other.schema.key[0]
        if any(name == key for _, name in other.refused):
            # Which ids there are is known once those are mended.
            continue
        known = set(other.rows[key].dropna())
        for line, value in named[~named.isin(known)].items():
            near = did_you_mean(value, known)
            message = f"holds {quoted(value)}, which is not in {other.shown}; expected one of its ids{near}"
            read.refuse(int(str(line)), column.name, message)


def _check_sectors(registers: Registers) -> None:
    """Note people who stand with two sectors."""
    first: dict[str, tuple[str, str]] = {}
    for name in _OF_PEOPLE:
        read = registers.get(name)
        if read is None or read.rows is None:
            continue
        both = read.rows[["person", "sector"]].dropna()
        for line, person, sector in zip(both.index, both["person"], both["sector"], strict=True):
            known, place = first.setdefault(person, (sector, f"{read.shown}, line {line}"))
            if sector != known:
                message = f"puts '{person}' in '{sector}', and {place} in '{known}'; expected one sector a person"
                read.refuse(line, "sector", message)


def _rows(read: ReadRegister) -> pd.DataFrame:
    assert read.rows is not None
    return read.rows


def _in_order(earlier: str, later: str, what: str) -> Callable[[ReadRegister, pd.DataFrame], None]:
    """Return a check that one day does not come before another."""

    def check(read: ReadRegister, rows: pd.DataFrame) -> None:
        wrong = rows[rows[later] < rows[earlier]]
        for line, first, last in zip(wrong.index, wrong[earlier], wrong[later], strict=True):
            read.refuse(
                line, later, f"is {last.date()}, before it {what} ({first.date()}); expected that day or a later one"
            )

    return check


def _belongs(name: str, to: str, among: tuple[str, ...], *, must: bool) -> Callable[[ReadRegister, pd.DataFrame], None]:
    """Return a check that a column is filled only, or with `must` always and only, where another holds one of these."""

    def check(read: ReadRegister, rows: pd.DataFrame) -> None:
        fits = rows[to].isin(among)
        for line, value in rows.loc[rows[name].notna() & ~fits & rows[to].notna(), to].items():
            read.refuse(int(str(line)), name, f"is filled in beside '{value}'; expected it blank, or another '{to}'")
        for line, value in rows.loc[rows[name].isna() & fits & must, to].items():
            if (int(str(line)), name) not in read.refused:
                read.refuse(int(str(line)), name, f"is blank beside '{value}'; expected it filled in")

    return check


def _check_titles(read: ReadRegister, rows: pd.DataFrame) -> None:
    """Note two events of one day under one title: nobody could tell them apart on a page."""
    first: dict[tuple[object, object], int] = {}
    whole = rows.dropna(subset=["title", "date"])
    for line, title, date in zip(whole.index, whole["title"], whole["date"], strict=True):
        before = first.setdefault((title, date), line)
        if before != line:
            message = f"holds {quoted(title)}, as line {before} does for the same day; expected another title"
            read.refuse(line, "title", message)


def _check_act(read: ReadRegister, rows: pd.DataFrame) -> None:
    for line in rows.index[rows["act"].notna() & rows["ended_on"].isna()]:
        if (line, "ended_on") not in read.refused:
            read.refuse(
                line, "ended_on", "is blank although 'act' says what follows; expected the last day of the cycle"
            )


def _check_no_theme(read: ReadRegister, rows: pd.DataFrame) -> None:
    """Note a comment that a coder found to fit no theme, and a theme as well."""
    whole = rows.dropna(subset=["wave", "question", "comment", "coder"])
    themes = whole.groupby(["wave", "question", "comment", "coder"], sort=False)["theme"].transform("count")
    for line in whole.index[whole["theme"].isna() & (themes > 0)]:
        message = "is blank, and the same coder gives the same comment a theme elsewhere; expected one or the other"
        read.refuse(line, "theme", message)


_CHECKS: dict[str, tuple[Callable[[ReadRegister, pd.DataFrame], None], ...]] = {
    "events": (_check_titles,),
    "attendance": (_belongs("reason", "attendance", (schemas.APOLOGIES, schemas.ABSENT), must=False),),
    "pledges": (
        _in_order("made_on", "checked_on", "was made"),
        _belongs("checked_on", "status", (schemas.KEPT, schemas.PARTLY, schemas.NOT_KEPT), must=True),
    ),
    "drivers": (check_drivers,),
    "pdsa": (_in_order("started_on", "ended_on", "started"), _check_act),
    "plan": (_belongs("done_on", "status", (schemas.DONE,), must=True),),
    "governance": (_in_order("since", "until", "began"),),
    "coding": (_check_no_theme,),
}


def _note_events(registers: Registers) -> Iterator[str]:
    events, attendance = registers.get("events"), registers.get("attendance")
    if events is None or events.rows is None or attendance is None or attendance.rows is None:
        return
    without = sorted(set(events.rows["event"].dropna()) - set(attendance.rows["event"].dropna()))
    if without:
        yield f"{attendance.shown} has no row for {_some(without)}: nobody is counted there."


def _note_themes(registers: Registers) -> Iterator[str]:
    themes = registers.get("themes")
    if themes is None or themes.rows is None:
        return
    users = [registers[name].rows for name in ("coding", "pledges", "change_ideas") if name in registers]
    used = {theme for rows in users if rows is not None for theme in rows["theme"].dropna()}
    unused = [theme for theme in themes.rows["theme"].dropna() if theme not in used]
    if unused:
        yield f"{themes.shown}: nothing is about {_some(unused)}, so it comes last."


def _note_feedback(registers: Registers) -> Iterator[str]:
    feedback, attendance = registers.get("feedback"), registers.get("attendance")
    if feedback is None or feedback.rows is None or attendance is None or attendance.rows is None:
        return
    came = attendance.rows[attendance.rows["attendance"] == schemas.ATTENDED]
    known = set(zip(came["event"], came["person"], strict=True))
    named = feedback.rows[["event", "person"]].dropna().drop_duplicates()
    pairs = zip(named["event"], named["person"], strict=True)
    others = [f"{person} ({event})" for event, person in pairs if (event, person) not in known]
    if others:
        yield f"{feedback.shown}: feedback stands there of {_some(others)}, who by {attendance.shown} did not attend."


def _some(names: list[str]) -> str:
    more = len(names) - _SEVERAL
    shown = ", ".join(f"'{name}'" for name in names[:_SEVERAL])
    return f"{shown} and {more} more" if more > 0 else shown
