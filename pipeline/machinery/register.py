"""The append-only register of everything ever released, in a chain of hashes, and the archive of its bytes."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints, ValidationError

from pipeline.ground.errors import ReleaseError
from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes
from pipeline.reference.base import PlainText, Settings, Slug

RELEASES = ("release", "reissue")
WITHDRAWN = "-withdrawal"
_REGISTER, _SEAL = "register.jsonl", "register.sha256"
_SHOWN = f"data/releases/{_REGISTER}"
# An archive is prepared under a name that nothing else has, so that a removed line is never taken for an interruption.
_PREPARING = ".preparing-"
_RESTORE = "restore data/releases from version control"
_ID = rf"^[a-z][a-z0-9-]*-(?:r[1-9][0-9]*(?:{WITHDRAWN})?|d[1-9][0-9]*)$"
_ADDRESS = re.compile(r"(?:[a-z0-9-]+/)?[a-z0-9-]+\.(?:html|csv)")


def _check_address(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"'{address}' is not the address of a page or a download")
    return address


Address = Annotated[str, AfterValidator(_check_address)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Entry(Settings):
    """One line of the register; `files`: what it put below reports/, each address with its SHA-256.

    `previous` is the SHA-256 of the line before, empty in the first.
    """

    id: Annotated[str, StringConstraints(pattern=_ID)]
    kind: Literal["release", "reissue", "withdrawal", "deletion"]
    wave: Slug
    date: dt.date
    approver: PlainText | None
    policy: PlainText
    settings_version: PlainText
    code_version: PlainText
    reason: PlainText | None
    files: dict[Address, Sha256]
    previous: Literal[""] | Sha256

    def line(self) -> bytes:
        """Return the entry as its line of the register, without the line's end."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")

    @property
    def release(self) -> str:
        """The release that the entry is about."""
        return self.id.removesuffix(WITHDRAWN)


@dataclass(frozen=True)
class Register:
    """Every entry, the oldest first, and the folder of the archive."""

    folder: Path
    entries: tuple[Entry, ...] = ()

    @property
    def seal(self) -> str:
        """The SHA-256 of the last line, which holds all before it."""
        return hash_bytes(self.entries[-1].line()) if self.entries else ""

    @property
    def releases(self) -> tuple[Entry, ...]:
        """The releases and reissues, those that were withdrawn or replaced too."""
        return tuple(entry for entry in self.entries if entry.kind in RELEASES)

    def latest(self, wave_id: str) -> Entry | None:
        """Return what last became of a wave's pages: a release, a reissue or a withdrawal."""
        return next((one for one in reversed(self.entries) if one.wave == wave_id and one.files), None)

    def standing(self, wave_id: str) -> Entry | None:
        """Return the release of a wave that stands in reports/."""
        latest = self.latest(wave_id)
        return latest if latest and latest.kind in RELEASES else None

    def next_id(self, wave_id: str, letter: str) -> str:
        """Return the id of a wave's next release (letter r) or deletion (letter d)."""
        kinds = RELEASES if letter == "r" else ("deletion",)
        return f"{wave_id}-{letter}{1 + sum(one.wave == wave_id and one.kind in kinds for one in self.entries)}"

    def placed(self) -> dict[str, Entry]:
        """Return every address that stands below reports/ by what was registered, with the entry it comes from."""
        found: dict[str, Entry] = {}
        for entry in (one for one in self.entries if one.files):
            found = {address: one for address, one in found.items() if not address.startswith(f"{entry.wave}/")}
            found |= dict.fromkeys(entry.files, entry)
        return found

    def archived(self, entry: Entry) -> dict[str, bytes]:
        """Return the bytes that an entry published, by address."""
        return {address: (self.folder / entry.id / address).read_bytes() for address in entry.files}


def register_file(project: Project) -> Path:
    """Return where the register stands."""
    return project.releases / _REGISTER


def open_register(project: Project) -> tuple[Register, list[str]]:
    """Return the register after finishing or undoing what an interrupted run began, with a sentence for each.

    Raises ReleaseError when a line was changed or removed, or when an archived file is not what was released. The
    caller holds the project's lock.
    """
    told = _finish_archives(project)
    return read_register(project), told


def peek_register(project: Project) -> Register:
    """Return the register as it stands, nothing finished, undone or checked against the archive."""
    return Register(project.releases, _read_entries(project))


def read_register(project: Project) -> Register:
    """Return the register; raises ReleaseError when a line or an archived file is not what it was."""
    register = Register(project.releases, _read_entries(project))
    registered = {entry.id for entry in register.entries}
    for folder in sorted(path.name for path in project.releases.glob("*") if path.is_dir()):
        if folder not in registered and not folder.startswith(_PREPARING):
            raise ReleaseError(
                f"data/releases/{folder} stands there, but the register has no line for it: a line was removed; "
                f"{_RESTORE}."
            )
    for entry in register.entries:
        _check_archive(project, entry)
    return register


def prepare_archive(project: Project, entry_id: str, files: Mapping[str, bytes]) -> None:
    """Write the bytes of an entry that is not registered yet; the next `open_register` takes them away unless it is."""
    folder = project.releases / f"{_PREPARING}{entry_id}"
    for address, content in files.items():
        write_bytes(folder / address, content, public=True)


def add_entry(project: Project, register: Register, entry: Entry) -> Register:
    """Append a line, which is what makes it so; then give the archive its name."""
    entries = (*register.entries, entry)
    content = b"".join(one.line() + b"\n" for one in entries)
    write_bytes(register_file(project), content, public=True)
    _finish_archives(project)
    return Register(register.folder, entries)


def _read_entries(project: Project) -> tuple[Entry, ...]:
    path, seal = register_file(project), project.releases / _SEAL
    if not path.is_file():
        if seal.is_file():
            raise ReleaseError(f"{_SHOWN} is missing, though releases were made; {_RESTORE}.")
        return ()
    content = path.read_bytes()
    entries: list[Entry] = []
    previous = ""
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        entry = _read_line(line, number)
        if entry.previous != previous or entry.line() != line or entry.id in {one.id for one in entries}:
            raise ReleaseError(
                f"{_SHOWN}, line {number}: the line before it was changed or removed, or this one was; the register "
                f"is only ever added to, so {_RESTORE}."
            )
        entries.append(entry)
        previous = hash_bytes(line)
    if not content.endswith(b"\n") or not _is_sealed(seal, content):
        raise ReleaseError(
            f"{_SHOWN} is not what was last written (its SHA-256 differs from {_SEAL}): lines were changed or "
            f"removed at its end; {_RESTORE}."
        )
    return tuple(entries)


def _read_line(line: bytes, number: int) -> Entry:
    try:
        return Entry.model_validate_json(line)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "the line"
        raise ReleaseError(f"{_SHOWN}, line {number}: {place} is not what the register writes; {_RESTORE}.") from None


def _is_sealed(seal: Path, content: bytes) -> bool:
    """Return whether the seal is that of the register, or of all but the line an interrupted run wrote last."""
    found = seal.read_text("utf-8", errors="replace").partition("  ")[0] if seal.is_file() else ""
    before_last = content[: content[:-1].rfind(b"\n") + 1]
    return found == hash_bytes(content) or (found == hash_bytes(before_last) if before_last else not found)


def _seal(project: Project, content: bytes) -> None:
    """Write down, in the form that `sha256sum --check` reads, what the register is now."""
    path, seal = project.releases / _SEAL, f"{hash_bytes(content)}  {_REGISTER}\n".encode()
    if not path.is_file() or path.read_bytes() != seal:
        write_bytes(path, seal, public=True)


def _check_archive(project: Project, entry: Entry) -> None:
    folder = project.releases / entry.id
    standing = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for address in sorted({*standing, *entry.files}):
        shown = f"data/releases/{entry.id}/{address}"
        if address not in standing:
            raise ReleaseError(f"{shown} is missing, though it was published; {_RESTORE}.")
        if address not in entry.files:
            raise ReleaseError(f"{shown} is no part of {entry.id}; take it out, or {_RESTORE}.")
        if hash_file(folder / address) != entry.files[address]:
            raise ReleaseError(f"{shown} is not what was published (its SHA-256 differs); {_RESTORE}.")


def _finish_archives(project: Project) -> list[str]:
    """Give an archive whose line was written its name; take away one whose line was not, and say so."""
    registered = {entry.id for entry in _read_entries(project)}
    if registered:
        _seal(project, register_file(project).read_bytes())
    told = []
    for folder in sorted(project.releases.glob(f"{_PREPARING}*")):
        entry_id = folder.name.removeprefix(_PREPARING)
        if entry_id in registered:
            folder.replace(project.releases / entry_id)
        else:
            shutil.rmtree(folder)
            told.append(f"{entry_id} was interrupted before it was registered; nothing of it was published or is kept.")
    return told
