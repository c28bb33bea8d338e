"""YAML read strictly, with the line of every value kept, so that a mistake can be told with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pipeline.ground.errors import SettingsError

Place = tuple[str | int, ...]


class _TextScalars(yaml.SafeLoader):
    """A loader that gives dates and `yes`/`no` as the text that was written."""


# YAML 1.1 turns `no` into False, and pydantic parses dates from text with a better message than YAML's.
_TextScalars.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in ("timestamp", "bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml_with_places(path: Path) -> tuple[Any, dict[Place, int]]:
    """Return the content of a YAML file and the line (from 1) of each value by its place.

    Raises SettingsError for a file that is missing, not UTF-8, not YAML, or gives a key twice.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(f"{path.name} is missing; it says what the evaluation is and must stand here.") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path.name}, line {line}: a character is not UTF-8; save the file as UTF-8.") from None
    loader = _loader(text, path.name)
    try:
        node = loader.get_single_node()
        places: dict[Place, int] = {}
        if node is not None:
            _note_places(node, (), places, path.name)
        content = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError(f"{path.name}, line {line}: this is not YAML: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path.name}: this is not YAML: {error}.") from None
    finally:
        loader.dispose()
    return content, places


def _loader(text: str, name: str) -> _TextScalars:
    try:
        return _TextScalars(text)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise SettingsError(
            f"{name}, line {line}: the character U+{ord(text[error.position]):04X} cannot stand in YAML; remove it."
        ) from None


def _note_places(node: yaml.Node, place: Place, places: dict[Place, int], name: str) -> None:
    places[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise SettingsError(f"{name}, line {key.start_mark.line + 1}: '{key.value}' is given twice; keep one.")
            seen.add(key.value)
            _note_places(value, (*place, key.value), places, name)
            places[(*place, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _note_places(value, (*place, number), places, name)
