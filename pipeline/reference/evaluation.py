"""The whole of evaluation.yml, checked on load; a mistake gets one line with its place and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError, model_validator

from pipeline.ground.errors import SettingsError, UnknownNameError
from pipeline.reference.base import PlacedError, PlainText, Settings, Slug
from pipeline.reference.checklists import Reporting
from pipeline.reference.improvement import Improvement, check_improvement
from pipeline.reference.instrument import DEFAULT, Comment, Item, Question, Questions, Scale, check_distinct
from pipeline.reference.labels import did_you_mean, listed
from pipeline.reference.mistakes import check_filled_in, in_words, without_consequences
from pipeline.reference.places import Area, Category, Noun, Sector, WholeArea
from pipeline.reference.waves import DataFile, Wave
from pipeline.reference.yaml_places import read_yaml_with_places

# What real answers need at the least: no result for fewer people, and so many values for whatever is hidden.
SAFE_BASE, SAFE_VALUES = 10, 4
_Named = TypeVar("_Named", Wave, Area, Item)


class Roles(Settings):
    """Who stands behind the evaluation, by post or organisation, never by a person's name."""

    commissioner: PlainText
    analyst: PlainText
    assurer: PlainText
    approver: PlainText


class Disclosure(Settings):
    """What may be shown, decided by somebody on some day, before answers arrive.

    No result for fewer people than the minimum base; whatever is hidden keeps at least `least_values` possible values.
    `event_presence`: whether pages say that somebody, or nobody, came to an event from an area or a sector.
    """

    policy: Slug = "standard"
    minimum_base: int = Field(default=SAFE_BASE, ge=1)
    least_values: int = Field(default=SAFE_VALUES, ge=1)
    event_presence: bool = True
    decided_by: PlainText = "nobody named"
    decided_on: date | None = None


class Linking(Settings):
    """How people are recognised across waves; `one_part_off`: also where one part of the code differs."""

    one_part_off: bool = True


class Pooling(Settings):
    """How areas are pooled; `prior_scale`: of the half-normal prior on the SD between their changes, in log-odds."""

    prior_scale: float = Field(default=0.5, gt=0, le=5)


class Models(Settings):
    """Settings of the statistics."""

    conf_level: float = Field(default=0.95, gt=0.5, lt=1)
    linking: Linking = Linking()
    pooling: Pooling = Pooling()


class Contact(Settings):
    """Where a reader can turn, and what the two notices must name."""

    organisation: PlainText
    email: PlainText | None = None
    data_protection: PlainText
    lawful_basis: PlainText
    retention: PlainText


class Evaluation(Improvement):
    """An evaluation: what is asked, of whom, when, where, and how it may be shown."""

    title: PlainText
    version: PlainText
    about: PlainText
    recruitment: PlainText = "How people were asked to take part is not stated."
    # Whose voices the survey does not hold, in a sentence that the limits of each page repeat.
    not_asked: PlainText | None = None
    # What reporting checklists ask and no figure tells.
    reporting: Reporting = Reporting()
    roles: Roles
    contact: Contact
    area_noun: Noun = Noun(singular="area", plural="areas")
    whole_area: WholeArea
    areas: tuple[Area, ...] = ()
    sectors: tuple[Sector, ...] = ()
    respondent_roles: tuple[Category, ...] = ()
    waves: tuple[Wave, ...] = Field(min_length=1)
    scales: dict[PlainText, Scale]
    questions: Questions = Questions()
    items: tuple[Item, ...] = Field(min_length=1)
    comments: tuple[Comment, ...] = ()
    # What the free answers about area, sector and role mean: a CSV file with the columns question, answer and means.
    answer_mapping: DataFile | None = None
    # The register of approved quotes: a CSV file below data/raw/registers.
    quotes: DataFile | None = None
    disclosure: Disclosure = Disclosure()
    models: Models = Models()

    @model_validator(mode="after")
    def _names_agree(self) -> Evaluation:
        places = (self.whole_area, *self.areas)
        for what, ids in {
            "areas": [area.id for area in places],
            "sectors": [sector.id for sector in self.sectors],
            "waves": [wave.id for wave in self.waves],
            "items": [*(item.id for item in self.items), *(comment.id for comment in self.comments)],
        }.items():
            twice = sorted({name for name in ids if ids.count(name) > 1})
            if twice:
                raise PlacedError(f"the id {listed(twice)} is given twice; each needs its own", what)
        for what, categories in {
            "areas": places,
            "sectors": self.sectors,
            "respondent_roles": self.respondent_roles,
        }.items():
            _check_placed(tuple(label for one in categories for label in (one.name, *one.synonyms)), what)
        self._check_scales()
        if self.areas and not self.questions.area:
            message = "areas are listed, but no question says who works in which; give it as `area` or list no areas"
            raise PlacedError(message, "questions")
        for name, asked, listed_there in (
            ("area", self.questions.area, self.areas),
            ("role", self.questions.role, self.respondent_roles),
            ("sector", self.questions.sector, self.sectors),
        ):
            if asked and not listed_there:
                raise PlacedError(f"the {name} is asked for, but none is listed to choose from", "questions", name)
        for number, item in enumerate(self.items):
            others = [other.id for other in self.items if other is not item]
            if item.before and item.before not in others:
                message = f"'{item.before}' is not another item of this file{did_you_mean(item.before, others)}"
                raise PlacedError(message, "items", number, "before")
            if item.before:
                self._check_before(item, number)
        self._check_wordings()
        self._check_sectors()
        self._check_disclosure()
        check_improvement(self, self.items, self.scales, self.waves)
        return self

    def _check_sectors(self) -> None:
        if self.sectors and all(sector.health for sector in self.sectors):
            message = (
                "every sector is said to be of health, so that their share tells nothing; expected one that is not"
            )
            raise PlacedError(message, "sectors")

    def _check_disclosure(self) -> None:
        """Check that real answers are protected as well as can be promised; invented ones may be shown more openly."""
        real = [wave.id for wave in self.waves if wave.data == "real"]
        for name, least in (("minimum_base", SAFE_BASE), ("least_values", SAFE_VALUES)):
            found = getattr(self.disclosure, name)
            if real and found < least:
                message = f"{found} is too few for real answers, which {real[0]} holds; expected {least} or more"
                raise PlacedError(message, "disclosure", name)

    def _check_scales(self) -> None:
        """Check that every item has a scale in every wave, and that on it the favourable answers are the best ones."""
        known = [wave.id for wave in self.waves]
        for number, item in enumerate(self.items):
            for wave_id, name in item.scale.items():
                if wave_id not in (DEFAULT, *known):
                    hint = did_you_mean(wave_id, known)
                    message = f"a scale is for '{wave_id}', which is not a wave of this file{hint}"
                    raise PlacedError(message, "items", number, "scale", wave_id)
                if name not in self.scales:
                    message = f"'{name}' is not a scale of this file{did_you_mean(name, self.scales)}"
                    raise PlacedError(message, "items", number, "scale")
                scale = self.scales[name].turned_round() if item.reversed else self.scales[name]
                if not scale.best_is_favourable:
                    raise PlacedError(_say_not_best(item, name), "items", number, "scale")

    def _check_before(self, item: Item, number: int) -> None:
        """Check that an item and the one about before are answered on the same levels, and only one deep."""
        before = self.item(item.before or "")
        if before.before:
            message = f"'{before.id}' has a `before` of its own; only two questions make a pair"
            raise PlacedError(message, "items", number, "before")
        for wave in self.waves:
            now_scale, before_scale = (self.scale_of(one.id, wave.id) for one in (item, before))
            if now_scale.levels != before_scale.levels or now_scale.favourable_levels != before_scale.favourable_levels:
                message = f"'{item.id}' and '{before.id}' have different scales in {wave.id}; give both the same"
                raise PlacedError(message, "items", number, "before")

    def _check_wordings(self) -> None:
        known = [wave.id for wave in self.waves]
        for what, questions in {
            "items": self.items,
            "comments": self.comments,
            "questions": self._about_people(),
        }.items():
            for number, question in enumerate(questions):
                for wave_id in sorted(set(question.wording) - {DEFAULT, *known}):
                    message = (
                        f"a wording is for '{wave_id}', which is not a wave of this file{did_you_mean(wave_id, known)}"
                    )
                    place = (what, number, "wording", wave_id) if what != "questions" else (what,)
                    raise PlacedError(message, *place)
        for wave_id in known:
            _check_placed(tuple(question.column_in(wave_id) for question in self.all_questions()), "items")

    def _about_people(self) -> tuple[Question, ...]:
        asked = (self.questions.area, self.questions.sector, self.questions.role, *self.questions.code)
        return tuple(question for question in asked if question is not None)

    def all_questions(self) -> tuple[Question, ...]:
        """Return every question of the form."""
        return (*self._about_people(), *self.items, *self.comments)

    def wave(self, wave_id: str) -> Wave:
        """Return the wave of that id; raises UnknownNameError."""
        return _find(wave_id, self.waves, "wave")

    def area(self, area_id: str) -> Area:
        """Return the area, or the whole area, of that id; raises UnknownNameError."""
        return _find(area_id, (*self.areas, self.whole_area), self.area_noun.singular)

    def item(self, item_id: str) -> Item:
        """Return the item of that id; raises UnknownNameError."""
        return _find(item_id, self.items, "item")

    def scale_asked(self, item_id: str, wave_id: str | None = None) -> Scale:
        """Return the scale on which an item is answered in a wave, its levels in the order of the form."""
        return self.scales[self.item(item_id).scale_in(wave_id)]

    def scale_of(self, item_id: str, wave_id: str | None = None) -> Scale:
        """Return the scale on which an item is answered in a wave, worst level first: turned round if reversed."""
        scale = self.scale_asked(item_id, wave_id)
        return scale.turned_round() if self.item(item_id).reversed else scale

    @property
    def items_about_before(self) -> frozenset[str]:
        """The ids of the items that ask, looking back, how another one was before."""
        return frozenset(item.before for item in self.items if item.before)

    def baseline_for(self, wave_id: str) -> Wave | None:
        """Return the first wave, to compare with, or None when the wave asked for is the first itself.

        Raises SettingsError when one is synthetic and the other real: the two never mix in a report.
        """
        until = self.waves_until(wave_id)
        return until[0] if len(until) > 1 else None

    def waves_until(self, wave_id: str) -> tuple[Wave, ...]:
        """Return the waves from the first to the one asked for.

        Raises SettingsError when some are synthetic and others real: the two never mix in a report.
        """
        asked = self.wave(wave_id)
        until = self.waves[: self.waves.index(asked) + 1]
        other = next((wave for wave in until if wave.data != asked.data), None)
        if other:
            raise SettingsError(
                f"evaluation.yml: {asked.id} holds {asked.data} data and {other.id} {other.data} data; "
                "the two never mix in one report, so give both the same kind."
            )
        return until


def _say_not_best(item: Item, scale: str) -> str:
    if item.reversed:
        return (
            f"'{item.id}' is reversed (its lowest answer is the best), but the favourable labels of '{scale}' are not "
            "its lowest ones; give the item a scale of its own whose `favourable` are the first labels"
        )
    return (
        f"the favourable labels of '{scale}' are not its highest ones; list `levels` from worst to best, or say "
        f"`reversed: true` for '{item.id}' if its lowest answers are the best"
    )


def _find(asked: str, among: Iterable[_Named], what: str) -> _Named:
    known = {one.id: one for one in among}
    if asked not in known:
        raise UnknownNameError(
            f"evaluation.yml has no {what} '{asked}'{did_you_mean(asked, known) or '.'} It has {listed(known)}."
        )
    return known[asked]


def _check_placed(labels: tuple[str, ...], *place: str) -> None:
    try:
        check_distinct(labels)
    except ValueError as error:
        raise PlacedError(str(error), *place) from None


def load_evaluation(path: Path) -> Evaluation:
    """Return the checked content of evaluation.yml.

    Raises SettingsError with one line a mistake: the line of the file, the place, what was found, what is expected.
    """
    content, places = read_yaml_with_places(path)
    check_filled_in(content, places, path.name)
    if not isinstance(content, dict):
        raise SettingsError(
            f"{path.name} is empty; it must hold the evaluation's title, areas, waves, items and so on."
        )
    try:
        return Evaluation.model_validate(content)
    except ValidationError as error:
        lines = [
            in_words(detail, places, path.name, Evaluation)
            for detail in without_consequences(error.errors(), Evaluation)
        ]
        raise SettingsError("\n".join(dict.fromkeys(lines))) from None
