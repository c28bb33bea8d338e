"""What has been worked out, in one plain sentence each."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.disclosure.attack import targets as of
from pipeline.disclosure.attack.survey import NO_AREA


@dataclass(frozen=True)
class Bounded:
    """A count that an attacker bounds; who knows a row is not counted in what he works out."""

    wave: str
    area: str
    item: str | None
    sector: str | None
    what: str
    low: int
    high: int
    attacker: str
    besides_one: bool = False

    @property
    def values(self) -> int:
        return self.high - self.low + 1


def sentence_for_bounded(bounded: Bounded) -> str:
    """Return what an attacker can work out, such as 'Anyone can work out that 3 to 4 people of Enfield ...'."""
    few, many = bounded.low, bounded.high
    number = str(few) if few == many else f"{few} to {many}"
    if bounded.what == of.MORE_PEOPLE:
        change = f"{_place(bounded)} has {number} more people in the later of {bounded.wave}"
        return f"{bounded.attacker} can work out that {change}."
    other = "other " if bounded.besides_one else ""
    people = "person" if few == many == 1 else "people"
    number = "no" if few == many == 0 else number
    return f"{bounded.attacker} can work out that {number} {other}{people} of {_place(bounded)} {_did(bounded)}."


def sentence_for_class(bounded: Bounded) -> str:
    """Return that a group has answered all alike: `bounded` is the answer that all gave, or the kind of it that none did."""
    of_whom = f"of {_place(bounded)} who answered '{bounded.item}' in {bounded.wave}"
    if bounded.what.startswith("level "):
        return f"{bounded.attacker} can work out that all people {of_whom} gave answer {bounded.what.split()[1]}."
    return f"{bounded.attacker} can work out that no people {of_whom} were {bounded.what}."


def _place(bounded: Bounded) -> str:
    area = "no area" if bounded.area == NO_AREA else bounded.area
    return f"{area} and sector '{bounded.sector}'" if bounded.sector else area


def _did(bounded: Bounded) -> str:
    wave, what, item = bounded.wave, bounded.what, bounded.item
    if what.startswith("level "):
        return f"in {wave} gave answer {what.split()[1]} to '{item}'"
    kind, _, rest = what.partition(" with " if what.startswith(of.NOT_LINKED) else " now")
    texts = {
        of.PEOPLE: f"took part in {wave}",
        of.ANSWERING: f"in {wave} answered '{item}'",
        of.FAVOURABLE: f"in {wave} answered favourably to '{item}'",
        of.NOT_FAVOURABLE: f"in {wave} answered, but not favourably, to '{item}'",
        of.LINKED: f"were recognised in {wave}",
        of.NOT_LINKED: f"in {wave} were not recognised in {rest}",
        of.PAIRS: f"in {wave} answered '{item}' and the question of before",
        f"{of.FAVOURABLE} before": f"in {wave} looked back on '{item}' as favourable before",
        f"{of.NOT_FAVOURABLE} before": f"in {wave} looked back on '{item}' as not favourable before",
        "favourable now": f"in {wave}, looking back, answered favourably now to '{item}'",
        "not favourable now": f"in {wave}, looking back, answered, but not favourably, now to '{item}'",
    }
    return texts.get(what) or texts[kind]
