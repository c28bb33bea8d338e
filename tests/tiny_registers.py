"""The improvement work around the tiny survey: its part of the settings, and registers small enough to read here."""

from __future__ import annotations

from pipeline.ground.paths import Project
from tests.conftest import TINY_SETTINGS

HASH = "0123456789abcdef" * 4
IMPROVEMENT = """\
registers:
  events: SYNTHETIC-events.csv
  attendance: SYNTHETIC-attendance.csv
  pledges: SYNTHETIC-pledges.csv
  feedback: SYNTHETIC-feedback.csv
  drivers: SYNTHETIC-drivers.csv
  change_ideas: SYNTHETIC-change_ideas.csv
  pdsa: SYNTHETIC-pdsa.csv
  plan: SYNTHETIC-plan.csv
  governance: SYNTHETIC-governance.csv
  themes: SYNTHETIC-themes.csv
  coding: SYNTHETIC-coding.csv
  series: SYNTHETIC-series.csv
groupings:
  - {id: advice, name: Getting Advice and Signposting, synonyms: [Getting Advice], meaning: Advice and where help is.}
organisations: [St Ann's Hospital]
feedback_elements:
  - {id: networking, name: Meeting others, scale: sureness}
series:
  - {id: visits, name: Visits to the page, unit: visits, direction: higher}
measures:
  - id: using
    name: Using the words
    kind: outcome
    definition: The share who are sure.
    direction: higher
    unit: "%"
    target: 60
    source: {item: sure}
    kirkpatrick: 3
"""
SETTINGS = TINY_SETTINGS + IMPROVEMENT

TINY_REGISTERS = {
    "events": """\
event,kind,title,date,hours
forum-1,forum,The first forum,2023-02-07,2.5
forum-2,forum,The second forum,2023-05-16,
""",
    "attendance": """\
event,person,areas,sector,role,organisation,attendance,reason
forum-1,P01,barnet,health,,st-ann-s-hospital,attended,
forum-1,P02,Barnet; Camden,Schools,,,attended,
forum-1,P03,Everywhere,schools,,,apologies,competing demands
forum-2,P01,barnet,health,,,attended,
forum-2,p02,barnet;camden,schools,,,absent,
""",
    "pledges": """\
pledge,person,areas,sector,text,theme,scope,made_on,status,checked_on
pledge-1,P01,barnet,health,Use the words in each meeting at St Ann's Hospital,words,own,2023-02-07,kept,2023-05-16
pledge-2,P02,barnet;camden,schools,Ask two schools,,beyond,2023-02-07,unknown,
""",
    "feedback": """\
event,person,element,rating
forum-1,P01,networking,very sure
forum-1,P02,networking,Don't know
forum-1,,networking,Not sure
forum-1,,networking,Not sure
""",
    "drivers": """\
driver,parent,kind,text
goal,,aim,More people are sure
words,goal,primary,Shared words
forms,words,secondary,Words on forms
""",
    "change_ideas": """\
idea,driver,title,theme,impact,effort,status,owner_type,owner,measure
form,forms,The words on the form,words,4,2,testing,local,QI lead,using
""",
    "pdsa": """\
cycle,idea,plan,prediction,do,study,act,started_on,ended_on,measure
form-1,form,One team tries it,Most will use it,,,adapt,2023-05-22,2023-06-16,using
form-2,form,Two teams try it,Most will use it,,,,2023-06-19,,
""",
    "plan": """\
milestone,title,owner,due,status,done_on
survey-2,Send the survey out,Project manager,2023-10-02,done,2023-10-02
lead,Name a lead,The board,2023-12-01,open,
""",
    "governance": """\
post,kind,area,status,since,until,note
Borough representative,representative,barnet,filled,2023-02-07,,
Borough representative,representative,camden,vacant,2023-02-07,,Nobody yet
Working group,working group,all-three,planned,,,
""",
    "themes": """\
theme,name,kind,description
words,No shared words,barrier,Each has its own words
""",
    "coding": f"""\
comment,wave,question,coder,theme,grouping,impact
{HASH},wave-1,barriers,C1,words,Getting Advice,2
{HASH},wave-1,barriers,C2,,,
""",
    "series": """\
series,date,count
visits,2023-02-01,412
visits,2023-03-01,0
""",
}


def file_of(name: str) -> str:
    return f"data/raw/registers/SYNTHETIC-{name}.csv"


def put_registers(project: Project, **changed: str) -> Project:
    """Name the registers in a project's settings and write them, some with other content."""
    project.settings_file.write_text(SETTINGS, "utf-8")
    project.registers.mkdir(parents=True, exist_ok=True)
    for name, content in (TINY_REGISTERS | changed).items():
        (project.root / file_of(name)).write_text(content, "utf-8", newline="")
    return project
