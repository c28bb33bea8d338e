"""Words by which a pre-check sees people: common first names in England, and what people in this work are called."""

from __future__ import annotations

import re

# Those that are everyday words as well (Will, Grace, Mark, May) would mark too much and are left out.
_NAMES = """
aaliyah abdul abdullah adam adele ahmed aisha alan albert alex alexander ali alice alison aliyah amanda amelia amina
amy andrea andrew angela anita anjali ann anna anne annie anthony antonio arjun arthur ayesha barbara ben benjamin
beth bethany brian bridget bruce camilla caroline catherine cathy charles charlotte cheryl chidi chinedu chloe chris
christine christopher claire clare colin craig daniel darren david debbie deborah deepak diana diane donna dorothy
edward elaine eleanor elena elizabeth ella emily emma eric esther ethan eva evelyn fatima fatma fiona florence frances
francesca fred gareth gary gemma geoffrey george georgina gillian gloria graham hannah harriet harry hassan hazel
heather helen henry hilary hussain ian ibrahim imran isabella isla jack jackie jacob jacqueline james jamie jane janet
janice jasmine jason jean jennifer jenny jessica joan joanna joanne john jonathan jordan joseph joshua joyce judith
julia julie karen kate katherine kathleen katie keith kelly kenneth kevin khadija kim kirsty kwame laura lauren
lawrence leah leanne leo lesley liam linda lisa liz louise lucy luke lynn maggie malcolm margaret maria marie marion
martin mary maryam matthew megan mehmet melanie michael michelle mohamed mohammad mohammed molly monica muhammad
mustafa nadia nancy naomi natalie natasha neil ngozi niamh nicholas nicola nigel noah oliver olivia olu oluwaseun omar
pamela patricia patrick paul paula pauline peter philip phoebe poppy priya rachel raj rajesh ravi rebecca richard
robert robin roger ruth ryan sally sam samantha samuel sandra sara sarah sean sharon sheila shirley sian simon siobhan
sophia sophie stephanie stephen steve steven stuart sunita susan suzanne tanya tara teresa theresa thomas tim timothy
tina tom tony tracey tracy valerie vanessa veronica victoria vincent vivian wendy william yasmin yusuf yvonne zainab
zara zoe
"""
FIRST_NAMES = re.compile(rf"\b(?:{'|'.join(_NAMES.split())})\b", re.IGNORECASE)

ROLES = (
    "psychologist", "psychiatrist", "psychotherapist", "therapist", "nurse", "midwife", "paediatrician", "consultant",
    "registrar", "doctor", "clinician", "gp", "practitioner", "counsellor", "teacher", "headteacher", "governor",
    "senco", "assistant", "pastoral", "safeguarding", "social worker", "youth worker", "support worker", "worker",
    "health visitor", "visitor", "manager", "coordinator", "co-ordinator", "commissioner", "officer", "administrator",
    "analyst", "adviser", "advisor", "professional", "colleague", "man", "woman", "male", "female", "person",
    "volunteer", "trustee", "trainee", "apprentice", "specialist", "team leader",
)  # fmt: skip

# Words that a post or a body may be called by, beside those of the roles.
_POSTS = """
adviser advisor analyst approver assurer board borough chair child clinical commissioning committee council deputy
director education forum group head hub improvement lead leads leadership member members network nobody none office
officer panel partner partners partnership physician planning programme project public quality representative
representatives school senior service services social sponsor staff steering strategy system task team training
transformation vacant voluntary working young youth
"""
OF_POSTS = frozenset([*_POSTS.split(), *(word for role in ROLES for word in role.split())])
