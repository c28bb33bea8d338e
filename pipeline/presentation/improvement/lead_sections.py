"""The parts of a report on measures, and on who leads, how far the plan has come and what is next."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from pipeline.disclosure.published import SUPPRESSED
from pipeline.presentation.improvement.idea_sections import Cells, paragraph, together
from pipeline.presentation.improvement.register_ground import RegisterGround, records
from pipeline.presentation.rows import share_cell
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import count, day_of, in_a_row
from pipeline.reference.improvement import Measure
from pipeline.statistics.improvement.kirkpatrick import roll_up_levels
from pipeline.statistics.improvement.measure_tables import in_order

_FORUMS, _LEADS = "Forums, workshops and training", "Who leads, and what comes next"
# The section that has the figures of a measure, by what it is taken from.
SECTIONS = {
    "item": "Where things stand",
    "series": "Counts over time",
    "events": _FORUMS,
    "attendance": _FORUMS,
    "feedback": "What people said of the events",
    "pledges": "Pledges",
    "themes": "Barriers, successes and suggestions",
    "coding": "Barriers, successes and suggestions",
    "drivers": "Change ideas and drivers",
    "change_ideas": "Change ideas and drivers",
    "pdsa": "Trying changes out",
    "plan": _LEADS,
    "governance": _LEADS,
}


class LeadSections(RegisterGround):
    """Pieces of HTML on measures, posts, plan and dates."""

    def improvement_measures(self) -> Html:
        """Return the measures with their targets, and of which levels of evidence they tell."""
        measures = self.rows_of("measures")
        if not measures:
            return Html(paragraph("No measures of the improvement are set."))
        header = ["Measure", "Kind", "What it counts", "Better is", "Target", "Latest"]
        texts = ("name", "kind", "definition", "direction")
        cells = [
            [*(row[name] for name in texts), _target(row), self._share_of(one) or _latest(row)]
            for row, one in zip(measures, in_order(self.evaluation.measures), strict=True)
        ]
        caption = f"Measures on {self.as_of}; shares of the survey are those of {self.short_name}"
        table = Table("table-measures", caption, header, cells, self.register_download("measures"))
        of_level = [
            {"name": row["name"], "level": int(row["level"]), "evidence": row["evidence"] == "yes"}
            for row in measures
            if row["level"]
        ]
        levels = roll_up_levels(pd.DataFrame(of_level, columns=["name", "level", "evidence"])).to_dict("records")
        return together(
            [
                table.html(),
                paragraph("By Kirkpatrick's levels of evidence on training:"),
                bullets([_of_level(row) for row in levels]),
            ]
        )

    def _share_of(self, measure: Measure) -> str:
        """Return the latest share of a measure that is taken from a question, '' for another one."""
        asked = measure.source.item if measure.source else None
        shares = {one.item.id: one.shares[-1] for one in self.measures}
        return share_cell(shares[asked]) if asked in shares else ""

    def who_leads(self) -> Html:
        """Return who speaks for the area, every post, the plan with what is overdue, and the dates ahead."""
        return together([*self._posts(), *self._plan(), *self._dates()])

    def _posts(self) -> list[Markup]:
        rows, posts = self.kept("posts"), self.rows_of("posts")
        if rows is None:
            return [paragraph("No register of posts is kept.")]
        spoken = self._missing(rows) if self.is_whole else self._speaking(rows)
        cells = [[row["post"], row["area"], _standing(row), row["note"]] for row in posts]
        caption = f"Posts and groups on {self.as_of}"
        header = ["Post or group", "For", "How it stands", "Note"]
        table = Table("table-posts", caption, header, cells, self.register_download("posts"))
        return [*map(paragraph, spoken), table.html()]

    def _speaking(self, posts: pd.DataFrame) -> list[str]:
        """Return who speaks for this area, a sentence a post."""
        of_area = posts[(posts["kind"] == "representative") & (posts["area"] == self.area.id)]
        told = [f"{row['post']}, {self.area.name}: {_standing(row)}." for row in records(of_area)]
        return told or [f"No representative of {self.area.name} is in the register."]

    def _missing(self, posts: pd.DataFrame) -> list[str]:
        """Return which areas nobody speaks for."""
        filled = set(posts.loc[(posts["kind"] == "representative") & (posts["status"] == "filled"), "area"])
        missing = [area.name for area in self.evaluation.areas if area.id not in filled]
        if not self.evaluation.areas:
            return []
        noun = self.evaluation.area_noun
        return [f"{noun.plural.capitalize()} without a representative: {in_a_row(missing)}."]

    def _plan(self) -> list[Markup]:
        steps = self.rows_of("plan")
        if not steps:
            return [paragraph("No register of the plan is kept.")]
        states = [row["state"] for row in steps]
        counts = ", ".join(f"{states.count(state)} {state}" for state in ("overdue", "to come", "done", "dropped"))
        header = ["Step", "Owner", "Due", "How it stands"]
        cells = [[row["title"], row["owner"], day_of(row["due"]), _step(row)] for row in steps]
        caption = f"The plan on {self.as_of}, overdue steps first, then those to come"
        table = Table("table-plan", caption, header, cells, self.register_download("plan"))
        return [paragraph(f"Steps of the plan: {counts}."), table.html()]

    def _dates(self) -> list[Markup]:
        dates = self.rows_of("dates")
        told = [f"{row['state'].capitalize()}: {row['title']}, {day_of(row['date'])}." for row in dates]
        if not any(row["state"] == "to come" for row in dates):
            told.append("To come: the register of events has no later date.")
        return [bullets(told), *([self.link_to("dates")] if dates else [])]


def bullets(texts: list[str]) -> Markup:
    """Return texts as a list."""
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(text) for text in texts))


def _target(row: Cells) -> str:
    if not row["target"]:
        return "none set"
    return f"{row['target']}%" if row["unit"] == "%" else f"{row['target']} {row['unit']}"


def _latest(row: Cells) -> str:
    if row["latest"] == SUPPRESSED:
        return SUPPRESSED
    if row["latest"]:
        return f"{count(int(row['latest']))} on {day_of(row['latest_on'])}"
    return f"see “{SECTIONS[row['source']]}”" if row["evidence"] == "yes" else "nothing yet"


def _of_level(row: dict[Any, Any]) -> str:
    """Return which measures tell of a level, and which will once there are data."""
    evidenced, awaited = "; ".join(row["evidenced"]), "; ".join(row["awaited"])
    if not evidenced:
        why = f"nothing has come yet of {awaited}" if awaited else "no measure is set for it"
        return f"{row['name'].capitalize()} (level {row['level']}): no evidence, as {why}."
    later = f" Nothing yet: {awaited}." if awaited else ""
    return f"{row['name'].capitalize()} (level {row['level']}): {evidenced}.{later}"


def _standing(row: Cells) -> str:
    if row["status"] == "ended":
        return f"ended on {day_of(row['until'])}"
    is_post = row["kind"] not in ("working group", "escalation")
    status = row["status"] if is_post or row["status"] != "filled" else "in place"
    return f"{status} since {day_of(row['since'])}" if row["since"] else status


def _step(row: Cells) -> str:
    return f"done on {day_of(row['done_on'])}" if row["done_on"] else row["state"]
