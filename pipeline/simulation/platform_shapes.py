"""Submissions in the text and sheet shapes of further platforms, with what evaluation.yml must say to read each.

Platforms that export codes are in `coded_shapes`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Source
from pipeline.simulation.shapes import as_google_forms, as_microsoft_forms, write_workbook
from pipeline.simulation.spoiling import TIMES

_MONTH_FIRST, _YEAR_FIRST = "%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"
_QUALTRICS_OWN = (
    "StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate", "ResponseId",
)  # fmt: skip
_QUALTRICS_TITLES = (
    "Start Date", "End Date", "Response Type", "Progress", "Duration (in seconds)", "Finished", "Recorded Date",
    "Response ID",
)  # fmt: skip
_LIMESURVEY_OWN = (
    "id. Response ID", "submitdate. Date submitted", "lastpage. Last page", "startlanguage. Start language",
)  # fmt: skip
_SURVEYMONKEY_OWN = ("Respondent ID", "Collector ID", "Start Date", "End Date")


@dataclass(frozen=True)
class Shape:
    """One export as a platform would write it; `settings` are those of its source beside `file` and `key`."""

    suffix: str
    content: bytes
    settings: Mapping[str, Any] = field(default_factory=dict)
    key: bytes | None = None

    def source(self, stem: str) -> Source:
        """Return the source to declare for it, its files called after `stem`."""
        key = {"key": f"{stem}-key.csv"} if self.key is not None else {}
        return Source.model_validate({"file": f"{stem}.{self.suffix}", **key, **self.settings})


Writer = Callable[[pd.DataFrame, Evaluation, str], Shape]


def microsoft_forms_xlsx(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the workbook of Microsoft Forms."""
    return Shape("xlsx", as_microsoft_forms(submissions), {"platform": "microsoft-forms"})


def microsoft_forms_csv(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the workbook of Microsoft Forms saved as text: a semicolon after every ticked area."""
    rows = [
        [number, *(time.strftime(_MONTH_FIRST) for time in times), "anonymous", None, *answers]
        for number, times, answers in rows_of(submissions, lambda ticked: "".join(f"{area};" for area in ticked))
    ]
    header = ["ID", "Start time", "Completion time", "Email", "Name", *wordings_of(submissions)]
    return Shape("csv", as_csv([header, *rows]), {"platform": "microsoft-forms", "dates": _MONTH_FIRST})


def google_forms_csv(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the text of Google Forms."""
    dates = "%Y/%m/%d %I:%M:%S %p"
    return Shape(
        "csv", as_google_forms(submissions, dates, "GMT+1"), {"platform": "google-forms", "dates": dates}
    )  # fmt: skip


def google_sheet(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the sheet that Google Forms fills, downloaded as a workbook: moments are dates of the workbook."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Form responses 1"
    sheet.append(["Timestamp", *wordings_of(submissions)])
    for _, (_, submitted), answers in rows_of(submissions, ", ".join):
        sheet.append([submitted.to_pydatetime(), *answers])
        for cell in sheet[sheet.max_row][1:]:
            if isinstance(cell.value, str):
                # A comment may begin with '=' and is no formula.
                cell.data_type = "s"
    sheet.column_dimensions[get_column_letter(1)].width = 20
    return Shape("xlsx", write_workbook(workbook), {"platform": "google-forms"})


def qualtrics(delimiter: str = ",", encoding: str = "utf-8", header_rows: int = 3) -> Writer:
    """Return the writer of Qualtrics text: ticked areas joined by commas; names, and question texts and ids below.

    With one row of headers the file has short names alone, and `columns` says what each stands for.
    """

    def write(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
        asked = wordings_of(submissions)
        names = [f"Q{number}" for number in range(1, len(asked) + 1)]
        headers = [
            [*_QUALTRICS_OWN, *names],
            [*_QUALTRICS_TITLES, *asked],
            [json.dumps({"ImportId": f"QID{number}"}) for number in range(len(_QUALTRICS_OWN) + len(names))],
        ][:header_rows]
        rows = []
        for number, (started, submitted), answers in rows_of(submissions, ",".join):
            moments = [time.strftime(_YEAR_FIRST) for time in (started, submitted)]
            seconds = int((submitted - started).total_seconds())
            rows.append([*moments, "IP Address", "100", seconds, "True", moments[1], f"R_{number:015d}", *answers])
        settings: dict[str, Any] = {"platform": "qualtrics", "delimiter": delimiter, "encoding": encoding}
        if header_rows == 1:
            settings["columns"] = dict(zip(names, asked, strict=True))
        mark = "\t" if delimiter == "tab" else delimiter
        suffix = "tsv" if delimiter == "tab" else "csv"
        return Shape(suffix, as_csv([*headers, *rows], mark, encoding), settings)

    return write


def surveymonkey(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the expanded text of SurveyMonkey: two header rows and a column an area, which repeats what was ticked.

    Nothing ticked is a row of empty cells, the same as not answered.
    """
    first, second = list(_SURVEYMONKEY_OWN), [""] * len(_SURVEYMONKEY_OWN)
    area = area_wording(evaluation, wave_id)
    options = area_labels(evaluation)
    for wording in wordings_of(submissions):
        first += [wording, *[""] * (len(options) - 1)] if wording == area else [wording]
        second += options if wording == area else ["Response"]
    rows: list[list[object]] = []
    for number, times, answers in rows_of(submissions, None):
        own = [100_000 + number, 4711, *(time.strftime(_MONTH_FIRST) for time in times)]
        rows.append([*own, *_split_areas(submissions, answers, area, options, None)])
    return Shape("csv", as_csv([first, second, *rows]), {"platform": "surveymonkey", "dates": _MONTH_FIRST})


def qualtrics_split(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the text of Qualtrics with a column an area, as it splits fields of several answers."""
    area, options = area_wording(evaluation, wave_id), area_labels(evaluation)
    names, texts = [], []
    for number, wording in enumerate(wordings_of(submissions), start=1):
        split = wording == area
        names += [f"Q{number}_{at}" for at in range(1, len(options) + 1)] if split else [f"Q{number}"]
        texts += [f"{wording} - {option}" for option in options] if split else [wording]
    rows: list[list[object]] = [[*_QUALTRICS_OWN, *names], [*_QUALTRICS_TITLES, *texts]]
    for number, (started, submitted), answers in rows_of(submissions, None):
        moments = [time.strftime(_YEAR_FIRST) for time in (started, submitted)]
        own = [*moments, "IP Address", "100", 61, "True", moments[1], f"R_{number:015d}"]
        rows.append([*own, *_split_areas(submissions, answers, area, options, None)])
    return Shape("csv", as_csv(rows), {"platform": "qualtrics"})


def limesurvey(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the text of LimeSurvey with codes and texts as headers, and a column an area that says Yes or No."""
    area, options = area_wording(evaluation, wave_id), area_labels(evaluation)
    headers, settings = list(_LIMESURVEY_OWN), dict[str, Any](platform="limesurvey")
    for number, wording in enumerate(wordings_of(submissions), start=1):
        code = f"G1Q{number:02d}"
        if wording == area:
            headers += [f"{code}[SQ{at:03d}]. {wording} [{option}]" for at, option in enumerate(options, start=1)]
            settings["ticks"] = [code]
        else:
            headers.append(f"{code}. {wording}")
    rows = [
        [number, submitted.strftime(_YEAR_FIRST), 1, "en", *_split_areas(submissions, answers, area, options, "Yes")]
        for number, (_, submitted), answers in rows_of(submissions, None)
    ]
    return Shape("csv", as_csv([headers, *rows], quoting=csv.QUOTE_ALL), settings)


def _split_areas(
    submissions: pd.DataFrame, answers: list[Any], area: str | None, options: list[str], yes: str | None
) -> list[object]:
    """Return a submission's cells, the areas as one an option: `yes` and No, or the option itself and nothing."""
    cells: list[object] = []
    for wording, cell in zip(wordings_of(submissions), answers, strict=True):
        if wording != area:
            cells.append(cell)
        elif yes and cell:
            cells += [yes if option in cell else "No" for option in options]
        else:
            cells += [option if option in (cell or ()) else None for option in options]
    return cells


def plain_csv(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return a plain table, divided by semicolons, as many spreadsheets write it; ticked areas joined by bars."""
    rows = [
        [submitted.strftime("%d.%m.%Y %H:%M"), *answers]
        for _, (_, submitted), answers in rows_of(submissions, "|".join)
    ]
    settings = {
        "platform": "plain", "delimiter": ";", "submitted": "Sent at", "dates": "%d.%m.%Y %H:%M",
        "option_separator": "|",
    }  # fmt: skip
    return Shape("csv", as_csv([["Sent at", *wordings_of(submissions)], *rows], ";"), settings)


def wordings_of(submissions: pd.DataFrame) -> list[str]:
    """Return the wordings of the questions in the form's order."""
    return [column for column in submissions.columns if column not in TIMES]


def area_wording(evaluation: Evaluation, wave_id: str) -> str | None:
    """Return the wording of the question that can have several answers, if it is asked."""
    return evaluation.questions.area.wording_in(wave_id) if evaluation.questions.area else None


def area_labels(evaluation: Evaluation) -> list[str]:
    """Return the areas as the form offers them, the whole area last."""
    whole = evaluation.whole_area
    return [*(area.name for area in evaluation.areas), (whole.synonyms or (whole.name,))[0]]


def rows_of(
    submissions: pd.DataFrame, join: Callable[[tuple[str, ...]], str] | None
) -> list[tuple[int, tuple[pd.Timestamp, pd.Timestamp], list[Any]]]:
    """Return each submission's number from 1, its start and end, and its cells, ticked areas joined by `join`."""
    asked = submissions[wordings_of(submissions)]
    rows = zip(submissions[list(TIMES)].itertuples(index=False), asked.itertuples(index=False), strict=True)
    return [
        (number, tuple(times), [join(cell) if join and isinstance(cell, tuple) else cell for cell in answers])
        for number, (times, answers) in enumerate(rows, start=1)
    ]


def as_csv(
    rows: Sequence[Sequence[object]], delimiter: str = ",", encoding: str = "utf-8", quoting: int = csv.QUOTE_MINIMAL
) -> bytes:
    """Return rows as delimited text, nothing for None."""
    text = io.StringIO()
    # csv's own constants are no type of their own before Python 3.12.
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode(encoding)
