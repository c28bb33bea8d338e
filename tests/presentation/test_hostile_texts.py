"""Hostile names, labels and wordings are refused when evaluation.yml is loaded, or stand on a page as mere text."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.disclosure.page_safety.files import find_unsafe
from pipeline.disclosure.published import Published
from pipeline.ground.errors import SettingsError
from pipeline.presentation.rendering import page_style
from pipeline.reference.evaluation import Evaluation, load_evaluation
from tests.conftest import TINY_SETTINGS
from tests.presentation.sites import make_site, pictures, spread

pytestmark = pytest.mark.slow

REFUSED = {
    "a script": "<script>alert(1)</script>",
    "a picture with an event": "<img src=x onerror=alert(1)>",
    "the end of a style": "</style><p>x</p>",
    "a comment": "<!-- x -->",
    "the end of character data": "x]]>y",
    "a template's expression": "{{7*7}}",
    "a template's statement": "{% include 'x' %}",
    "an attribute of a format": "{0.__class__}",
    "a backslash": "a\\b",
    "a direction override": "a\u202eb",
    "a direction isolate": "a\u2066b",
    "a zero-width space": "a\u200bb",
    "a zero-width joiner": "a\u200db",
    "a mark of order": "a\ufeffb",
    "a soft hyphen": "a\u00adb",
    "a letter drawn as nothing": "a\u3164b",
    "a selector of a variant": "a\ufe0fb",
    "a tag character": "a\U000e0041b",
    "a private character": "a\ue000b",
    "a NUL": "a\0b",
    "an escape": "a\x1b[31mb",
    "a bell": "a\x07b",
    "ten kilobytes": "long " * 2000,
    "nothing but spaces": " \t\n ",
}
INERT = {
    "double quotation marks": '" onmouseover="alert(1)',
    "single quotation marks": "' onmouseover='alert(1)",
    "both quotation marks": "\"' x=\"'",
    "references": "&lt;script&gt;&#x202e;&copy",
    "a script's address": "javascript:alert(1)",
    "a link of Markdown": "[x](javascript:x)",
    "signs of Markdown": "# **b** `c` * d",
    "a path upwards": "../../x",
    "a formula of mathematics": "$x^2$ and $\u2211$",
    "a formula of a spreadsheet": "=HYPERLINK(1)",
    "a sum": "+1+1",
    "an at": "@SUM(1)",
    "an underscore": "_nolegend_",
    "a percentage": "%3Cscript%3E %s %(x)s",
    "a comment of SQL": "'; DROP TABLE x; --",
}
CHANNELS: dict[str, tuple[str | int, ...]] = {
    "the title": ("title",),
    "the meaning of a term": ("terms", "Tiny"),
    "the organisation": ("contact", "organisation"),
    "a borough": ("areas", 0, "name"),
    "a synonym": ("whole_area", "synonyms", 0),
    "a sector": ("sectors", 0, "name"),
    "a wave": ("waves", 0, "label"),
    "an answer": ("scales", "knowing", "levels", 0),
    "a question of one wave": ("items", 1, "wording", "wave-2"),
    "a measure in short": ("items", 0, "short_name"),
}
IDS: dict[str, tuple[str | int, ...]] = {
    "a borough's id": ("areas", 0, "id"),
    "a sector's id": ("sectors", 0, "id"),
    "a wave's id": ("waves", 0, "id"),
    "an item's id": ("items", 0, "id"),
    "a file": ("waves", 0, "sources", 0, "file"),
    "a code": ("areas", 0, "code"),
}
Load = Callable[[tuple[str | int, ...], str], Evaluation]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load the tiny survey's settings with the text at one place changed."""

    def change_and_load(place: tuple[str | int, ...], text: str) -> Evaluation:
        content = copy.deepcopy(SETTINGS)
        part = content
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = text
        path = tmp_path / "evaluation.yml"
        path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
        return load_evaluation(path)

    return change_and_load


class _AsText(yaml.SafeLoader):
    """Dates as they are written."""


_AsText.yaml_implicit_resolvers = {
    first: [one for one in found if not one[0].endswith("timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
SETTINGS: Any = yaml.load(TINY_SETTINGS, _AsText)


def told(load: Load, place: tuple[str | int, ...], text: str) -> str:
    with pytest.raises(SettingsError) as error:
        load(place, text)
    return str(error.value)


def test_the_settings_load_as_they_are(load: Load) -> None:
    assert load(("title",), "A tiny survey").title == "A tiny survey"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("payload", REFUSED)
def test_a_hostile_text_is_refused_at_the_door_in_one_visible_line(load: Load, channel: str, payload: str) -> None:
    line = told(load, CHANNELS[channel], REFUSED[payload])
    assert re.match(r"evaluation\.yml, line \d+ \(", line)
    assert line.isprintable(), ascii(line)
    assert len(line) < 400


@pytest.mark.parametrize("channel", IDS)
@pytest.mark.parametrize("payload", [*REFUSED, *INERT])
def test_no_hostile_text_can_be_an_id_a_code_or_a_file(load: Load, channel: str, payload: str) -> None:
    line = told(load, IDS[channel], (REFUSED | INERT)[payload])
    assert line.startswith("evaluation.yml, line ")
    assert line.isprintable(), ascii(line)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\ufffe"])
def test_a_character_that_cannot_stand_in_yaml_is_told_with_its_line(tmp_path: Path, character: str) -> None:
    path = tmp_path / "evaluation.yml"
    path.write_text(TINY_SETTINGS.replace("A survey small", f"A {character} survey small"), "utf-8")
    with pytest.raises(SettingsError) as error:
        load_evaluation(path)
    assert str(error.value) == (
        f"evaluation.yml, line 3: the character U+{ord(character):04X} cannot stand in YAML; remove it."
    )


@pytest.mark.parametrize("payload", INERT)
def test_a_text_that_is_merely_odd_may_be_written(load: Load, payload: str) -> None:
    assert load(CHANNELS["a borough"], INERT[payload]).areas[0].name == INERT[payload]
    assert load(CHANNELS["an answer"], INERT[payload]).scales["knowing"].levels[0] == INERT[payload]


# Ids, codes, files and how they are read, choices from a list, names that must fit another part of the file.
CHECKED_OTHERWISE = {
    "id", "code", "file", "key", "platform", "dates", "encoding", "option_separator", "data", "delimiter",
    "other_columns", "before", "answer_mapping", "start", "end", "policy", "decided_on", "quotes",
    "kind", "direction", "item", "register", "series", "scale",
}  # fmt: skip


def test_every_text_of_the_settings_is_checked_at_the_door() -> None:
    schema = Evaluation.model_json_schema()
    free = {
        name
        for part in [schema, *schema["$defs"].values()]
        for name, place in part.get("properties", {}).items()
        if any("maxLength" not in one for one in _texts_in(place))
    }
    assert free <= CHECKED_OTHERWISE


def _texts_in(place: Any) -> list[dict[str, Any]]:
    """Return the places of a schema that take a text."""
    if isinstance(place, list):
        return [one for part in place for one in _texts_in(part)]
    if not isinstance(place, dict):
        return []
    inner = [one for part in place.values() for one in _texts_in(part)]
    return [place, *inner] if place.get("type") == "string" else inner


class _Structure(HTMLParser):
    """The tags of a page with the names of their attributes, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.others = 0
        self.text = ""
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.others += 1


AREAS = ("all-three", "barnet")
KNOWN = {f"wave-2/{name}.html" for name in ("camden", "enfield")}
# Were the door ever open to them, what would be markup must be text all the same.
PAST_THE_DOOR = (
    "a script", "a picture with an event", "the end of a style", "a comment", "the end of character data",
    "a template's expression", "a template's statement", "an attribute of a format",
)  # fmt: skip


@pytest.fixture(scope="module")
def plain_site(
    tiny_published: Published, tiny_evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("plain")
    return make_site(tiny_published, spread(tiny_evaluation, lambda text: f"A {text} Z"), folder, AREAS)


@pytest.mark.parametrize("payload", [*INERT, *PAST_THE_DOOR])
def test_a_hostile_text_in_every_place_at_once_changes_no_tag_of_any_page(
    payload: str,
    plain_site: dict[str, bytes],
    tiny_published: Published,
    tiny_evaluation: Evaluation,
    tmp_path: Path,
) -> None:
    text = (INERT | REFUSED)[payload]
    site = make_site(tiny_published, spread(tiny_evaluation, lambda old: f"{text} {old} Z"), tmp_path, AREAS)
    assert set(site) == set(plain_site)
    for address in (name for name in site if name.endswith(".html")):
        page, plain = _Structure(site[address]), _Structure(plain_site[address])
        assert page.tags == plain.tags, address
        assert page.others == 0
        assert text in page.text, address
        assert len(pictures(site[address])) == len(pictures(plain_site[address]))
    assert find_unsafe(site, known=KNOWN, style=page_style()) == []
