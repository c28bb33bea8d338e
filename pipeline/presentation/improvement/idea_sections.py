"""The parts of a report on what is changed and tried: the driver diagram, the change ideas, and their tests."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.presentation.improvement.register_ground import RegisterGround
from pipeline.presentation.tables import Html, Picture, Table
from pipeline.presentation.wording import day_of, in_a_row

OWNERS = {"local": "locally", "ICS": "by the ICS", "national": "nationally"}
# What follows a test of change, as it is counted and as a table has it.
ACTS = {"adopt": "adopted", "adapt": "adapted", "abandon": "abandoned"}
Cells = dict[str, str]


class IdeaSections(RegisterGround):
    """Pieces of HTML on change ideas and on what was learnt by trying them."""

    def change_ideas(self) -> Html:
        """Return the driver diagram with the list that says the same, who owns the ideas, and the ideas in a table."""
        # What draws takes a second to import, which whoever only renders need not pay.
        from pipeline.presentation.driver_diagram import describe_drivers, draw_driver_diagram, list_drivers

        drivers, ideas = self.kept("drivers"), self.rows_of("ideas")
        parts = []
        if drivers is None:
            parts.append(paragraph("No register of drivers is kept."))
        else:
            picture = Picture(
                id="figure-drivers",
                message="Driver diagram: what is to lead to the aim",
                subtitle="From the aim on the left to the change ideas on the right, and how far each has come",
                alt=describe_drivers(drivers),
                svg=draw_driver_diagram(drivers),
            )
            parts += [picture.html(), list_drivers(drivers), self.link_to("drivers")]
        if not ideas:
            return together([*parts, paragraph("No register of change ideas is kept.")])
        header = ["Change idea", "Driver", "Answers to", "Status", "Owner", "Impact, effort", "Measure"]
        cells = [
            [
                *(row[name] for name in ("title", "driver", "theme", "status")),
                f"{row['owner']} ({row['owner_type']})",
                _rating(row),
                row["measure"],
            ]
            for row in ideas
        ]
        caption = "Change ideas, those with much impact for little effort first (both from 1, little, to 5)"
        table = Table("table-ideas", caption, header, cells, self.register_download("ideas"))
        return together([*parts, paragraph(_ownership(ideas)), table.html()])

    def tests_of_change(self) -> Html:
        """Return the log of Plan-Do-Study-Act cycles, with what came of each that has ended."""
        cycles = self.rows_of("cycles")
        if not cycles:
            return Html(paragraph("No register of tests of change is kept."))
        header = [
            "Change idea", "When", "What was tried", "What was expected", "What was done", "What was found",
            "What follows",
        ]  # fmt: skip
        texts = ("plan", "prediction", "do", "study")
        cells = [[row["idea"], _days(row), *(row[name] for name in texts), _what_follows(row)] for row in cycles]
        caption = f"Tests of change (Plan-Do-Study-Act cycles) on {self.as_of}"
        table = Table("table-cycles", caption, header, cells, self.register_download("cycles"))
        return together([paragraph(_counted(cycles)), table.html()])


def paragraph(text: str) -> Markup:
    """Return a text as a paragraph."""
    return Markup("<p>{}</p>").format(text)


def together(parts: list[Markup]) -> Html:
    """Return pieces one below the other."""
    return Html(Markup("\n").join(part.rstrip("\n") for part in parts))


def _rating(row: Cells) -> str:
    return f"{row['impact'] or 'not rated'}, {row['effort'] or 'not rated'}"


def _ownership(ideas: list[Cells]) -> str:
    counts = {kind: sum(row["owner_type"] == kind for row in ideas) for kind in OWNERS}
    local, *others = [f"{words}: {counts[kind]}" for kind, words in OWNERS.items()]
    return f"Change ideas owned {local} of {len(ideas)}; {'; '.join(others)}."


def _days(row: Cells) -> str:
    begun = day_of(row["started_on"])
    if row["stage"] == "ended":
        return f"{begun} to {day_of(row['ended_on'])}"
    return f"from {begun} on"


def _what_follows(row: Cells) -> str:
    return (ACTS[row["act"]] if row["act"] else "not decided") if row["stage"] == "ended" else row["stage"]


def _counted(cycles: list[Cells]) -> str:
    found = [_what_follows(row) for row in cycles]
    parts = [
        f"{found.count(one)} {one}" for one in (*ACTS.values(), "not decided", "running", "to come") if one in found
    ]
    return f"Tests of change: {in_a_row(parts)}."
