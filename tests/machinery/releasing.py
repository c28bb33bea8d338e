"""What tests of releases share: the commands, what stands where, and a gate that finds what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.disclosure.gate import Surroundings, Verdict
from pipeline.ground.paths import Project
from tests.machinery.tiny_runs import WAVE, Ran, bytes_below

POST = "The commissioning board"
FIRST = ("release", "--wave", WAVE, "--approver", POST, "--date", "2024-01-15")
AGAIN = (*FIRST, "--reason", "A label was wrong")
WITHDRAWAL = ("--release", "wave-2-r1", "--approver", POST, "--date", "2024-02-01", "--reason", "A label was wrong")
ABOVE = {"index.html", "methods.html", "privacy.html", "accessibility.html"}
Here = Callable[..., Ran]


def entries_of(project: Project) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (project.releases / "register.jsonl").read_bytes().splitlines()]


def public(project: Project) -> dict[str, bytes]:
    """Return the pages and downloads below reports/ but for the drafts."""
    found = bytes_below(project.reports)
    return {name: page for name, page in found.items() if name.endswith((".html", ".csv")) and "draft/" not in name}


def draft(project: Project) -> dict[str, bytes]:
    return bytes_below(project.reports / "draft")


def change_pages(project: Project) -> None:
    """Make every page of the wave another one, as a new version of the settings does."""
    text = project.settings_file.read_text("utf-8")
    assert 'version: "7.3"' in text
    project.settings_file.write_text(text.replace('version: "7.3"', 'version: "7.4"'), "utf-8")


class Gate:
    """A gate that tells what it was given and finds what it is told to find."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, bytes], list[str]]] = []
        self.finds: Callable[[Mapping[str, bytes]], tuple[str, ...]] = lambda files: ()
        self.learned: tuple[str, ...] = ()

    def examine(
        self, files: Mapping[str, bytes], _evaluation: object, _private: object, around: Surroundings, **_: object
    ) -> Verdict:
        self.asked.append((dict(files), [name for name, _ in around.released]))
        return Verdict(self.finds(files), self.learned, len(files))
