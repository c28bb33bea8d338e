"""What a run was made from, as it was when the run read it: whatever is edited meanwhile must not count as used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.ground.errors import ChangedMeanwhileError
from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_file
from pipeline.machinery.code_graph import package_files

_CHANGED = "was changed while the reports were being built; run it again."
# The code of a process that loaded it long before it runs anything, as it was then.
_loaded: dict[Path, str] = {}


def note_loaded_code() -> None:
    """Have every run of this process, and of those forked from it, count the code as it is now, before it is loaded."""
    _loaded.update(contents_of(package_files()))


def is_loaded_code_current() -> bool:
    """Return whether the code is still what was noted."""
    return _loaded == contents_of(package_files())


class Inputs:
    """Settings, code, notebooks and raw files by their content; made before any of them is read."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._kept = dict(_loaded) or contents_of(package_files())
        self.keep([project.settings_file])

    def keep(self, paths: Iterable[Path]) -> None:
        """Note the content of files that will be read; of what is made by runs, and of folders, nothing."""
        for path in paths:
            if path not in self._kept and not path.is_relative_to(self._project.processed) and not path.is_dir():
                self._kept[path] = _content_of(path)

    def check(self) -> None:
        """Raise ChangedMeanwhileError for the first file that is no longer what it was."""
        if told := self.changed():
            raise ChangedMeanwhileError(told)

    def changed(self) -> str:
        """Return a sentence about the first file that is no longer what it was, '' where there is none."""
        # A module that came meanwhile may have been read as well.
        new = [path for path in package_files() if path.suffix == ".py" and path not in self._kept]
        changed = new + [path for path, content in self._kept.items() if _content_of(path) != content]
        return f"{self._project.shown(min(changed))} {_CHANGED}" if changed else ""

    def content_of(self, path: Path) -> str | None:
        """Return the SHA-256 that a file had when the run began, None of one that it was not told of."""
        return self._kept.get(path) or None


def contents_of(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the SHA-256 of files."""
    return {path: _content_of(path) for path in paths}


def _content_of(path: Path) -> str:
    return hash_file(path) if path.is_file() else ""
