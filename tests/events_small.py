"""Three forums and a webinar around the tiny survey, with as many people as a page may tell of; counted by hand here.

Forum 1: P01 to P12 (Barnet, health), P13 to P18 (Camden, schools). Forum 2: P01 to P08, P13 to P17, and P19 of Enfield
and Camden. Forum 3: P01 to P04 and P13 to P15, and P20, who works everywhere. The webinar: P01 to P05, all of health.
"""

from __future__ import annotations

from pipeline.data.registers.registers import Registers, read_registers
from pipeline.reference.evaluation import Evaluation
from tests.tiny_registers import SETTINGS, TINY_REGISTERS, file_of

EVENTS_SETTINGS = SETTINGS.replace("target_share: 0.4}", "target_share: 0.4, health: true}")
EVENTS = """\
event,kind,title,date,hours
forum-3,forum,Third forum,2023-09-05,2.5
webinar-1,webinar,The words,2023-01-10,1
forum-1,forum,First forum,2023-02-07,2.5
forum-2,forum,Second forum,2023-05-16,
board-1,meeting,Before the board,2023-06-01,0.5
forum-4,forum,Fourth forum,2023-12-05,2.5
"""
_PLACES = {
    **{f"P{number:02}": ("barnet", "health") for number in range(1, 13)},
    **{f"P{number:02}": ("camden", "schools") for number in range(13, 19)},
    "P19": ("enfield;camden", "schools"),
    "P20": ("all-three", "schools"),
}


def _named(*numbers: int) -> list[str]:
    return [f"P{number:02}" for number in numbers]


CAME = {
    "webinar-1": _named(*range(1, 6)),
    "forum-1": _named(*range(1, 19)),
    "forum-2": _named(*range(1, 9), *range(13, 18), 19),
    "forum-3": _named(*range(1, 5), *range(13, 16), 20),
}
# Why people stayed away from the second and the third forum.
AWAY = {
    "forum-2": {"P09": "competing demands", "P10": "competing demands", "P11": "no cover", "P12": ""},
    "forum-3": {"P09": "no cover", "P16": "competing demands", "P17": ""},
}
# The later rating of a person counts: P01 changed from the worst to the best.
RATED = [
    ("forum-1", "P01", "Not sure"),
    ("forum-1", "P02", "Very sure"),
    ("forum-1", "P03", "Sure"),
    ("forum-1", "P04", "A little sure"),
    ("forum-1", "P05", "Don't know"),
    ("forum-2", "P01", "Very sure"),
    ("forum-2", "", "Not sure"),
]


def attendance_of(came: dict[str, list[str]] = CAME, away: dict[str, dict[str, str]] = AWAY) -> str:
    rows = [(event, person, "attended", "") for event, people in came.items() for person in people]
    rows += [
        (event, person, "apologies", why)
        for event, people in away.items()
        for person, why in people.items()
        if person not in came[event]
    ]
    lines = ["event,person,areas,sector,role,organisation,attendance,reason"]
    for event, person, attendance, reason in rows:
        areas, sector = _PLACES[person]
        lines.append(f"{event},{person},{areas},{sector},,,{attendance},{reason}")
    return "\n".join([*lines, ""])


def feedback_of(rated: list[tuple[str, str, str]] = RATED) -> str:
    lines = [f"{event},{person},networking,{rating}" for event, person, rating in rated]
    return "\n".join(["event,person,element,rating", *lines, ""])


CHANGED = {"events": EVENTS, "attendance": attendance_of(), "feedback": feedback_of()}


def events_registers(evaluation: Evaluation, **changed: str) -> Registers:
    """Read the tiny registers with these events, some of them changed."""
    texts = TINY_REGISTERS | CHANGED | changed
    # Pledges name people of other sectors.
    contents = {name: text.encode() for name, text in texts.items() if name != "pledges"}
    return read_registers(contents, evaluation, shown={name: file_of(name) for name in contents})
