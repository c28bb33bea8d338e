"""The demonstration's registers of the improvement work as files: SYNTHETIC, from a fixed seed, about nobody."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.data.quotes import hash_text
from pipeline.data.registers.schemas import FILLED, PLANNED, SCHEMAS, VACANT
from pipeline.exports.text_table import DELIMITERS
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.improvement import RegisterFile
from pipeline.simulation import register_texts as texts
from pipeline.simulation.register_people import Gatherings, Row, at, day_of
from pipeline.simulation.spoiling import COMMENTS

# Chosen among 150, so that the forums show what is told of them: a borough missing, mostly health, fewer each time.
SEED = 18
_CODERS, _CODED_TWICE, _SAW_ANOTHER_THEME, _NAMED_GROUPING, _SAW_ANOTHER_IMPACT = ("C1", "C2"), 0.6, 0.12, 0.5, 0.2
# Of each series: its level, by what it is multiplied after the second forum and in August, and its months.
_SERIES = ((410, 1.3, 0.8, 21), (58, 1.2, 0.6, 18))
_MONTHS_BEFORE, _WEEK_OF_RISE = 6, 13


def make_registers(evaluation: Evaluation, submissions: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Return the content of each SYNTHETIC csv register that evaluation.yml names, by its file's name.

    `submissions` are the waves' as they were written (columns are wordings): their comments are coded.
    """
    files = {name: file for name, file in evaluation.registers.named().items() if file.is_synthetic}
    rows = _make_rows(evaluation, submissions) if files else {}
    return {file.file: _write(name, rows[name], file) for name, file in files.items() if file.file.endswith(".csv")}


def _make_rows(evaluation: Evaluation, submissions: Mapping[str, pd.DataFrame]) -> dict[str, list[Row]]:
    gatherings = Gatherings(evaluation, np.random.default_rng([SEED, 1]))
    measures = [measure.id for measure in evaluation.measures]
    return {
        "events": gatherings.events,
        "attendance": gatherings.attendance,
        "pledges": gatherings.pledges,
        "feedback": gatherings.feedback,
        "drivers": _rows("drivers", texts.DRIVERS),
        "change_ideas": _rows("change_ideas", ((*one[:9], at(measures, one[9])) for one in texts.CHANGE_IDEAS)),
        "pdsa": [_cycle(evaluation, measures, *one) for one in texts.PDSA],
        "plan": [_milestone(evaluation, *one) for one in texts.PLAN],
        "governance": _make_governance(evaluation),
        "themes": _rows("themes", texts.THEMES),
        "coding": _code_comments(evaluation, submissions, np.random.default_rng([SEED, 2])),
        "series": _count(evaluation, np.random.default_rng([SEED, 3])),
    }


def _rows(name: str, values: Iterable[tuple[Any, ...]]) -> list[Row]:
    return [dict(zip(SCHEMAS[name].names, one, strict=True)) for one in values]


def _cycle(evaluation: Evaluation, measures: list[str], *one: Any) -> Row:
    *said, week, weeks, measure = one
    ended = day_of(evaluation, week + weeks, -3) if weeks else ""
    return dict(
        zip(SCHEMAS["pdsa"].names, (*said, day_of(evaluation, week), ended, at(measures, measure)), strict=True)
    )


def _milestone(
    evaluation: Evaluation, name: str, title: str, owner: str, due: int, status: str, done: int | None
) -> Row:
    done_on = "" if done is None else day_of(evaluation, done, 1)
    values = (name, title, owner, day_of(evaluation, due, 1), status, done_on)
    return dict(zip(SCHEMAS["plan"].names, values, strict=True))


def _make_governance(evaluation: Evaluation) -> list[Row]:
    whole, noun = evaluation.whole_area, evaluation.area_noun.singular.capitalize()
    first, second, third, leads = (day_of(evaluation, week, 1) for week in (-2, 10, 18, 28))
    to_come = "" if len(evaluation.areas) < 4 else evaluation.areas[3].id
    posts: list[tuple[Any, ...]] = [
        ("Executive sponsor for children and young people", "sponsor", whole.id, FILLED, first, "", ""),
        ("Programme QI lead", "lead", whole.id, FILLED, first, third, "Facilitated the three forums"),
        (f"{whole.short_name} lead for the project", "lead", whole.id, VACANT, third, "", "To be named by the board"),
        ("Working group", "working group", whole.id, PLANNED, "", "", "To go on where the forums ended"),
        ("Senior leads' meeting", "escalation", whole.id, FILLED, leads, "", "The project was presented there"),
    ]
    for number, area in enumerate(evaluation.areas):
        post = (f"{noun} representative", "representative", area.id)
        if area.id == to_come:
            posts.append((*post, FILLED, first, second, ""))
            posts.append((*post, VACANT, second + dt.timedelta(days=1), "", "A successor is sought"))
        elif number == 2:
            posts.append((*post, VACANT, first, "", "Nobody has been found yet"))
        else:
            posts.append((*post, FILLED, first, "", "Shares what is learned with the local partnership"))
    return _rows("governance", posts)


def _code_comments(
    evaluation: Evaluation, submissions: Mapping[str, pd.DataFrame], rng: np.random.Generator
) -> list[Row]:
    """Code each different comment as the first coder would, and a share of them as the second: mostly alike."""
    groupings = [grouping.id for grouping in evaluation.groupings]
    coded = []
    for wave, rows in submissions.items():
        for number, comment in enumerate(evaluation.comments):
            sentences = COMMENTS[number % len(COMMENTS)]
            of_sentence = dict(zip(sentences, texts.THEMES_OF_COMMENTS[number % len(COMMENTS)], strict=True))
            alike = sorted(set(of_sentence.values()))
            for text in sorted(set(rows[comment.wording_in(wave)].dropna())):
                grouping = at(groupings, int(rng.integers(100))) if rng.random() < _NAMED_GROUPING else ""
                for coder in _CODERS[: 2 if rng.random() < _CODED_TWICE else 1]:
                    theme = of_sentence[text]
                    if coder != _CODERS[0] and rng.random() < _SAW_ANOTHER_THEME:
                        theme = str(rng.choice([one for one in alike if one != theme]))
                    impact = texts.IMPACTS.get(theme, 1 + int(rng.integers(2)))
                    if coder != _CODERS[0] and rng.random() < _SAW_ANOTHER_IMPACT:
                        impact = impact - 1 or 2
                    coded.append((hash_text(text), wave, comment.id, coder, theme, grouping, impact))
    return _rows("coding", coded)


def _count(evaluation: Evaluation, rng: np.random.Generator) -> list[Row]:
    start = evaluation.waves[0].fieldwork.start
    rise = day_of(evaluation, _WEEK_OF_RISE)
    counted = []
    for number, series in enumerate(evaluation.series):
        level, after, august, months = _SERIES[number % len(_SERIES)]
        for month in range(months):
            ahead = start.year * 12 + start.month - 1 - _MONTHS_BEFORE + month
            day = dt.date(ahead // 12, ahead % 12 + 1, 1)
            expected = level * (after if day >= rise else 1) * (august if day.month == 8 else 1)
            # Counts of visits vary more than by chance alone.
            counted.append((series.id, day, int(rng.poisson(expected * rng.gamma(250, 1 / 250)))))
    return _rows("series", counted)


def _write(name: str, rows: list[Row], file: RegisterFile) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=DELIMITERS[file.delimiter])
    writer.writerow(SCHEMAS[name].names)
    for row in rows:
        writer.writerow([_cell(row[column], file.dates) for column in SCHEMAS[name].names])
    return written.getvalue().encode("utf-8")


def _cell(value: object, dates: str | None) -> str:
    if isinstance(value, dt.date):
        return value.strftime(dates) if dates else value.isoformat()
    return str(value)
