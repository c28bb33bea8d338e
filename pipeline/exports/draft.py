"""A draft of evaluation.yml for a file that has been looked at: what is sure is filled in, the rest is marked CHECK."""

from __future__ import annotations

import re

import yaml

from pipeline.exports.inspection import FoundQuestion, Inspection
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import nearest, normal_form

CHECK = "CHECK"
_WORDS_OF_AN_ID = 4
# Words of nearly every question, which tell nothing about one of them.
_COMMON_WORDS = frozenset(
    {
        "about", "agree", "all", "and", "any", "are", "best", "can", "could", "current", "currently", "describe",
        "did", "do", "does", "extent", "feel", "following", "for", "from", "had", "has", "have", "how", "into", "is",
        "most", "much", "not", "now", "often", "our", "overall", "please", "rate", "say", "statement", "tell", "that",
        "the", "their", "them", "these", "they", "think", "this", "those", "was", "well", "were", "what", "when",
        "where", "which", "who", "will", "with", "would", "you", "your",
    }
)  # fmt: skip


def describe(inspection: Inspection) -> str:
    """Return what a file holds, in lines for a person."""
    kind = "workbook" if inspection.first_rows.is_workbook else f"text ({inspection.first_rows.encoding})"
    platforms = " or ".join(inspection.platforms) or "no platform that is known (declare `platform: plain`)"
    lines = [f"{inspection.shown}: {kind}, made by {platforms}."]
    if inspection.why_unread:
        return "\n".join([*lines, f"It cannot be read yet: {inspection.why_unread}"])
    sent = f", from {inspection.days[0]} to {inspection.days[1]}" if inspection.days else ""
    lines.append(f"{inspection.rows} submissions{sent}, {len(inspection.questions)} questions.")
    if inspection.dropped:
        lines.append(f"Personal columns, dropped on reading: {', '.join(inspection.dropped)}.")
    for question in inspection.questions:
        name = question.name if question.name == question.text else f"{question.name}: {question.text}"
        lines.append(f"  {question.kind:<7}{question.answered:>6} answered  {_shortened(name)}")
        if question.labels:
            order = "" if question.order_known or question.kind != "scale" else "  (check the order)"
            between = " to " if question.kind == "date" else " | "
            lines.append(f"{'':17}{between.join(_shortened(label, 40) for label in question.labels)}{order}")
        if question.off_scale:
            lines.append(f"{'':17}beside the scale: {' | '.join(question.off_scale)}")
    return "\n".join(lines)


def draft_wave(inspection: Inspection, *, wave_id: str, file: str, kind: str) -> str:
    """Return the entry of a new wave for the list `waves` of evaluation.yml, indented as there."""
    source: dict[str, str] = {"file": file, "platform": _platform(inspection)}
    if source["platform"] == "plain":
        dated = " or ".join(question.name for question in inspection.questions if question.kind == "date")
        source["submitted"] = f"{CHECK}: {dated or 'the column with the date'}, or leave this line out"
    if not inspection.first_rows.is_workbook:
        source["dates"] = f"{CHECK}: how its dates are written, such as %d/%m/%Y %H:%M:%S"
        if inspection.first_rows.encoding not in ("utf-8", "utf-8-sig"):
            source["encoding"] = inspection.first_rows.encoding
        if inspection.first_rows.delimiter != ",":
            source["delimiter"] = "tab" if inspection.first_rows.delimiter == "\t" else inspection.first_rows.delimiter
    source["other_columns"] = f"{CHECK}: ignore, or leave this line out"
    entry = {
        "id": wave_id,
        "label": f"{CHECK}: its name on the page",
        "data": kind,
        "fieldwork": dict(zip(("start", "end"), _ends(inspection), strict=True)),
        "sources": [source],
    }
    return indented(_as_yaml([entry]), 2)


def _ends(inspection: Inspection) -> tuple[str, str]:
    """Return what to put for the first and the last day of fieldwork."""
    dates = [question.labels for question in inspection.questions if question.kind == "date" and question.labels]
    seen = [tuple(map(str, inspection.days)), *dates] if inspection.days else dates
    first, last = (f" (in the file: {day})" for day in seen[0]) if seen else ("", "")
    return f"{CHECK}: first day{first}", f"{CHECK}: last day{last}"


def draft_survey(inspection: Inspection) -> str:
    """Return scales, items and comments for a new survey, as text to paste into evaluation.yml."""
    scaled = [question for question in inspection.questions if question.kind == "scale"]
    name_by_labels: dict[frozenset[str], str] = {}
    scales: dict[str, dict[str, object]] = {}
    fullest: dict[str, FoundQuestion] = {}
    off_scale_by_name: dict[str, tuple[str, ...]] = {}
    items: list[dict[str, str]] = []
    taken: set[str] = set()
    for question in scaled:
        form = frozenset(map(normal_form, question.labels))
        # A question on which nobody chose one of the answers is on the same scale as its fuller siblings.
        known = next((name for labels, name in name_by_labels.items() if form <= labels or labels <= form), None)
        name = known or f"scale-{len(scales) + 1}"
        off_scale = dict.fromkeys((*off_scale_by_name.get(name, ()), *question.off_scale))
        off_scale_by_name[name] = tuple({normal_form(label): label for label in off_scale}.values())
        if known is None or len(form) > len(fullest[name].labels):
            fullest[name] = question
        scales[name] = _draft_scale(fullest[name], off_scale_by_name[name])
        name_by_labels[form] = name
        items.append(_draft_item(question, name, taken))
    comments = [
        {"id": _as_id(question.text, taken), "short_name": _shortened(question.text, 40), **_asked(question)}
        for question in inspection.questions
        if question.kind == "text"
    ]
    others = [question for question in inspection.questions if question.kind in ("choice", "ticks")]
    lines = [
        f"# {CHECK}: one of these may say where people work (questions: area), their sector or their role. One that is"
    ]
    lines += ["# answered on a scale after all can be an item too: write its labels, worst first, under scales."]
    lines += [f"#   {_shortened(question.text, 100)}: {' | '.join(question.labels)[:200]}" for question in others]
    lines += _not_answers(inspection)
    return "\n".join(lines) + "\n" + _as_yaml({"scales": scales, "items": items, "comments": comments})


def _not_answers(inspection: Inspection) -> list[str]:
    """Return what to say of columns that look like self-made codes, or like dates."""
    codes = [question for question in inspection.questions if question.kind == "code"]
    dates = [question.name for question in inspection.questions if question.kind == "date"]
    lines = []
    if codes:
        parts = _as_yaml({"questions": {"code": [_asked(question) for question in codes]}})
        lines += [
            f"# {CHECK}: these look like codes. Where people made them up themselves, so that they are known again in"
        ]
        lines += ["# another wave, give their parts, in order, as below; else list them under `ignore` of the source."]
        lines += [f"#   {line}" for line in parts.splitlines()]
    if dates:
        lines += [
            f"# {CHECK}: dates, which are no answers; list them under `ignore` of the source, but for the one that is"
        ]
        lines += [f"# its `submitted`: {', '.join(dates)}"]
    return lines


def differences(inspection: Inspection, evaluation: Evaluation, wave_id: str) -> list[str]:
    """Return, in sentences, the questions that evaluation.yml asks and the file lacks, and the other way round."""
    columns = {
        normal_form(text): question.name for question in inspection.questions for text in (question.name, question.text)
    }
    asked = [question.column_in(wave_id) for question in evaluation.all_questions()]
    missing = [text for text in asked if normal_form(text) not in columns]
    known = {normal_form(text) for text in asked}
    others = [
        question
        for question in inspection.questions
        if normal_form(question.name) not in known and normal_form(question.text) not in known
    ]
    sentences = []
    for text in missing:
        near = nearest(text, [question.text for question in others])
        hint = f" Perhaps it is now: {_shortened(near, 160)}" if near else ""
        sentences.append(f"Not in the file: {_shortened(text, 160)}{hint}")
    sentences += [f"In the file alone: {_shortened(question.text, 160)}" for question in others]
    return sentences


def indented(text: str, by: int) -> str:
    """Return text with every line moved to the right."""
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


def _draft_scale(question: FoundQuestion, off_scale: tuple[str, ...]) -> dict[str, object]:
    scale: dict[str, object] = {"levels": list(question.labels)}
    if not question.order_known:
        scale["levels"] = [f"{CHECK}: put these in order, lowest first", *question.labels]
    best = list(question.labels[-2:] if len(question.labels) > 3 else question.labels[-1:])
    scale |= {"favourable": best, "favourable_phrase": f"{CHECK}: such as {' or '.join(best).lower()}"}
    if off_scale:
        scale["off_scale"] = list(off_scale)
    return scale


def _draft_item(question: FoundQuestion, scale: str, taken: set[str]) -> dict[str, str]:
    short = _shortened(question.text, 40)
    return {
        "id": _as_id(question.text, taken),
        "measure": short,
        "short_name": short,
        "scale": scale,
        **_asked(question),
    }


def _asked(question: FoundQuestion) -> dict[str, str]:
    return {"wording": question.text} | ({"column": question.name} if question.name != question.text else {})


def _platform(inspection: Inspection) -> str:
    if len(inspection.platforms) == 1:
        return inspection.platforms[0]
    return f"{CHECK}: one of {', '.join(inspection.platforms)}" if inspection.platforms else "plain"


def _as_id(text: str, taken: set[str]) -> str:
    """Return an id made of the words that matter in a question, and add it to those taken."""
    words = re.findall(r"[a-z0-9]+", normal_form(text))
    meaning = [word for word in words if len(word) > 2 and word not in _COMMON_WORDS] or words or ["question"]
    slug = "-".join(meaning[:_WORDS_OF_AN_ID])[:40].strip("-")
    slug = slug if slug[:1].isalpha() else f"q-{slug}"[:40].strip("-")
    number = 1
    while (numbered := slug if number == 1 else f"{slug[:36].strip('-')}-{number}") in taken:
        number += 1
    taken.add(numbered)
    return numbered


def _as_yaml(content: object) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _shortened(text: str, longest: int = 90) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def unchecked(text: str) -> list[int]:
    """Return the lines of a draft, from 1, that a person has still to fill in."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if CHECK in line]
