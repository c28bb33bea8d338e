"""Files found faultless remembered: byte for byte the same, beside the same, they need not be looked through again.

What is remembered holds for one context: the code that looks, the addresses that stand on the site, its style, and the
words of this machine. In another context, or where the memory cannot be read, every file is looked through.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.disclosure.gate import Files, Surroundings, Unsafe, find_unsafe_in
from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, write_bytes
from pipeline.machinery.fingerprints import code_hash

_DECIDES = "pipeline.disclosure.page_safety.files"


def find_unsafe_once(project: Project) -> Unsafe:
    """Return a search for what may stand in no file that passes over files in which it found nothing before."""
    path = project.processed / "faultless.json"

    def remembered(files: Files, around: Surroundings) -> list[str]:
        context = _context(project, files, around)
        keys = {address: hash_bytes(address.encode("utf-8") + b"\0" + content) for address, content in files.items()}
        known = _read(path, context)
        new = {address: content for address, content in files.items() if keys[address] not in known}
        # The others' addresses still stand beside them.
        found = find_unsafe_in(new, Surroundings(**{**vars(around), "known": around.known | frozenset(files)}))
        if not found:
            content = json.dumps({"context": context, "faultless": sorted(keys.values())})
            write_bytes(path, content.encode("utf-8"))
        return found

    return remembered


def _context(project: Project, files: Files, around: Surroundings) -> str:
    material = {
        "code": code_hash(project, _DECIDES),
        "addresses": sorted({*files, *around.known}),
        "words": list(around.words),
        "style": around.style,
    }
    return hash_bytes(json.dumps(material, sort_keys=True).encode("utf-8"))


def _read(path: Path, context: str) -> frozenset[str]:
    try:
        found = json.loads(path.read_text("utf-8"))
        return frozenset(found["faultless"]) if found["context"] == context else frozenset()
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return frozenset()
