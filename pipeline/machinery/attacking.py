"""The attack remembered: what the same figures tell of the same survey need not be worked out twice.

A page whose sentences changed and whose figures did not is read anew, every figure of it; only the search for what they
tell, nearly all of the gate's time, is not made again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from pipeline.disclosure.attack.attack import AttackResult, attack
from pipeline.disclosure.attack.sentences import Bounded
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.facts import Fact
from pipeline.disclosure.gate import Attack
from pipeline.ground.paths import Project
from pipeline.ground.sharing import cores
from pipeline.ground.storage import hash_bytes, write_bytes
from pipeline.machinery.fingerprints import code_hash

_DECIDES = "pipeline.disclosure.attack.attack"


def attack_once(project: Project) -> Attack:
    """Return an attack that keeps what it found of figures and survey, privately, where nothing was against them."""
    code = code_hash(project, _DECIDES)

    def remembered(facts: Sequence[Fact], survey: KnownSurvey) -> AttackResult:
        material = {
            "code": code,
            "facts": [astuple(fact) for fact in facts],
            "survey": {name: _plain(value) for name, value in vars(survey).items()},
        }
        key = hash_bytes(json.dumps(material, sort_keys=True).encode("utf-8"))
        path = project.processed / "attacks" / f"{key}.json"
        found = _read(path)
        if found is None:
            found = attack(facts, survey, processes=cores())
            # A finding may come of a search that was cut short; another time it may end.
            if not found.findings:
                content = json.dumps([asdict(one) for one in found.intervals])
                write_bytes(path, content.encode("utf-8"))
        return found

    return remembered


def _plain(value: Any) -> Any:
    """Return a value as JSON takes it, sets in one order."""
    if isinstance(value, frozenset):
        return sorted(map(repr, value))
    if isinstance(value, Mapping):
        return sorted([repr(key), _plain(one)] for key, one in value.items())
    return list(value) if isinstance(value, tuple) else value


def _read(path: Path) -> AttackResult | None:
    try:
        return AttackResult([Bounded(**one) for one in json.loads(path.read_text("utf-8"))], [])
    except (FileNotFoundError, ValueError, TypeError):
        return None
