"""Every register as a table of its columns: what each is for, what each column holds, and what tells rows apart.

Measures are those of the Model for Improvement (Langley et al., The Improvement Guide, 2nd ed.); pledges are
commitment-to-change statements, followed up as kept, partly or not (Lockyer et al. 2001, J Contin Educ Health Prof).
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.data.registers.columns import Column, RegisterSchema

EVENT_KINDS = ("webinar", "workshop", "training", "forum", "working-group", "meeting")
ATTENDED, APOLOGIES, ABSENT = ATTENDANCES = ("attended", "apologies", "absent")
# Leave and sickness are one, so that nobody's health stands here.
REASONS = ("competing demands", "another meeting", "leave or sickness", "no cover", "told too late", "other")
SCOPES = ("own", "beyond")
KEPT, PARTLY, NOT_KEPT, UNKNOWN = PLEDGE_STATUSES = ("kept", "partly", "not kept", "unknown")
AIM, PRIMARY, SECONDARY = DRIVER_KINDS = ("aim", "primary", "secondary")
IDEA_STATUSES = ("planned", "testing", "adopted", "adapted", "abandoned")
OWNER_TYPES = ("local", "national", "ICS")
ACTS = ("adopt", "adapt", "abandon")
OPEN, DONE, DROPPED = PLAN_STATUSES = ("open", "done", "dropped")
POST_KINDS = ("sponsor", "lead", "representative", "working group", "escalation")
FILLED, VACANT, PLANNED = POST_STATUSES = ("filled", "vacant", "planned")
THEME_KINDS = ("barrier", "success", "suggestion")

_PERSON = Column(
    "person", "person", "a code that only you can turn into a person, the same in every register; never a name", "P07"
)
_AREAS = Column(
    "areas", "several", "where the person works, several joined by ';'; the whole area's id for all", "", list_="areas"
)
_SECTOR = Column("sector", "listed", "the person's sector, one in all registers", "", list_="sectors")
_EVENT = Column("event", "reference", "the event's id in the register of events", "forum-1", to="events")
_THEME = Column("theme", "reference", "a theme's id in the register of themes", "time", required=False, to="themes")
_MEASURE = Column("measure", "listed", "the measure that shows whether it helps", "", required=False, list_="measures")
_OWNER = Column("owner", "post", "the post that sees to it; never a person's name", "QI lead")

EVENTS = RegisterSchema(
    "events",
    "webinars, workshops, training, forums and meetings, one row each",
    ("event",),
    (
        Column("event", "code", "an id of your choice, used by the other registers", "forum-1"),
        Column("kind", "choice", "what kind of event it was", "forum", among=EVENT_KINDS),
        Column("title", "text", "what it was called", "First QI forum"),
        Column("date", "day", "the day it took place", "2023-02-07"),
        Column("hours", "number", "how long it lasted", "2.5", required=False, least=0.25, most=100),
    ),
)
ATTENDANCE = RegisterSchema(
    "attendance",
    "who came to which event, or sent apologies, one row a person and event",
    ("event", "person"),
    (
        _EVENT,
        _PERSON,
        _AREAS,
        _SECTOR,
        Column("role", "listed", "the person's role", "", required=False, list_="respondent_roles"),
        Column("organisation", "listed", "where the person works", "", required=False, list_="organisations"),
        Column("attendance", "choice", "whether the person came", "attended", among=ATTENDANCES),
        Column("reason", "choice", "why not, if told; blank for who came", "", required=False, among=REASONS),
    ),
)
PLEDGES = RegisterSchema(
    "pledges",
    "what people undertook to do, and whether it was done",
    ("pledge",),
    (
        Column("pledge", "code", "an id of your choice", "pledge-1"),
        _PERSON,
        _AREAS,
        _SECTOR,
        Column("text", "text", "the pledge in a few words, without any name", "Share the groupings at a team meeting"),
        _THEME,
        Column("scope", "choice", "within the person's own area of responsibility, or beyond", "own", among=SCOPES),
        Column("made_on", "day", "the day it was made", "2023-02-07"),
        Column("status", "choice", "what became of it; unknown until followed up", "kept", among=PLEDGE_STATUSES),
        Column("checked_on", "day", "the day it was followed up", "2023-05-16", required=False),
    ),
)
FEEDBACK = RegisterSchema(
    "feedback",
    "how useful people found the parts of an event, one row a person and part; what they wrote goes through quotes",
    ("event", "person", "element"),
    (
        _EVENT,
        replace(_PERSON, required=False, help="the code of whoever answered; blank where the feedback was anonymous"),
        Column("element", "listed", "the part of the event", "", list_="feedback_elements"),
        Column("rating", "rating", "the answer, a label of that part's scale in evaluation.yml", ""),
    ),
)
DRIVERS = RegisterSchema(
    "drivers",
    "the driver diagram: an aim, its primary drivers, and their secondary drivers",
    ("driver",),
    (
        Column("driver", "code", "an id of your choice", "shared-words"),
        Column(
            "parent", "reference", "the driver or aim it serves; blank for an aim", "", required=False, to="drivers"
        ),
        Column("kind", "choice", "its place in the diagram", "primary", among=DRIVER_KINDS),
        Column("text", "text", "the aim or driver in a few words", "Shared words across sectors"),
    ),
)
CHANGE_IDEAS = RegisterSchema(
    "change_ideas",
    "what may be changed, for which driver, and how far it has come",
    ("idea",),
    (
        Column("idea", "code", "an id of your choice", "referral-form"),
        Column("driver", "reference", "the driver it serves", "shared-words", to="drivers"),
        Column("title", "text", "the idea in a few words", "The groupings on every referral form"),
        _THEME,
        Column("impact", "whole", "how much it would help, 1 (little) to 5", "4", required=False, least=1, most=5),
        Column("effort", "whole", "how much work it is, 1 (little) to 5", "2", required=False, least=1, most=5),
        Column("status", "choice", "how far it has come", "testing", among=IDEA_STATUSES),
        Column("owner_type", "choice", "who it belongs to", "local", among=OWNER_TYPES),
        _OWNER,
        _MEASURE,
    ),
)
PDSA = RegisterSchema(
    "pdsa",
    "Plan-Do-Study-Act cycles, one row each",
    ("cycle",),
    (
        Column("cycle", "code", "an id of your choice", "referral-form-1"),
        Column("idea", "reference", "the change idea that is tried", "referral-form", to="change_ideas"),
        Column("plan", "text", "what is tried, where and for how long", "One team tries the new form for four weeks"),
        Column("prediction", "text", "what is expected", "Most forms will name a grouping"),
        Column("do", "text", "what was done", "Three teams took part", required=False),
        Column("study", "text", "what was found, beside the prediction", "Half of the forms did", required=False),
        Column("act", "choice", "what follows", "adapt", required=False, among=ACTS),
        Column("started_on", "day", "its first day", "2023-05-22"),
        Column("ended_on", "day", "its last day; blank while it runs", "2023-06-16", required=False),
        _MEASURE,
    ),
)
PLAN = RegisterSchema(
    "plan",
    "the project plan, one row a milestone",
    ("milestone",),
    (
        Column("milestone", "code", "an id of your choice", "survey-2"),
        Column("title", "text", "what is to be done", "Send out the second survey"),
        _OWNER,
        Column("due", "day", "the day by which", "2023-10-02"),
        Column("status", "choice", "how it stands", "open", among=PLAN_STATUSES),
        Column("done_on", "day", "the day it was done", "2023-10-02", required=False),
    ),
)
GOVERNANCE = RegisterSchema(
    "governance",
    "sponsor, lead, representatives, working groups and where matters are taken to; posts, never people",
    ("post", "area", "since"),
    (
        Column("post", "post", "the post or body, never a person's name", "Borough representative"),
        Column("kind", "choice", "what kind of post it is", "representative", among=POST_KINDS),
        Column("area", "listed", "the area it is for", "", list_="areas"),
        Column("status", "choice", "whether somebody holds it", "filled", among=POST_STATUSES),
        Column("since", "day", "the day from which it is so", "2023-02-07", required=False),
        Column("until", "day", "the last day on which it was so", "2023-07-31", required=False),
        Column("note", "text", "what a reader should know, without any name", "", required=False),
    ),
)
THEMES = RegisterSchema(
    "themes",
    "what comments, pledges and change ideas are about",
    ("theme",),
    (
        Column("theme", "code", "an id of your choice", "time"),
        Column("name", "text", "the theme in a few words", "Too little time"),
        Column("kind", "choice", "what people say about it", "barrier", among=THEME_KINDS),
        Column("description", "text", "what belongs to it, for the coders", "Workload, full agendas", required=False),
    ),
)
CODING = RegisterSchema(
    "coding",
    "which themes each coder saw in which comment, one row each; the comment's text never stands here",
    ("wave", "question", "comment", "coder", "theme"),
    (
        Column("comment", "hash", "the SHA-256 of the comment's exact text, as in its worksheet", "0" * 64),
        Column("wave", "listed", "the wave it was written in", "", list_="waves"),
        Column("question", "listed", "the question it answers", "", list_="comments"),
        Column("coder", "person", "a code for whoever coded it; never a name", "C1"),
        replace(_THEME, help="a theme's id; blank where the coder read the comment and none of the themes fits"),
        Column("grouping", "listed", "the needs-based grouping it is about", "", required=False, list_="groupings"),
        Column("impact", "whole", "how much it matters, 1 (little) to 3", "2", required=False, least=1, most=3),
    ),
)
SERIES = RegisterSchema(
    "series",
    "counts that are taken often, one row a day, week or month",
    ("series", "date"),
    (
        Column("series", "listed", "which count it is", "", list_="series"),
        Column("date", "day", "the day, or the first day of the week or month", "2023-02-01"),
        Column("count", "whole", "how many", "412"),
    ),
)

SCHEMAS = {
    schema.name: schema
    for schema in (
        EVENTS, ATTENDANCE, PLEDGES, FEEDBACK, DRIVERS, CHANGE_IDEAS, PDSA, PLAN, GOVERNANCE, THEMES, CODING, SERIES,
    )
}  # fmt: skip
