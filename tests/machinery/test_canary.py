"""Nothing that a respondent, a file or a machine brings along reaches a published byte, however it is written.

One build of the tiny survey with marked words in every raw column, in file names and in the environment.
"""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import matplotlib
import pandas as pd
import pytest

from pipeline.ground.paths import Project
from tests.machinery.canaries import found_in, plant, planted_environment, spoil, token
from tests.machinery.tiny_runs import WAVE, add_package, bytes_below, copy_project, run_command

pytestmark = pytest.mark.slow

Words = dict[str, str]
WORD = token("a test of the search")
SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "as it stands": str.encode,
    "in capitals": lambda word: word.upper().encode(),
    "in wide letters": lambda word: "".join(chr(ord(letter) + 0xFEE0) for letter in word).encode(),
    "in UTF-16": lambda word: word.encode("utf-16-le"),
    "in UTF-16 the other way": lambda word: word.encode("utf-16-be"),
    "in UTF-32": lambda word: word.encode("utf-32"),
    "in base64": lambda word: base64.b64encode(word.encode()),
    "in base64, one letter on": lambda word: base64.b64encode(f"a{word}b".encode()),
    "in base64, two letters on": lambda word: base64.b64encode(f"ab{word}".encode()),
    "in base64 with no end": lambda word: base64.b64encode(word.encode()).rstrip(b"="),
    "in base64 after other letters": lambda word: b"abc" + base64.b64encode(word.encode()),
    "in the base64 of addresses": lambda word: base64.urlsafe_b64encode(f"??>>{word}".encode()),
    "in base64 twice": lambda word: base64.b64encode(base64.b64encode(word.encode())),
    "in base64 of UTF-16": lambda word: base64.b64encode(word.encode("utf-16")),
    "in a picture": lambda word: b'<img src="data:image/svg+xml;base64,%b">' % base64.b64encode(
        f"<svg><text>{word}</text></svg>".encode()
    ),
    "in a picture, as references": lambda word: base64.b64encode(
        f"<svg>{''.join(f'&#{ord(letter)};' for letter in word)}</svg>".encode()
    ),
    "as an address has it": lambda word: "".join(f"%{ord(letter):02x}" for letter in word).encode(),
    "in base64 in an address": lambda word: urllib.parse.quote(base64.b64encode(f"a{word}".encode()), safe="").encode(),
    "as decimal references": lambda word: "".join(f"&#{ord(letter)};" for letter in word).encode(),
    "as hexadecimal references": lambda word: "".join(f"&#x{ord(letter):x};" for letter in word).encode(),
    "in hexadecimal": lambda word: word.encode().hex().encode(),
    "cut by a tag": lambda word: f"{word[:5]}</b><i>{word[5:]}".encode(),
    "cut by a character that nobody sees": lambda word: f"{word[:5]}\u200b{word[5:]}".encode(),
    "cut by a hyphen and a line": lambda word: f"{word[:5]}-\n{word[5:]}".encode(),
    "from the end": lambda word: word[::-1].encode(),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_search_finds_a_word_in_every_spelling(spelling: str) -> None:
    content = b"Before it, " + SPELLINGS[spelling](WORD) + b", after it."
    if "UTF" in spelling and "base64" not in spelling:
        content = SPELLINGS[spelling](WORD)
    assert found_in(content, {"here": WORD, "there": token("another")}) == {"here"}


def test_the_search_finds_nothing_where_nothing_is() -> None:
    words = {str(number): token(str(number)) for number in range(1000)}
    assert len(set(words.values())) == 1000
    assert found_in(Path(__file__).read_bytes(), words) == set()


def as_text(path: Path) -> bytes:
    """Return a file as it is, a table as text: its own bytes are compressed."""
    return pd.read_parquet(path).to_csv().encode() if path.suffix == ".parquet" else path.read_bytes()


class Canary:
    """A build with planted words, and a second one that fails on a spoiled file."""

    def __init__(self, project: Project, folder: Path) -> None:
        environment, self.of_machine = planted_environment(folder)
        # Its own cache of fonts would have to be made anew in a new home.
        environment["MPLCONFIGDIR"] = matplotlib.get_cachedir()
        self.raw = plant(project)
        self.of_machine["the name of the project's folder"] = project.root.name
        self.built = run_command(project, "reports", "--wave", WAVE, **environment)
        self.published = bytes_below(project.reports)
        self.kept = {name: as_text(project.processed / name) for name in bytes_below(project.processed)}
        self.spoiled = spoil(project)
        self.failed = run_command(project, "reports", "--wave", WAVE, **environment)
        self.published_after = bytes_below(project.reports)
        self.words = self.raw | self.spoiled | self.of_machine


@pytest.fixture(scope="module")
def canary(tiny_project_read_only: Project, tmp_path_factory: pytest.TempPathFactory) -> Canary:
    folder = tmp_path_factory.mktemp("canary")
    project = add_package(copy_project(tiny_project_read_only, folder / token("the name of the project's folder")))
    return Canary(project, folder)


def test_the_planted_build_makes_its_pages_and_the_spoiled_one_fails(canary: Canary) -> None:
    assert canary.built.status == 0, canary.built.told
    assert len(canary.published) > 30
    assert canary.failed.status != 0
    assert "wave-2/SYNTHETIC-wave-2.csv" in canary.failed.told
    assert len(canary.words) >= 60


def test_no_planted_word_stands_in_a_published_byte(canary: Canary) -> None:
    for files in (canary.published, canary.published_after):
        for address, content in files.items():
            assert found_in(content, canary.words) == set(), address
            assert found_in(address.encode(), canary.words) == set()


def test_what_a_run_tells_holds_nothing_of_a_person_or_a_comment(canary: Canary) -> None:
    # Which file is meant must be told.
    words = {place: word for place, word in canary.words.items() if place != "the name of a raw file"}
    for ran in (canary.built, canary.failed):
        assert found_in(ran.told.encode(), words) == set(), ran.told


# What is needed for the work, or stands in private notes of it, and may be kept there.
MAY_BE_KEPT = {
    "a comment", "markup in a comment", "a comment in a workbook", "an answer declared to be none",
    "the header of a column left out", "the name of a raw file", "the name of the project's folder",
}  # fmt: skip


def test_the_words_did_come_in_and_what_is_personal_is_not_even_kept(canary: Canary) -> None:
    everything = b"\n".join(content for name, content in canary.kept.items() if not name.startswith("failed/"))
    assert found_in(everything, canary.words) == MAY_BE_KEPT
