"""Which quotes may be published: each row of the register is held against every rule, and refused with a sentence."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pipeline.data.quotes import Quote, hash_text
from pipeline.disclosure.precheck import Precheck
from pipeline.disclosure.published import QUOTE_COLUMNS, SHOWN, SUPPRESSED, Published
from pipeline.exports.grid import quoted
from pipeline.ground.errors import QuotesError
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import did_you_mean, listed, normal_form
from pipeline.reference.waves import SYNTHETIC_PREFIX, Wave

_SHA256 = re.compile(r"[0-9a-f]{64}")
# Control and format characters (among them those that turn the direction of writing), line breaks and what has no
# meaning in Unicode: none can be seen, so nobody can approve it.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True)
class Verdict:
    """A row of the register with what stands against it, one sentence each; it is approved where nothing does."""

    quote: Quote
    refusals: tuple[str, ...]


def shown_ids(published: Published, evaluation: Evaluation, wave_id: str) -> frozenset[str]:
    """Return the ids of the areas, and of the sectors of the whole area, whose people are shown in a wave."""
    areas, sectors = published.respondents_by_area_wave, published.respondents_by_sector_area_wave
    sectors = sectors[sectors["area"] == evaluation.whole_area.id]
    shown = [table[(table["wave"] == wave_id) & (table["status"] == SHOWN)] for table in (areas, sectors)]
    return frozenset(shown[0]["area"]) | frozenset(shown[1]["sector"])


def judge_quotes(
    quotes: Sequence[Quote],
    evaluation: Evaluation,
    *,
    today: dt.date,
    shown: Mapping[str, frozenset[str]] | None = None,
    originals: Mapping[str, frozenset[tuple[str, str]]] | None = None,
) -> list[Verdict]:
    """Return a verdict on every row of a register.

    `shown` are the ids of areas and sectors that the published tables show, and `originals` the question and the hash
    of every comment, both by wave; quotes of waves that they do not name are not held against them.
    """
    register = _Register(quotes, evaluation, today, shown or {}, originals or {})
    return [
        Verdict(quote, tuple(f"{quote.place}: {found}" for rule in _RULES if (found := rule(quote, register))))
        for quote in quotes
    ]


def protect_quotes(
    quotes: Sequence[Quote], evaluation: Evaluation, wave_id: str, *, today: dt.date, shown: frozenset[str] | None
) -> pd.DataFrame:
    """Return the approved quotes of a wave as they may be shown: wave, question, text and shown_as.

    `shown` are the areas and sectors that a quote may be shown as; None: every quote is that of a professional.
    They stand in the order of the form's questions and of the register. Raises QuotesError, a line for each mistake,
    while the register holds a row that is refused.
    """
    verdicts = judge_quotes(quotes, evaluation, today=today, shown=None if shown is None else {wave_id: shown})
    check_verdicts(verdicts)
    order = [comment.id for comment in evaluation.comments]
    of_wave = sorted((one for one in quotes if one.wave == wave_id), key=lambda one: order.index(one.question))
    # What is printed is, byte for byte, what was hashed.
    rows = [
        [quote.wave, quote.question, unicodedata.normalize("NFC", quote.text), "" if shown is None else quote.shown_as]
        for quote in of_wave
    ]
    return pd.DataFrame(rows, columns=QUOTE_COLUMNS, dtype="str")


def check_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Raise QuotesError, a line for each mistake, where a row is refused."""
    refusals = [sentence for verdict in verdicts for sentence in verdict.refusals]
    if refusals:
        raise QuotesError("\n".join(refusals))


class _Register:
    """All that a rule may look at beside the row itself."""

    def __init__(
        self,
        quotes: Sequence[Quote],
        evaluation: Evaluation,
        today: dt.date,
        shown: Mapping[str, frozenset[str]],
        originals: Mapping[str, frozenset[tuple[str, str]]],
    ) -> None:
        self.evaluation, self.today, self.shown, self.originals = evaluation, today, shown, originals
        self.places_by_text = _places_by(quotes, lambda quote: normal_form(quote.text))
        self.places_by_original = _places_by(quotes, lambda quote: quote.original_sha256.lower())

    @cached_property
    def precheck(self) -> Precheck:
        return Precheck(self.evaluation)

    def wave(self, quote: Quote) -> Wave | None:
        return next((wave for wave in self.evaluation.waves if wave.id == quote.wave), None)


def _places_by(quotes: Sequence[Quote], key: Callable[[Quote], str]) -> dict[str, str]:
    """Return where each key stands first, for those that stand more than once."""
    counts = Counter(key(quote) for quote in quotes)
    return {key(quote): quote.place for quote in reversed(quotes) if counts[key(quote)] > 1}


def _wave_is_known(quote: Quote, register: _Register) -> str | None:
    ids = [wave.id for wave in register.evaluation.waves]
    near = did_you_mean(quote.wave, ids) or "."
    return None if quote.wave in ids else f"{quoted(quote.wave)} is not a wave; expected {listed(ids)}{near}"


def _kind_of_data_agrees(quote: Quote, register: _Register) -> str | None:
    wave = register.wave(quote)
    name = quote.place.rpartition(",")[0].rpartition("/")[2]
    if wave is None or name.startswith(SYNTHETIC_PREFIX) == (wave.data == "synthetic"):
        return None
    return (
        f"{wave.id} holds {wave.data} data, but the register is named '{name}'; expected a name "
        f"{'with' if wave.data == 'synthetic' else 'without'} '{SYNTHETIC_PREFIX}' at its beginning."
    )


def _question_is_known(quote: Quote, register: _Register) -> str | None:
    ids = [comment.id for comment in register.evaluation.comments]
    near = did_you_mean(quote.question, ids) or "."
    is_known = quote.question in ids
    return None if is_known else f"{quoted(quote.question)} is not a question asked; expected {listed(ids)}{near}"


def _text_can_be_seen(quote: Quote, register: _Register) -> str | None:
    if not quote.text.strip():
        return "the text is blank; expected the exact words to print."
    unseen = next((one for one in quote.text if unicodedata.category(one) in _UNSEEN), None)
    if unseen is not None:
        return f"the text holds the unseen character U+{ord(unseen):04X}; expected one line that is seen as it is."
    return None


def _hash_is_of_text(quote: Quote, register: _Register) -> str | None:
    found = hash_text(quote.text)
    if quote.sha256 == found:
        return None
    return f"the sha256 is not that of the text, which is {found}; expected the very text that was approved."


def _original_is_named(quote: Quote, register: _Register) -> str | None:
    if not _SHA256.fullmatch(quote.original_sha256):
        return "original_sha256 is no SHA-256; expected that of the comment as written, from the worksheet."
    written = register.originals.get(quote.wave)
    if written is None or (quote.question, quote.original_sha256) in written:
        return None
    return f"original_sha256 is of no comment on '{quote.question}' in {quote.wave}; expected one of the worksheet's."


def _stands_once(quote: Quote, register: _Register) -> str | None:
    first = register.places_by_text.get(normal_form(quote.text), quote.place)
    return None if first == quote.place else f"the same quote stands in {first}; expected each once."


def _person_speaks_once(quote: Quote, register: _Register) -> str | None:
    first = register.places_by_original.get(quote.original_sha256.lower(), quote.place)
    if first == quote.place:
        return None
    return f"it is taken from the same comment as {first}; expected one quote of each comment."


def _consent_is_given(quote: Quote, register: _Register) -> str | None:
    return None if quote.consent == "yes" else f"consent is {quoted(quote.consent)}; expected 'yes'."


def _two_people_approve(quote: Quote, register: _Register) -> str | None:
    names = [_as_name(name) for name in (quote.approver_1, quote.approver_2)]
    if not all(names):
        return "an approver is blank; expected the names of two people."
    return "both approvers are the same person; expected two." if names[0] == names[1] else None


def _as_name(name: str) -> str:
    return "".join(one for one in normal_form(name) if one.isalnum())


def _day_fits(quote: Quote, register: _Register) -> str | None:
    wave = register.wave(quote)
    try:
        day = dt.date.fromisoformat(quote.approved_on)
    except ValueError:
        return f"approved_on is {quoted(quote.approved_on)}; expected a day such as '2023-11-20'."
    if day > register.today:
        return f"it was approved on {day}, which is still to come; expected a day up to today."
    if wave and day < wave.fieldwork.start:
        return f"it was approved on {day}, before the fieldwork of {wave.id} ({wave.fieldwork.start}); correct the day."
    return None


def _shown_as_one_thing(quote: Quote, register: _Register) -> str | None:
    areas = [area.id for area in register.evaluation.areas]
    sectors = [sector.id for sector in register.evaluation.sectors]
    noun = register.evaluation.area_noun.singular
    if quote.shown_as == "":
        return None
    named = set(re.split(r"[\s,;+/&|]+", quote.shown_as.strip()))
    if named & set(areas) and named & set(sectors):
        return f"shown_as names both a {noun} and a sector, {quoted(quote.shown_as)}; expected one of them, or nothing."
    if quote.shown_as not in (*areas, *sectors):
        near = did_you_mean(quote.shown_as, (*areas, *sectors)) or "."
        return f"shown_as is {quoted(quote.shown_as)}; expected nothing, or the id of a {noun} or a sector{near}"
    shown = register.shown.get(quote.wave)
    if shown is not None and quote.shown_as not in shown:
        return f"'{quote.shown_as}' is not shown in {quote.wave} ({SUPPRESSED}); leave shown_as blank."
    return None


def _marks_are_explained(quote: Quote, register: _Register) -> str | None:
    if quote.checked.strip():
        return None
    marks = register.precheck.mark(quote.text)
    found = ", ".join(dict.fromkeys(f"{quoted(mark.text)} ({mark.kind})" for mark in marks))
    return f"the pre-check marks {found}; say under 'checked' why it is safe, or leave it out." if marks else None


_RULES: tuple[Callable[[Quote, _Register], str | None], ...] = (
    _wave_is_known,
    _kind_of_data_agrees,
    _question_is_known,
    _text_can_be_seen,
    _hash_is_of_text,
    _original_is_named,
    _stands_once,
    _person_speaks_once,
    _consent_is_given,
    _two_people_approve,
    _day_fits,
    _shown_as_one_thing,
    _marks_are_explained,
)
