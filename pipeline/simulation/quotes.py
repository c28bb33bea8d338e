"""The demonstration's register of quotes: invented comments of the synthetic waves, as if two people approved them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from pipeline.data.quotes import COLUMNS, hash_text
from pipeline.reference.evaluation import Evaluation
from pipeline.simulation.scenario import Scenario

_DAYS_UNTIL_APPROVAL = 21


def make_register(evaluation: Evaluation, scenario: Scenario, submissions: Mapping[str, pd.DataFrame]) -> bytes:
    """Return a register with one quote a question and wave, from the waves' `submissions` (columns are wordings).

    Their speakers are in turn a professional, one of the area with most people, and one of the largest sector, which
    are shown whatever the policy.
    """
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    used: set[str] = set()
    for wave_id, rows in submissions.items():
        speakers = ("", _most_people(evaluation, scenario, wave_id), _largest_sector(scenario, wave_id))
        day = evaluation.wave(wave_id).fieldwork.end + dt.timedelta(days=_DAYS_UNTIL_APPROVAL)
        for number, comment in enumerate(evaluation.comments):
            texts = Counter(str(text) for text in rows[comment.wording_in(wave_id)].dropna())
            # What most people wrote is certain to be used, whichever rows are set aside.
            text = max(sorted(set(texts) - used), key=lambda one: texts[one], default="")
            if text:
                used.add(text)
                speaker = speakers[number % len(speakers)]
                writer.writerow(_row(wave_id, comment.id, comment.short_name, text, speaker, day))
    return written.getvalue().encode("utf-8")


def _row(wave: str, question: str, theme: str, text: str, speaker: str, day: dt.date) -> dict[str, str]:
    return {
        "sha256": hash_text(text),
        "wave": wave,
        "question": question,
        "theme": theme.lower(),
        "text": text,
        "consent": "yes",
        "approver_1": "SYNTHETIC first approver",
        "approver_2": "SYNTHETIC second approver",
        "approved_on": day.isoformat(),
        "shown_as": speaker,
        "original_sha256": hash_text(text),
        "checked": "",
    }


def _most_people(evaluation: Evaluation, scenario: Scenario, wave_id: str) -> str:
    people = scenario.people[wave_id]
    return max((area.id for area in evaluation.areas), key=lambda area: people[area], default="")


def _largest_sector(scenario: Scenario, wave_id: str) -> str:
    mix = scenario.sector_mix[wave_id]
    return max(mix, key=lambda sector: mix[sector], default="")
