"""Seeded damage to export files: what cables, editors, spreadsheets and people do to them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

_INSERTED = (b"\0", b'"', b"'", b"\n", b"\r", b"\r\n", b",", b";", b"\t", b"|", b"\xff", b"\xef\xbb\xbf", b"=1+1", b" ")
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "utf-32", "utf-7")


def mutate(content: bytes, rng: random.Random) -> bytes:
    """Return the content with one to three kinds of damage, workbooks also from within."""
    for _ in range(rng.randint(1, 3)):
        is_workbook = content.startswith(b"PK\x03\x04")
        ways = (*_OF_BYTES, _within_zip, _within_zip, _within_zip) if is_workbook else (*_OF_BYTES, *_OF_TEXT)
        damage = rng.choice(ways)
        content = damage(content, rng)
    return content


def _flip(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _delete(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + content[start + rng.randint(1, 40) :]


def _duplicate(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    part = content[start : start + rng.randint(1, 400)]
    return content[:start] + part * rng.randint(2, 4) + content[start + len(part) :]


def _insert(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(_INSERTED) * rng.randint(1, 3) + content[at:]


def _truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _swap_rows(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def _repeat_row(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    at = rng.randrange(len(lines))
    return b"".join([*lines[:at], lines[at] * rng.randint(0, 3), *lines[at + 1 :]])


def _swap_columns(content: bytes, rng: random.Random) -> bytes:
    mark = rng.choice((b",", b";", b"\t"))
    rows = [line.split(mark) for line in content.split(b"\n")]
    one, two = rng.randrange(12), rng.randrange(12)
    for row in rows if rng.random() < 0.7 else rows[:1]:
        if max(one, two) < len(row):
            row[one], row[two] = row[two], row[one]
    return b"\n".join(mark.join(row) for row in rows)


def _other_encoding(content: bytes, rng: random.Random) -> bytes:
    return content.decode("utf-8", errors="replace").encode(rng.choice(_ENCODINGS), errors="replace")


def _other_delimiter(content: bytes, rng: random.Random) -> bytes:
    return content.replace(rng.choice((b",", b";", b"\t")), rng.choice((b",", b";", b"\t", b"|")))


def _replace_cell(content: bytes, rng: random.Random) -> bytes:
    texts = (b"NA", b"None", b"", b"\xc2\xa0", b"99999999999999999999", b"1e309", b"-1", b"31/02/2023", b"x" * 140_000)
    cells = content.split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(texts)
    return b",".join(cells)


def _within_zip(content: bytes, rng: random.Random) -> bytes:
    """Damage one member of a workbook, or the archive's list of members, and zip it anew."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    # An archive damaged already can fail in almost any way.
    except Exception:
        return _flip(content, rng)
    if not members:
        return content
    # Nearly all that matters stands in the sheet and its texts.
    named = [name for name in members if "sheet1" in name or "sharedStrings" in name]
    name = rng.choice(named if named and rng.random() < 0.7 else list(members))
    way = rng.randrange(4)
    if way == 0:
        del members[name]
    elif way == 1:
        members[name] = members[rng.choice(list(members))]
    else:
        members[name] = rng.choice((*_OF_BYTES, _of_xml, _of_xml))(members[name], rng)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for member, data in members.items():
            target.writestr(member, data)
    return written.getvalue()


def _of_xml(content: bytes, rng: random.Random) -> bytes:
    """Change what a sheet says rather than how it is written."""
    old, new = rng.choice(_IN_XML)
    return content.replace(old, new, rng.choice((1, 1, -1)))


_IN_XML = (
    (b't="s"', b't="b"'), (b't="s"', b't="e"'), (b't="s"', b't="d"'), (b't="n"', b't="s"'), (b"<v>", b"<f>1</f><v>"),
    (b"<v>1", b"<v>1e400"), (b"<v>1", b"<v>-9"), (b"<v>4", b"<v>999999999"), (b'r="A2"', b'r="ZZZ2"'),
    (b'r="B2"', b'r="B99999999"'), (b'<row r="3"', b'<row r="300000000"'), (b"<si>", b"<si/><si>"),
    (b"<row", b"<wor"), (b"</c>", b"</c><c/>"), (b"<t>", b"<t>&x;"), (b"<v>", b"<v>NaN"), (b' s="1"', b' s="77"'),
    (b"<worksheet", b'<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]><worksheet'),
)  # fmt: skip

_Damage = Callable[[bytes, random.Random], bytes]
_OF_BYTES: tuple[_Damage, ...] = (_flip, _delete, _duplicate, _insert, _truncate)
_OF_TEXT: tuple[_Damage, ...] = (
    _swap_rows, _repeat_row, _swap_columns, _other_encoding, _other_delimiter, _replace_cell, _flip, _insert, _insert,
)  # fmt: skip
