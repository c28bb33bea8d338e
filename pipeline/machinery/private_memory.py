"""What the gate looks at of the answers remembered: the same answers, settings and code give the same view and verdict.

A view is remembered within a process, which may read it while kernels still run. That the models of a view tell nothing
is remembered in the private folder; what they tell is found anew each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from pipeline.disclosure.gate import PrivateView, told_by_models
from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes
from pipeline.machinery.fingerprints import code_hash
from pipeline.machinery.kept import suppression_file
from pipeline.machinery.private_view import view_wave
from pipeline.reference.evaluation import Evaluation

_DECIDES = "pipeline.disclosure.gate"
_views: dict[str, PrivateView] = {}


class PrivateMemory:
    """The private side of one examination of a project's pages."""

    def __init__(self, project: Project, evaluation: Evaluation) -> None:
        self._project, self._evaluation = project, evaluation
        self._path = project.processed / "models-tell-nothing.json"

    def views(self, wave_ids: Iterable[str]) -> list[PrivateView]:
        """Return what the gate may look at of waves that have been estimated."""
        found = {self._key(wave_id): wave_id for wave_id in wave_ids}
        views = {key: _views.get(key) or view_wave(self._project, self._evaluation, one) for key, one in found.items()}
        _views.clear()
        _views.update(views)
        return list(views.values())

    def told_by_models(self, view: PrivateView, evaluation: Evaluation) -> Sequence[str]:
        """Return what the models of a view tell of what is hidden."""
        key = hash_bytes(f"{self._key(view.wave_id)} {code_hash(self._project, _DECIDES)}".encode())
        nothing = self._read()
        if key in nothing:
            return []
        found = list(told_by_models(view, evaluation))
        if not found:
            write_bytes(self._path, json.dumps([*nothing, key][-20:]).encode("utf-8"))
        return found

    def _key(self, wave_id: str) -> str:
        """Return one hash of everything that a view is made of."""
        folders = [self._project.cleaned(wave.id) for wave in self._evaluation.waves_until(wave_id)]
        paths = [*(path for folder in folders for path in sorted(folder.glob("*"))), self._project.settings_file]
        paths.append(suppression_file(self._project, wave_id))
        hashes = {self._project.shown(path): hash_file(path) for path in paths if path.is_file()}
        return hash_bytes(json.dumps([wave_id, str(self._project.root), hashes], sort_keys=True).encode("utf-8"))

    def _read(self) -> list[str]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
