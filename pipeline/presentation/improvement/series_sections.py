"""The part of a report on counts over time: a run chart and a control chart of each, and its points."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from pipeline.disclosure.published import NOT_AVAILABLE, SUPPRESSED
from pipeline.presentation.improvement.idea_sections import Cells, paragraph, together
from pipeline.presentation.improvement.register_ground import RegisterGround
from pipeline.presentation.tables import Html, Picture, Table
from pipeline.presentation.wording import count, day_of
from pipeline.statistics.improvement.series import QUIET, SeriesChart

if TYPE_CHECKING:
    from pipeline.presentation.series_charts import Note

# What each rule says of a chart, in plain words.
RUN_RULES = {
    "shift": "six or more points in a row lie on one side of the median",
    "trend": "five or more points in a row go one way",
    "too few runs": "the line stays on one side of the median for longer than by chance",
    "too many runs": "the line changes sides of the median more often than by chance",
    "unusually long run": "one stretch on one side of the median is longer than by chance",
    "unusually few crossings": "the line crosses the median less often than by chance",
}
XMR_RULES = {
    "outside limits": "a point lies outside the limits",
    "seven on one side": "seven or more points in a row lie on one side of the mean",
    "trend of seven": "seven or more points in a row go one way",
    "two of three": "two of three points in a row lie near or beyond a limit",
}
# What the rules say of single points, where they mark any.
_MARKS = {"run": "By the run chart", "xmr": "By the control chart"}
_LOOKS = {"": QUIET, "better": "improvement", "worse": "concern", "unlike the rest": "neither"}


class SeriesSections(RegisterGround):
    """Pieces of HTML on counts over time."""

    def counts_over_time(self) -> Html:
        """Return every series with its charts and its points, or why it has none."""
        charts = self.rows_of("charts")
        if not charts:
            return Html(paragraph("No register of counts over time is kept."))
        pieces = [piece for chart in charts for piece in self._one_series(chart)]
        return together([*pieces, self.link_to("charts")])

    def _one_series(self, chart: Cells) -> list[Markup]:
        name = chart["name"]
        if chart["points"] == SUPPRESSED:
            return [paragraph(f"{name}: not shown ({SUPPRESSED}), as its counts could tell of single people.")]
        if chart["points"] == NOT_AVAILABLE:
            return [
                paragraph(
                    f"{name}: there were too few forums by then for a chart; “Forums, workshops and training” has them."
                )
            ]
        points = [row for row in self.rows_of("series") if row["series"] == chart["series"]]
        marks = [column for column in _MARKS if any(row[column] for row in points)]
        table = Table(
            f"table-series-{chart['series']}",
            f"{name}, {chart['unit']}, up to {self.as_of}",
            ["Date", "Count", *(_MARKS[column] for column in marks)],
            [[day_of(row["date"]), count(int(row["count"])), *(row[column] for column in marks)] for row in points],
            self.register_download("series"),
        )
        return [self._run_chart(chart, points), self._control_chart(chart, points), table.html()]

    def _run_chart(self, chart: Cells, points: list[Cells]) -> Markup:
        if chart["run_note"]:
            return paragraph(f"{chart['name']}, run chart: {chart['run_note']}")
        looks = ["signal" if row["run"] else QUIET for row in points]
        drawn = _chart(points, chart["run_rules"], centre=chart["median"])
        return self._picture(chart, drawn, looks, "run", "Median", RUN_RULES)

    def _control_chart(self, chart: Cells, points: list[Cells]) -> Markup:
        if chart["xmr_note"]:
            return paragraph(f"{chart['name']}, control chart: {chart['xmr_note']}")
        looks = [_LOOKS[row["xmr"]] for row in points]
        drawn = _chart(points, chart["xmr_rules"], chart["mean"], chart["lower"], chart["upper"])
        return self._picture(chart, drawn, looks, "control", "Mean", XMR_RULES)

    def _picture(
        self, chart: Cells, drawn: SeriesChart, looks: list[str], kind: str, centre: str, rules: dict[str, str]
    ) -> Markup:
        # What draws takes a second to import, which whoever only renders need not pay.
        from pipeline.presentation.series_charts import describe_series, draw_series

        label = f"{chart['name']}, {chart['unit']}"
        described = describe_series(drawn, value_label=label, centre=centre)
        notes = self._notes(chart, drawn.points["date"])
        return Picture(
            id=f"figure-{kind}-{chart['series']}",
            message=f"{chart['name']}: {kind} chart",
            subtitle=_what_rules_say(drawn.signals, rules),
            alt=f"{kind.capitalize()} chart. {described} The table that follows has every point.",
            svg=draw_series(drawn.points, looks, value_label=label, centre=centre, notes=notes),
        ).html()

    def _notes(self, chart: Cells, dates: pd.Series) -> list[Note]:
        """Return the tests of change that began while the series was counted and whose measure is taken from it."""
        from pipeline.presentation.series_charts import Note

        first, last = dates.iloc[0].date(), dates.iloc[-1].date()
        begun = [
            Note(dt.date.fromisoformat(row["started_on"]), row["idea"])
            for row in self.rows_of("cycles")
            if row["series"] == chart["series"]
        ]
        return [note for note in begun if first <= note.date <= last]


def _chart(points: list[Cells], rules: str, centre: str, lower: str = "nan", upper: str = "nan") -> SeriesChart:
    """Return a chart with the lines and rules that were published."""
    table = pd.DataFrame(
        {
            "date": pd.to_datetime([row["date"] for row in points]),
            "value": [float(row["count"]) for row in points],
            "centre": float(centre),
            "lower": float(lower),
            "upper": float(upper),
        }
    )
    return SeriesChart(table, table[["date"]], tuple(rules.split("; ")) if rules else (), "")


def _what_rules_say(signals: tuple[str, ...], rules: dict[str, str]) -> str:
    if not signals:
        return "No rule marks more than the ups and downs of chance"
    return f"More than chance: {'; '.join(rules[signal] for signal in signals)}"
