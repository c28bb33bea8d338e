"""What stands in a real file: labels and codes as people write them, comments, and rows that do not count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.places import Category
from pipeline.simulation.survey import SimulatedSurvey

TIMES = ("started_at", "submitted_at")

# Invented sentences in the order of the form's comment questions; none tells of a person or a place.
COMMENTS = (
    (
        "Time. We meet twice a term and the agenda is always full.",
        "Other agencies still use their own words, so we translate all the time.",
        "Staff turnover means we keep starting again with new colleagues.",
        "Our referral form has no field for it, so it is easily forgotten.",
        "I was not sure how it fits with thresholds for children's social care",
        "High caseloads; little room for anything new.",
        "not enough examples for early years",
    ),
    (
        "We now begin our network meetings with the groupings and it saves time.",
        "Families said that they understood the plan better.",
        "Joint training with schools, it helped us to see what others offer.",
        "The poster in the staff room gets people talking",
        "Conversations with the other teams have become easier; less about who owns the case.",
        "Our supervision template uses the groupings now.",
    ),
    (
        "Short videos that we can show in a team meeting.",
        "A one-page guide with examples for each grouping, please.",
        "More forums like the last one, and a list of who does what.",
        "Put the same words on every referral form.",
        "A refresher each term for new starters",
        "Case examples from different sectors.",
    ),
)


@dataclass(frozen=True)
class Spoiling:
    """How a wave is spoilt: rows that do not count, and shares (0..1) of cells written unlike the form or added."""

    duplicates: int = 2
    blanks: int = 2
    tests: int = 1
    odd_labels: float = 0.04
    messy_codes: float = 0.3
    comments: float = 0.25


def write_submissions(survey: SimulatedSurvey, evaluation: Evaluation, wave_id: str) -> pd.DataFrame:
    """Write a wave's answers as its form would, one row a submission, in order of time.

    Columns: started_at, submitted_at, then every question's wording of that wave in the form's order; cells hold the
    labels of evaluation.yml, None where nothing was answered, and a tuple of labels for the areas.
    """
    respondents = survey.respondents[survey.respondents["wave"] == wave_id].set_index("respondent_id")
    asked = evaluation.questions
    written: dict[str, pd.Series] = {time: respondents[time] for time in TIMES}
    areas = _labels((*evaluation.areas, evaluation.whole_area))
    areas |= {evaluation.whole_area.id: (evaluation.whole_area.synonyms or (evaluation.whole_area.name,))[0]}
    if asked.area is not None:
        written[asked.area.wording_in(wave_id)] = respondents["areas"].map(lambda ids: tuple(areas[one] for one in ids))
    if asked.sector is not None:
        written[asked.sector.wording_in(wave_id)] = _as_text(respondents["sector"].map(_labels(evaluation.sectors)))
    if asked.role is not None:
        written[asked.role.wording_in(wave_id)] = _as_text(
            respondents["role"].map(_labels(evaluation.respondent_roles))
        )
    for number, part in enumerate(asked.code, start=1):
        written[part.wording_in(wave_id)] = respondents[f"code_{number}"]
    answers = survey.answers_by_respondent_item
    of_wave = answers[answers["wave"] == wave_id].astype({"item": str})
    for item in evaluation.items:
        of_item = of_wave[of_wave["item"] == item.id].set_index("respondent_id")
        on_scale = of_item["level"].map(dict(enumerate(evaluation.scale_of(item.id).levels, start=1)))
        written[item.wording_in(wave_id)] = _as_text(
            on_scale.astype(object).fillna(of_item["off_scale"].astype(object))
        )
    for comment in evaluation.comments:
        written[comment.wording_in(wave_id)] = _no_answers(respondents.index)
    return pd.DataFrame(written).reset_index(drop=True)


def spoil_submissions(
    submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str, spoiling: Spoiling, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the submissions with comments, odd writing and rows that do not count, in order of time.

    Columns as given. A duplicate repeats a row, its start included, and ends seconds later; a blank has only its times;
    a test comes from the days before the fieldwork. Every chance comes from `rng`.
    """
    spoilt = submissions.copy()
    asked = evaluation.questions
    chosen = [question.wording_in(wave_id) for question in (asked.sector, asked.role, *evaluation.items) if question]
    codes = [part.wording_in(wave_id) for part in asked.code]
    for wording in chosen:
        spoilt[wording] = _rewrite(spoilt[wording], spoiling.odd_labels, _write_label_oddly, rng)
    for wording in codes:
        spoilt[wording] = _rewrite(spoilt[wording], spoiling.messy_codes, _write_code_messily, rng)
    for number, comment in enumerate(evaluation.comments):
        sentences = COMMENTS[number % len(COMMENTS)]
        written = rng.random(len(spoilt)) < spoiling.comments
        choice = rng.integers(0, len(sentences), len(spoilt))
        texts = [sentences[one] if here else None for one, here in zip(choice, written, strict=True)]
        spoilt[comment.wording_in(wave_id)] = pd.Series(texts, dtype=object)
    extra = [
        _repeat_rows(spoilt, codes, spoiling.duplicates, rng),
        _blank_rows(spoilt, spoiling.blanks, rng),
        _test_rows(spoilt, evaluation, wave_id, spoiling.tests, rng),
    ]
    whole = pd.concat([spoilt, *(rows for rows in extra if len(rows))], ignore_index=True)
    return whole.sort_values("submitted_at", kind="stable", ignore_index=True)


def _labels(categories: tuple[Category, ...]) -> dict[str, str]:
    return {category.id: category.name for category in categories}


def _no_answers(index: pd.Index) -> pd.Series:
    # A scalar None would become NaN, which a platform's file would show as a text.
    return pd.Series([None] * len(index), index=index, dtype=object)


def _as_text(labels: pd.Series) -> pd.Series:
    """Give labels as plain objects, None where missing, so that no platform writes 'nan'."""
    return pd.Series([label if isinstance(label, str) else None for label in labels], index=labels.index, dtype=object)


def _rewrite(
    cells: pd.Series, share: float, write: Callable[[str, np.random.Generator], str], rng: np.random.Generator
) -> pd.Series:
    """Give the cells with about `share` of those answered written another way."""
    touched = rng.random(len(cells)) < share
    texts = [write(cell, rng) if odd and cell is not None else cell for cell, odd in zip(cells, touched, strict=True)]
    return pd.Series(texts, index=cells.index, dtype=object)


def _write_label_oddly(label: str, rng: np.random.Generator) -> str:
    """Give a label in another writing of the same normal form."""
    ways = [label + " ", label.lower(), label.upper(), label.replace(" ", "\N{NO-BREAK SPACE}", 1)]
    ways += [label.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")] * 4
    other = [way for way in ways if way != label]
    return other[rng.integers(len(other))]


def _write_code_messily(part: str, rng: np.random.Generator) -> str:
    """Give one part of a code in another case, with blanks around it, or without its leading zero."""
    other = [way for way in (part.lower(), part.upper(), part.removeprefix("0")) if way != part]
    other += [part + " ", " " + part]
    return other[rng.integers(len(other))]


def _repeat_rows(submissions: pd.DataFrame, codes: list[str], count: int, rng: np.random.Generator) -> pd.DataFrame:
    # Only people with a code send twice here, so that every rule for finding a second submission can find them.
    with_code = np.flatnonzero(submissions[codes].notna().all(axis=1))
    repeated = submissions.iloc[rng.permutation(with_code)[:count]].copy()
    repeated["submitted_at"] += pd.to_timedelta(rng.integers(4, 40, len(repeated)), unit="s")
    return repeated


def _blank_rows(submissions: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    blank = submissions.iloc[rng.permutation(len(submissions))[:count]].copy()
    blank["submitted_at"] += pd.to_timedelta(rng.integers(60, 7200, len(blank)), unit="s")
    blank["started_at"] = blank["submitted_at"] - pd.to_timedelta(rng.integers(5, 60, len(blank)), unit="s")
    for wording in blank.columns.difference(list(TIMES)):
        blank[wording] = _no_answers(blank.index)
    return blank


def _test_rows(
    submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str, count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Give the rows of whoever tried the form before it opened: the first choice everywhere and no code."""
    asked = evaluation.questions
    start = pd.Timestamp(evaluation.wave(wave_id).fieldwork.start)
    rows = []
    for _ in range(count):
        submitted_at = start - pd.Timedelta(seconds=int(rng.integers(7, 60)) * 3600 + int(rng.integers(0, 3600)))
        row: dict[str, object] = dict.fromkeys(submissions.columns)
        row |= {"started_at": submitted_at - pd.Timedelta(seconds=40), "submitted_at": submitted_at}
        if asked.area is not None:
            row[asked.area.wording_in(wave_id)] = (evaluation.areas[0].name,)
        if asked.sector is not None:
            row[asked.sector.wording_in(wave_id)] = evaluation.sectors[0].name
        if asked.role is not None and evaluation.respondent_roles:
            row[asked.role.wording_in(wave_id)] = evaluation.respondent_roles[0].name
        row |= {item.wording_in(wave_id): evaluation.scale_of(item.id).levels[0] for item in evaluation.items}
        rows.append(row)
    return pd.DataFrame(rows, columns=submissions.columns).astype(submissions.dtypes.to_dict())
