"""What is written in the demonstration's registers: invented, by nobody, in the order in which it is used.

Days are weeks and days from the Monday on which, or before which, the first wave's fieldwork starts.
"""

from __future__ import annotations

# Id, kind, title, week, day of the week (0 is Monday), hours.
EVENTS = (
    ("webinar-1", "webinar", "Introducing the framework", -18, 2, 1.0),
    ("webinar-2", "webinar", "The needs-based groupings", -16, 2, 1.0),
    ("webinar-3", "webinar", "Shared decision making", -14, 2, 1.0),
    ("workshop-1", "workshop", "Where we stand as a system", -7, 3, 3.5),
    ("training-1", "training", "Quality improvement training, first half", -5, 1, 3.0),
    ("training-2", "training", "Quality improvement training, second half", -4, 1, 3.0),
    ("forum-1", "forum", "First QI forum: aim, drivers and the survey", -2, 1, 2.5),
    ("forum-2", "forum", "Second QI forum: baseline results and change ideas", 10, 1, 2.5),
    ("forum-3", "forum", "Third QI forum: what we learned and who goes on", 18, 1, 1.5),
    ("senior-leads-1", "meeting", "The project before the senior leads", 28, 1, 0.5),
)

# Theme, within the own area of responsibility or beyond.
PLEDGES = (
    ("Show the groupings at a team meeting and ask what would help", "daily-use", "own"),
    ("Put the names of the groupings on the team's referral form", "forms", "own"),
    ("Send the survey to all practitioners of the service", "", "own"),
    ("Open each network meeting with the groupings", "daily-use", "own"),
    ("Ask two schools which words they use for need", "own-words", "beyond"),
    ("Write a one-page guide with an example for each grouping", "materials", "own"),
    ("Add the groupings to the induction of new staff", "turnover", "own"),
    ("List what the voluntary sector offers and share the list", "more-forums", "beyond"),
    ("Present the project to the senior leads' meeting", "leadership", "beyond"),
    ("Bring a colleague from social care to the next forum", "thresholds", "beyond"),
    ("Use the groupings in the supervision template", "daily-use", "own"),
    ("Tell families about the Waiting Room at first contact", "families", "own"),
    ("Collect three case examples from early years", "examples", "beyond"),
    ("Plan an hour each term to refresh the team's knowledge", "refreshers", "own"),
    ("Join the working group once it starts", "leadership", "beyond"),
    ("Try the new referral form with one team and count what is filled in", "forms", "own"),
    ("Share the baseline results with the local partnership", "", "beyond"),
    ("Invite a school to the next network meeting", "relationships", "beyond"),
    ("Hang the poster of the groupings in the staff room", "daily-use", "own"),
    ("Ask families whether the words on the leaflet are clear", "families", "own"),
    ("Set aside time for the forum in the team's diary", "time", "own"),
)

# Id, parent, kind, text.
DRIVERS = (
    (
        "aim",
        "",
        "aim",
        "Within a year of the baseline, 60% of those asked are confident or very confident in describing the groupings",
    ),
    ("knowing", "aim", "primary", "People know the framework and each grouping"),
    ("using", "aim", "primary", "The groupings are used in routine work"),
    ("offer", "aim", "primary", "People know what other services offer"),
    ("together", "aim", "primary", "Sectors and boroughs own the work together"),
    ("training", "knowing", "secondary", "Training reaches all sectors"),
    ("materials", "knowing", "secondary", "Short materials with examples"),
    ("forms", "using", "secondary", "The same words on forms and in records"),
    ("supervision", "using", "secondary", "Supervision and meetings begin with need"),
    ("directory", "offer", "secondary", "An up-to-date list of what is offered"),
    ("waiting-room", "offer", "secondary", "Professionals show families the Waiting Room"),
    ("attendance", "together", "secondary", "Every sector and borough attends"),
    ("lead", "together", "secondary", "A lead within the system carries the work on"),
)

# Id, driver, title, theme, impact, effort, status, owner type, owner, position of its measure.
CHANGE_IDEAS = (
    ("referral-form", "forms", "The groupings on every referral form", "forms",
     5, 3, "adapted", "local", "Single point of access manager", 1),
    ("one-page-guide", "materials", "A one-page guide with an example for each grouping", "examples",
     4, 2, "adopted", "national", "Programme QI team", 0),
    ("videos", "materials", "Short videos for team meetings", "materials",
     3, 4, "planned", "national", "Programme QI team", 0),
    ("meeting-opening", "supervision", "Network meetings begin with the groupings", "daily-use",
     4, 1, "adopted", "local", "Network meeting chairs", 1),
    ("supervision-template", "supervision", "The groupings in the supervision template", "daily-use",
     3, 2, "testing", "local", "Clinical lead", 1),
    ("induction", "training", "The groupings in the induction of new staff", "turnover",
     4, 2, "testing", "local", "Workforce lead", 0),
    ("joint-training", "training", "Training together with schools", "relationships",
     4, 4, "planned", "ICS", "Education lead", 2),
    ("offer-list", "directory", "A list of who does what, renewed each term", "more-forums",
     5, 4, "testing", "ICS", "Commissioning manager", 2),
    ("waiting-room-card", "waiting-room", "A card about the Waiting Room at first contact", "families",
     3, 1, "adopted", "local", "Team managers", 7),
    ("lunch-forums", "attendance", "Shorter forums at lunchtime", "time",
     3, 2, "abandoned", "ICS", "Project manager", 4),
    ("working-group", "lead", "A working group with a named lead", "leadership",
     5, 3, "planned", "ICS", "Integrated care board", 4),
)  # fmt: skip

# Id, idea, plan, prediction, do, study, act, first week, weeks, position of its measure.
PDSA = (
    ("referral-form-1", "referral-form", "One team uses a form with the five names for four weeks",
     "Three of four forms will name a grouping", "One team took part; the form was changed once in the second week",
     "About half of the forms named a grouping; the list was too far down the page", "adapt", 11, 4, 1),
    ("referral-form-2", "referral-form", "The same team uses the form with the list at the top for four weeks",
     "Three of four forms will name a grouping", "Two teams took part",
     "Four of five forms named a grouping", "adopt", 17, 4, 1),
    ("meeting-opening-1", "meeting-opening", "Two network meetings begin with a round on the groupings",
     "The round takes ten minutes and saves later questions", "Both meetings did so",
     "It took five minutes; those present asked to keep it", "adopt", 12, 6, 1),
    ("offer-list-1", "offer-list", "One borough writes down what each sector offers on two pages",
     "Half of the services answer within three weeks", "A form was sent out and sent again once",
     "Fewer than half answered; nobody was named to renew the list", "adapt", 13, 5, 2),
    ("lunch-forums-1", "lunch-forums", "The third forum is an hour shorter and at lunchtime",
     "More people from schools and social care will come", "The third forum was held so",
     "No more people came, and the time was too short for group work", "abandon", 18, 1, 4),
    ("waiting-room-card-1", "waiting-room-card", "Three teams hand out a card at first contact for eight weeks",
     "Visits to the website go up by a tenth", "Three teams took part", "Visits went up by more than a tenth",
     "adopt", 13, 8, 7),
    ("induction-1", "induction", "Two services add a page on the groupings to their induction",
     "New staff can name the groupings after a month", "", "", "", 58, 0, 0),
)  # fmt: skip

# Id, title, owner, week due, status, week done.
PLAN = (
    ("survey-questions", "Agree the questions of the survey", "QI forum members", -1, "done", -1),
    ("survey-1", "Send out the baseline survey", "Programme QI team", 0, "done", 0),
    ("baseline-shared", "Share the baseline results in the second forum", "Programme QI team", 10, "done", 10),
    ("ideas-chosen", "Choose the change ideas to try first", "QI forum members", 12, "done", 13),
    ("senior-support", "Present the project to the senior leads", "QI forum members", 26, "done", 28),
    ("survey-2", "Send out the second survey", "Programme QI team", 30, "done", 30),
    ("lead-named", "Name a lead within the system", "Integrated care board", 40, "open", None),
    ("working-group-start", "Hold the first meeting of the working group", "Integrated care board", 52, "open", None),
    ("training-plan", "Plan more QI training for all sectors", "Workforce lead", 60, "open", None),
    ("fourth-forum", "Hold a fourth forum in the summer", "Project manager", 22, "dropped", None),
    ("survey-3", "Send out the third survey", "Programme QI team", 61, "done", 61),
    ("offer-list-renewed", "Renew the list of what is offered", "Commissioning manager", 78, "open", None),
)  # fmt: skip

# Id, name, kind, description.
THEMES = (
    ("time", "Too little time", "barrier", "Workload, full agendas, competing demands"),
    ("own-words", "Each agency has its own words", "barrier", "Acronyms and terms that others must translate"),
    ("turnover", "Staff come and go", "barrier", "New colleagues start from nothing"),
    ("forms", "Forms and records do not ask for it", "barrier", "Nowhere to write a grouping down"),
    ("thresholds", "How it fits with thresholds is unclear", "barrier", "Beside the thresholds of others"),
    ("examples", "Too few examples", "barrier", "Examples from the own field are missing"),
    ("leadership", "Nobody leads it within the system", "barrier", "No named lead or senior support"),
    ("daily-use", "It has become part of daily work", "success", "Meetings, supervision, posters, templates"),
    ("families", "Families understand better", "success", "Plans and offers are clearer to families"),
    ("relationships", "Services work together better", "success", "Trust, shared training, easier conversations"),
    ("materials", "Short materials", "suggestion", "Guides, videos, case examples"),
    ("more-forums", "More meetings across services", "suggestion", "Forums, and a list of who does what"),
    ("shared-forms", "The same words on every form", "suggestion", "Referral forms and records across services"),
    ("refreshers", "Training that comes back", "suggestion", "Refreshers, and training for new staff"),
)  # fmt: skip

# The theme of each sentence that the synthetic comments are made of, by question.
THEMES_OF_COMMENTS = (
    ("time", "own-words", "turnover", "forms", "thresholds", "time", "examples"),
    ("daily-use", "families", "relationships", "daily-use", "relationships", "daily-use"),
    ("materials", "materials", "more-forums", "shared-forms", "refreshers", "materials"),
)
IMPACTS = {"time": 3, "turnover": 3, "own-words": 2, "forms": 2, "leadership": 3, "families": 3, "relationships": 3}
