"""Reporting checklists, item by item in our own words: where a page meets each, or which setting says it.

Only items whose wording could be verified stand here; `left_out` names the others. Sources: CHERRIES, Eysenbach 2004,
J Med Internet Res 6:e34; CROSS, Sharma et al. 2021, J Gen Intern Med 36:3179; SQUIRE 2.0, Ogrinc et al. 2016, BMJ Qual
Saf 25:986.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.reference.base import PlainText, Settings

NOT_SUPPLIED = "not supplied"


class Reporting(Settings):
    """What reporting checklists ask and no figure tells; each a sentence or two, all optional."""

    design: PlainText | None = None
    ethics: PlainText | None = None
    consent: PlainText | None = None
    testing: PlainText | None = None
    openness: PlainText | None = None
    contact_mode: PlainText | None = None
    advertising: PlainText | None = None
    mode: PlainText | None = None
    context: PlainText | None = None
    randomisation: PlainText | None = None
    adaptive_questions: PlainText | None = None
    completeness_check: PlainText | None = None
    review_step: PlainText | None = None
    visitors: PlainText | None = None
    cookies: PlainText | None = None
    ip_check: PlainText | None = None
    problem: PlainText | None = None
    available_knowledge: PlainText | None = None
    aims: PlainText | None = None
    team: PlainText | None = None
    population: PlainText | None = None
    interpretation: PlainText | None = None


@dataclass(frozen=True)
class ChecklistItem:
    """One item: its place in the checklist, what it asks, and the section of a page or the setting that answers it.

    `setting`: a field of `Reporting`, or '' where a page always answers; `section` is a heading of the page.
    """

    number: str
    asks: str
    section: str = ""
    setting: str = ""


@dataclass(frozen=True)
class Checklist:
    """A checklist's name, its items, and those left out because their wording could not be verified."""

    name: str
    about: str
    items: tuple[ChecklistItem, ...]
    left_out: str


_TOP = "the head of this page"
_CHANGED, _LIMITS = "How much changed", "What these figures cannot say"
_ASKED, _MADE, _STATISTICS = "What was asked", "How this page was made", "For statisticians"
_PRIVACY = "the privacy notice"
_IDEAS, _TRIED = "Change ideas and drivers", "Trying changes out"
_MEASURES, _NEXT = "Measures", "Who leads, and what comes next"

CHECKLISTS = (
    Checklist(
        "CHERRIES",
        "the Checklist for Reporting Results of Internet E-Surveys",
        (
            ChecklistItem("Design", "The survey's design and whom it is about", setting="design"),
            ChecklistItem("Approval", "Ethical approval", setting="ethics"),
            ChecklistItem("Consent", "What people were told and agreed to", setting="consent"),
            ChecklistItem("Data protection", "What personal data are kept, where and how long", _PRIVACY),
            ChecklistItem("Development", "How the questionnaire was developed and tested", setting="testing"),
            ChecklistItem("Open or closed", "Whether anybody with the link could answer", setting="openness"),
            ChecklistItem("Contact", "How people were first asked", setting="contact_mode"),
            ChecklistItem("Advertising", "How the survey was announced", setting="advertising"),
            ChecklistItem("Mode", "Web page or e-mail, and how answers were taken in", setting="mode"),
            ChecklistItem("Context", "On what website or in what setting it was offered", setting="context"),
            ChecklistItem("Dates", "When answers were collected", _TOP),
            ChecklistItem("Randomisation", "Whether the order of questions varied", setting="randomisation"),
            ChecklistItem("Adaptive questions", "Whether questions depended on answers", setting="adaptive_questions"),
            ChecklistItem("Number of questions", "How many there were", _ASKED),
            ChecklistItem("Completeness", "Whether blanks were noticed before sending", setting="completeness_check"),
            ChecklistItem("Review", "Whether people could change answers", setting="review_step"),
            ChecklistItem("Visitors and views", "Unique visitors and the view rate", setting="visitors"),
            ChecklistItem("Completion", "How many finished, of those who began", _MADE),
            ChecklistItem("Cookies", "Whether cookies told people apart", setting="cookies"),
            ChecklistItem("Addresses", "Whether addresses of computers told people apart", setting="ip_check"),
            ChecklistItem("Duplicates", "How repeated answers were found", _MADE),
        ),
        "voluntary or mandatory, incentives, number of screens, participation rate, registration, incomplete "
        "questionnaires, atypical times, weighting",
    ),
    Checklist(
        "CROSS",
        "the Consensus-Based Checklist for Reporting of Survey Studies",
        (
            ChecklistItem("1a", "That it is a survey, in the title or summary", _TOP),
            ChecklistItem("1b", "A summary of what was done and found", _TOP),
            ChecklistItem("2", "Background", setting="problem"),
            ChecklistItem("3", "Aims", setting="aims"),
            ChecklistItem("4", "The design, by its usual name", setting="design"),
            ChecklistItem("5a", "The questionnaire described", _ASKED),
            ChecklistItem("5b", "Instruments and how they are scored", "Words on this page"),
            ChecklistItem("5c", "Testing beforehand", setting="testing"),
            ChecklistItem("5d", "The questionnaire in full", _ASKED),
            ChecklistItem("6a", "The population it is about", setting="population"),
            ChecklistItem("6b", "How people were reached", setting="contact_mode"),
        ),
        "items 6c to 18",
    ),
    Checklist(
        "SQUIRE 2.0",
        "the Standards for Quality Improvement Reporting Excellence",
        (
            ChecklistItem("1", "That it is about improvement, in the title or summary", _TOP),
            ChecklistItem("2", "A summary", _TOP),
            ChecklistItem("3", "The problem", setting="problem"),
            ChecklistItem("4", "What was known already", setting="available_knowledge"),
            ChecklistItem("5", "The rationale: why the changes should work", _IDEAS),
            ChecklistItem("6", "Aims of the work and of this report", setting="aims"),
            ChecklistItem("7", "The context", setting="context"),
            ChecklistItem("8a", "What was done", _TRIED),
            ChecklistItem("8b", "The team", setting="team"),
            ChecklistItem("9a", "How the effect was looked at", _CHANGED),
            ChecklistItem("10", "Measures with definitions", _MEASURES),
            ChecklistItem("10", "Completeness and accuracy of the data", _MADE),
            ChecklistItem("11", "Methods of analysis", _STATISTICS),
            ChecklistItem("11", "Variation, and change over time", "Counts over time"),
            ChecklistItem("12", "Ethical aspects", setting="ethics"),
            ChecklistItem("14", "What was found, in short", _TOP),
            ChecklistItem("15", "What it may mean", setting="interpretation"),
            ChecklistItem("16", "Limits", _LIMITS),
            ChecklistItem("17", "Whether it can last, and next steps", _NEXT),
        ),
        "items 9b, 13 and 18",
    ),
)
