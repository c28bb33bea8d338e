"""The gate run over what would be published: once for the same bytes, register, settings and code."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from pipeline.disclosure.gate import Verdict, of_other_code
from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes
from pipeline.machinery.fingerprints import code_hash, page_codes
from pipeline.machinery.register import Register
from pipeline.reference.evaluation import Evaluation

# A verdict is given by this alone.
_DECIDES = ("pipeline.disclosure.gate", "pipeline.machinery.private_view")


def audit(
    project: Project, evaluation: Evaluation, register: Register, files: Mapping[str, bytes], code: str | None = None
) -> Verdict:
    """Return the gate's verdict on files, by their address on the site, beside everything ever released.

    `code`: the version of the code that has just made them, None where they were made before.
    """
    kept = project.processed / "verdicts" / f"{_fingerprint(project, evaluation, register, files)}.json"
    found = _read(kept)
    if found is None:
        print(f"  examining {in_words(files, register)} ...", file=sys.stderr, flush=True)
        # Solver and pages take a second to import, which a verdict that is kept need not pay.
        from pipeline.disclosure.gate import examine
        from pipeline.machinery.attacking import attack_once
        from pipeline.machinery.faultless import find_unsafe_once
        from pipeline.machinery.private_memory import PrivateMemory
        from pipeline.machinery.private_view import surroundings, waves_in

        memory = PrivateMemory(project, evaluation)
        views = memory.views(waves_in(files, evaluation))
        around = surroundings(project, evaluation, register)
        found = examine(
            files,
            evaluation,
            views,
            around,
            attack=attack_once(project),
            unsafe=find_unsafe_once(project),
            told=memory.told_by_models,
        )
        if not found.cut_short:
            write_bytes(kept, json.dumps(asdict(found)).encode("utf-8"))
    others = tuple(of_other_code(files, {code, *page_codes(project)})) if code else ()
    return replace(found, findings=(*found.findings, *others))


def audit_notice(project: Project, evaluation: Evaluation, register: Register, files: Mapping[str, bytes]) -> list[str]:
    """Return what makes pages unsafe that hold a notice and no figure."""
    from pipeline.disclosure.page_safety.files import find_unsafe
    from pipeline.machinery.private_view import surroundings

    around = surroundings(project, evaluation, register)
    return find_unsafe(files, private=around.words, known=around.known, style=around.style)


def in_words(files: Mapping[str, bytes], register: Register) -> str:
    """Return what is examined beside what: 6 pages and 74 files beside 1 release."""
    pages = sum(address.endswith(".html") for address in files)
    counts = [
        f"{count} {what}{'' if count == 1 else 's'}"
        for count, what in ((pages, "page"), (len(files) - pages, "file"), (len(register.releases), "release"))
    ]
    return f"{counts[0]} and {counts[1]} beside {counts[2]}"


def _fingerprint(project: Project, evaluation: Evaluation, register: Register, files: Mapping[str, bytes]) -> str:
    material = {
        "files": {address: hash_bytes(content) for address, content in files.items()},
        "register": register.seal,
        "settings": hash_file(project.settings_file),
        "code": code_hash(project, *_DECIDES),
        "codes": sorted(page_codes(project)),
        "answers": _hashes_of_answers(project, evaluation, files),
    }
    return hash_bytes(json.dumps(material, sort_keys=True).encode("utf-8"))


def _hashes_of_answers(project: Project, evaluation: Evaluation, files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the hash of everything private that the gate looks at beside the files."""
    folders = {address.split("/")[0] for address in files if "/" in address}
    latest = [wave for wave in evaluation.waves if wave.id in folders][-1:]
    cleaned = [project.cleaned(wave.id) for one in latest for wave in evaluation.waves_until(one.id)]
    hidden = [project.estimates(wave_id) / "suppression.json" for wave_id in sorted(folders)]
    quotes = [project.registers / evaluation.quotes] if evaluation.quotes else []
    registers = [project.registers / one.file for one in evaluation.registers.named().values()]
    paths = [*registers, *(path for folder in cleaned for path in sorted(folder.glob("*"))), *hidden, *quotes]
    return {project.shown(path): hash_file(path) for path in paths if path.is_file()}


def _read(path: Path) -> Verdict | None:
    try:
        found = json.loads(path.read_text("utf-8"))
        return Verdict(tuple(found["findings"]), tuple(found["learned"]), int(found["examined"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        # A verdict that cannot be read is none: the gate runs anew.
        return None
