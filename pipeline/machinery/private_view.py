"""What the gate may look at beside the pages: the cleaned answers of a wave and what was decided to hide of them."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from pipeline.disclosure.gate import PrivateView, Surroundings
from pipeline.ground.paths import Project
from pipeline.machinery.fingerprints import page_codes
from pipeline.machinery.kept import read_cleaned, read_suppression
from pipeline.machinery.quotes import read_register
from pipeline.machinery.register import Register
from pipeline.machinery.registers import register_texts
from pipeline.presentation.rendering import page_style
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.counts import count_waves

# A value of the environment shorter than this, or one that the settings have too, may well be a plain word.
SHORTEST_SECRET = 8


def view_wave(project: Project, evaluation: Evaluation, wave_id: str) -> PrivateView:
    """Return what the gate may look at of a wave that has been estimated."""
    cleaned = read_cleaned(project, evaluation, wave_id)
    waves = evaluation.waves_until(wave_id)
    counts = count_waves(cleaned, evaluation, waves)
    return PrivateView(
        cleaned,
        read_suppression(project, wave_id),
        wave_id,
        counts.several_areas,
        counts.none_listed,
    )


def waves_in(files: Mapping[str, bytes], evaluation: Evaluation) -> list[str]:
    """Return the waves of which files stand among those examined."""
    folders = {address.split("/")[0] for address in files if "/" in address}
    return [wave.id for wave in evaluation.waves if wave.id in folders]


def machine_words(project: Project) -> list[str]:
    """Return words of this machine and its user that no published byte may hold."""
    settings = project.settings_file.read_text("utf-8")
    values = [value for value in os.environ.values() if len(value) >= SHORTEST_SECRET and value not in settings]
    words = [getpass.getuser(), socket.gethostname(), str(Path.home()), str(project.root), *values]
    return [word for word in dict.fromkeys(words) if len(word) > 1]


def surroundings(project: Project, evaluation: Evaluation, register: Register) -> Surroundings:
    """Return what stands beside the files examined: every release, and what no published byte may hold."""
    quotes = [quote.sha256 for quote in read_register(project, evaluation)]
    standing = [path.relative_to(project.reports).as_posix() for path in project.reports.rglob("*") if path.is_file()]
    return Surroundings(
        released=tuple((entry.id, register.archived(entry)) for entry in register.releases),
        known=frozenset(standing),
        words=tuple(machine_words(project)),
        quotes=frozenset(quotes),
        texts=register_texts(project, evaluation),
        style=page_style(),
        codes=page_codes(project),
    )
