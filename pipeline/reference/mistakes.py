"""Mistakes in evaluation.yml told in the words of whoever writes it, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from pipeline.ground.characters import made_visible
from pipeline.ground.errors import SettingsError
from pipeline.reference.labels import did_you_mean, nearest
from pipeline.reference.yaml_places import Place

# A draft marks so what a person must fill in.
_CHECK = "CHECK:"
# pydantic's words for what a person who writes YAML would call otherwise.
_PLAINER = {
    "tuple_type": "expected a list, each entry on a line that begins with '-'",
    "model_type": "expected settings with names, such as 'wording: ...'",
    "dict_type": "expected settings with names, such as 'wording: ...'",
    "string_type": "expected text; put it in quotation marks",
}


def check_filled_in(content: Any, places: dict[Place, int], name: str) -> None:
    """Raise SettingsError, one line a place, where a draft's mark still stands."""
    unfinished = [place for place, value in _texts(content) if value.startswith(_CHECK)]
    if unfinished:
        raise SettingsError(
            "\n".join(
                f"{name}, line {places.get(place, 1)} ({_spoken(place)}): it still says '{_CHECK}'; fill it in."
                for place in unfinished
            )
        )


def without_consequences(details: Sequence[Any], model: type[BaseModel]) -> list[Any]:
    """Return the mistakes without those that only follow from another: one slip of the pen gets one line."""
    misspelt = {
        (detail["loc"][:-1], nearest(str(detail["loc"][-1]), _known_keys(detail["loc"][:-1], model)))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    below = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if not (detail["type"] == "missing" and (detail["loc"][:-1], detail["loc"][-1]) in misspelt)
        and not (detail["type"] == "too_short" and any(_is_below(place, detail["loc"]) for place in below))
    ]


def _is_below(place: Place, above: Place) -> bool:
    return len(place) > len(above) and place[: len(above)] == above


def in_words(detail: Any, places: dict[Place, int], name: str, model: type[BaseModel]) -> str:
    """Return one mistake that pydantic found in one line: file, line, place, what was found, what is expected."""
    return made_visible(_in_words(detail, places, name, model))


def _in_words(detail: Any, places: dict[Place, int], name: str, model: type[BaseModel]) -> str:
    mistake = detail.get("ctx", {}).get("error")
    place = (*detail["loc"], *getattr(mistake, "place", ()))
    known = place
    while known and known not in places:
        known = known[:-1]
    where = f"{name}, line {places.get(known, 1)}"
    spoken = _spoken(place)
    if detail["type"] == "missing":
        return f"{where}: '{place[-1]}' is missing; expected at {spoken}."
    if detail["type"] == "extra_forbidden":
        near = did_you_mean(str(place[-1]), _known_keys(place[:-1], model))
        return f"{where}: '{place[-1]}' is not a setting{near or ' here; remove it or correct its name.'}"
    message = _PLAINER.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
    return f"{where} ({spoken}): {message}{'' if message.endswith('?') else '.'}"


def _spoken(place: Place) -> str:
    return ", ".join(f"entry {part + 1}" if isinstance(part, int) else str(part) for part in place) or "the file"


def _texts(content: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield every text of the file with its place."""
    if isinstance(content, str):
        yield place, content
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, part in parts:
        yield from _texts(part, (*place, name))


def _known_keys(place: tuple[str | int, ...], whole: type[BaseModel]) -> list[str]:
    """Return the names of the settings that a place of the file may hold."""
    model: Any = whole
    for part in place:
        if (
            isinstance(part, str)
            and isinstance(model, type)
            and issubclass(model, BaseModel)
            and part in model.model_fields
        ):
            model = _model_within(model.model_fields[part].annotation)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type):
        return annotation
    return next(
        (found for part in getattr(annotation, "__args__", ()) if isinstance(found := _model_within(part), type)), None
    )
