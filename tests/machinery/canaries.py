"""Marked words planted where they must never leave, and a search that finds them however they are written."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import html
import io
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from pipeline.ground.paths import Project

_RUN = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2}){6,}")
_DEPTH = 3


def token(place: str) -> str:
    """Return the word of a place: fourteen letters that no text holds by chance."""
    digest = hashlib.sha256(place.encode("utf-8")).digest()
    return "zq" + "".join("bcdfghjklmnprstv"[byte % 16] for byte in digest[:12])


def found_in(content: bytes, words: dict[str, str]) -> set[str]:
    """Return the places whose word stands in some bytes, in any of its spellings, each within another too."""
    readings = set(_readings(content, _DEPTH))
    return {place for place, word in words.items() if any(word in reading for reading in readings)}


def _readings(content: bytes, depth: int) -> Iterator[str]:
    # UTF-16 and UTF-32 of plain letters are the letters with NULs between them.
    for text in {content.decode("utf-8", "replace"), content.replace(b"\0", b"").decode("utf-8", "replace")}:
        plain = unicodedata.normalize("NFKC", text).casefold()
        yield plain
        # A tag or a character that nobody sees may cut a word in two, and a line may turn it round.
        yield re.sub(r"<[^>]*>|[^a-z]", "", plain)
        yield plain[::-1]
        if depth:
            for inner in _decoded(text):
                if inner != content:
                    yield from _readings(inner, depth - 1)


def _decoded(text: str) -> Iterator[bytes]:
    yield html.unescape(text).encode("utf-8", "replace")
    yield urllib.parse.unquote_plus(text).encode("utf-8", "replace")
    for run in _RUN.findall(text):
        for start in range(4):
            # Both alphabets of base64; a run may begin before the letters that were encoded.
            letters = run[start:].replace("-", "+").replace("_", "/")
            if (decoded := _from_base64(letters)) is not None:
                yield decoded
    for run in _HEXADECIMAL.findall(text):
        yield bytes.fromhex(run)


def _from_base64(letters: str) -> bytes | None:
    try:
        return base64.b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + "==")
    except binascii.Error:
        return None


# The columns in which platforms keep what is personal, each with a word of its own.
_PERSONAL = (
    "Email Address",
    "Full Name",
    "First name",
    "Username",
    "IP Address",
    "Latitude",
    "Device",
    "Custom data 1",
)
_LEFT_OUT = "Remark for the office"
_COMMENT = "What is in the way?"
_ENVIRONMENT = (
    "USER", "LOGNAME", "USERNAME", "HOSTNAME", "COMPUTERNAME", "EMAIL", "GIT_AUTHOR_NAME", "SSH_CONNECTION", "API_KEY",
)  # fmt: skip
_SHEETS, _MAPPING = "wave-1/SYNTHETIC-{}.xlsx", "answer-meanings.csv"


def plant(project: Project) -> dict[str, str]:
    """Plant a word in every raw column, file name and mapping of the tiny survey; return the words by place."""
    words = _Words()
    _plant_in_workbook(project.raw / "wave-1" / "SYNTHETIC-wave-1.xlsx", words)
    sheet = _SHEETS.format(words["the name of a raw file"])
    (project.raw / "wave-1" / "SYNTHETIC-wave-1.xlsx").rename(project.raw / sheet)
    path = project.raw / "wave-2" / "SYNTHETIC-wave-2.csv"
    path.write_bytes(_planted_text(path.read_bytes(), words))
    meanings = [["question", "answer", "means"], ["area", words["an area that nobody knows"], "none"]]
    meanings += [["sector", words["a sector that nobody knows"], "health"]]
    (project.raw / _MAPPING).write_bytes(_written(meanings))
    settings = project.settings_file.read_text("utf-8")
    left_out = {"wave-1": [_LEFT_OUT], "wave-2": [_LEFT_OUT, words["the header of a column left out"]]}
    missing = {"wave-1": {}, "wave-2": {words["an answer declared to be none"]: "not asked"}}
    for wave, name in (("wave-1", sheet), ("wave-2", "wave-2/SYNTHETIC-wave-2.csv")):
        more = f", ignore: {json.dumps(left_out[wave])}, missing: {json.dumps(missing[wave])}}}\n"
        settings = re.sub(rf"file: {wave}/[^,]*(.*)}}\n", rf"file: {name}\1{more}", settings)
    project.settings_file.write_text(settings + f"answer_mapping: {_MAPPING}\n", "utf-8")
    return dict(words)


def planted_environment(home: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return environment variables with a word in each, and the words by place; the home is made."""
    words = _Words()
    folder = home / words["the name of the home"]
    folder.mkdir(parents=True)
    named = {name: words[f"the variable {name}"] for name in _ENVIRONMENT}
    return {**named, words["the name of a variable"].upper(): "1", "HOME": str(folder)}, dict(words)


def spoil(project: Project) -> dict[str, str]:
    """Spoil the second wave's file with a row that is too long and holds words; return them by place."""
    words = _Words()
    path = project.raw / "wave-2" / "SYNTHETIC-wave-2.csv"
    cells = [words[f"cell {number} of the spoiled row"] for number in range(30)]
    path.write_bytes(path.read_bytes() + _written([cells]))
    (path.parent / "SYNTHETIC-MANIFEST.sha256").unlink(missing_ok=True)
    return dict(words)


class _Words(dict[str, str]):
    """The words planted so far: one is made as it is asked for."""

    def __missing__(self, place: str) -> str:
        self[place] = token(place)
        return self[place]


def _plant_in_workbook(path: Path, words: _Words) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    sheet.cell(2, columns["Email"]).value = f"{words['an e-mail address in a workbook']}@example.org"
    sheet.cell(3, columns["Name"]).value = words["a name in a workbook"]
    sheet.cell(2, columns[_COMMENT]).value = words["a comment in a workbook"]
    sheet.cell(2, columns["Code, town"]).value = words["a part of a code in a workbook"]
    sheet.cell(1, sheet.max_column + 1).value = _LEFT_OUT
    sheet.cell(2, sheet.max_column).value = words["a column left out in a workbook"]
    book.properties.creator = words["the author of a workbook"]
    book.properties.title = f"SYNTHETIC {words['the title of a workbook']}"
    sheet.title = words["the name of a sheet"]
    book.save(path)


def _planted_text(content: bytes, words: _Words) -> bytes:
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    at = {name: header.index(name) for name in header}
    rows[0][at[_COMMENT]] = f"Ask {words['a comment']} about <b>{words['markup in a comment']}</b>"
    rows[0][at["Code, town"]], rows[0][at["Code, day"]] = words["a part of a code"], words["another part of a code"]
    rows[1][at["Where do you work?"]] += ", " + words["an area that nobody knows"]
    rows[2][at["In which sector?"]] = words["a sector that nobody knows"]
    rows[3][at["How much do you know?"]] = words["an answer declared to be none"]
    # The last one came after the fieldwork and is set aside.
    rows[-1][at[_COMMENT]] = words["a comment that is set aside"]
    rows[-1][at["Code, town"]] = words["a code that is set aside"]
    more = [*_PERSONAL, _LEFT_OUT, words["the header of a column left out"]]
    for row in rows:
        row += [words[f"the column {name}"] for name in more[:-1]] + ["x"]
    return _written([header + more, *rows])


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode("utf-8")
