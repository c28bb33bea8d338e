"""A notebook sent to another machine with all that it reads, and what it made brought back; both by their hashes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.ground.errors import PipelineError, WorkersError
from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, write_bytes
from pipeline.machinery.building import Told, run_quietly
from pipeline.machinery.code_graph import PACKAGE
from pipeline.machinery.executor import Executor, this_place
from pipeline.machinery.fingerprints import LOCK_FILE
from pipeline.machinery.kernels.limits import Limits
from pipeline.machinery.steps import NotebookRun, NotebookStep


@dataclass(frozen=True)
class Bundle:
    """Files by their names below a project's folder, and one hash of all names and contents."""

    files: Mapping[str, bytes]
    digest: str

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Bundle:
        """Return files as a bundle."""
        return cls(files, _digest(files))

    @classmethod
    def read(cls, project: Project, path: Path) -> Bundle:
        """Return a file, or all files below a folder; nothing where there is neither."""
        found = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
        return cls.of({project.shown(one): one.read_bytes() for one in found})

    def check(self) -> None:
        """Raise WorkersError when names or contents are not what they were."""
        if _digest(self.files) != self.digest:
            raise WorkersError(f"What was sent did not arrive whole: {', '.join(sorted(self.files)) or 'no file'}.")


def _digest(files: Mapping[str, bytes]) -> str:
    return hash_bytes(json.dumps({name: hash_bytes(files[name]) for name in sorted(files)}).encode())


@dataclass(frozen=True)
class Parcel:
    """A notebook to run; all paths are names below a project's folder."""

    notebook: str
    parameters: Mapping[str, Any]
    output: str
    outputs: tuple[str, ...]
    limits: Limits


def run_elsewhere(executor: Executor, one: NotebookStep, project: Project, limits: Limits) -> Told:
    """Have a notebook run by a worker and put what it made in its place; return what `run_quietly` does."""
    try:
        parcel = Parcel(
            notebook=project.shown(one.run.notebook),
            parameters=dict(one.run.parameters),
            output=project.shown(one.run.output),
            outputs=tuple(map(project.shown, one.outputs)),
            limits=limits,
        )
        bundles = [Bundle.read(project, path) for path in one.step.inputs]
        told, made = executor.submit(run_parcel, parcel, *bundles).result()
        put_in_place(made, parcel, project)
    except PipelineError as error:
        return f"{one.label}: {error}", 0
    except OSError as error:
        return f"{one.label}: a file could not be read or written: {error.strerror or error}.", 0
    return told


def run_parcel(parcel: Parcel, *bundles: Bundle) -> tuple[Told, Bundle]:
    """Run a notebook in a folder that nobody else enters and that is emptied afterwards.

    Returns why it failed, or nothing, with the seconds it took; and what it made, or how far it came.
    """
    here = this_place()
    with _desk(here.folder) as project:
        for bundle in bundles:
            bundle.check()
            for name, content in bundle.files.items():
                path = project.root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        run = NotebookRun(project.root / parcel.notebook, parcel.parameters, project.root / parcel.output)
        told = run_quietly(run, project, parcel.limits, here.is_unwanted)
        made = [project.failed] if told[0] else [project.root / name for name in parcel.outputs]
        files = {name: content for path in made for name, content in Bundle.read(project, path).files.items()}
    return told, Bundle.of(files)


def put_in_place(made: Bundle, parcel: Parcel, project: Project) -> None:
    """Write what a notebook made where it belongs, each file whole and the executed notebook last.

    Raises WorkersError, before anything is written, when it did not arrive whole or belongs elsewhere.
    """
    made.check()
    places = (*parcel.outputs, project.shown(project.failed))
    for name in made.files:
        parts = PurePosixPath(name)
        if ".." in parts.parts or not any(parts.is_relative_to(one) for one in places):
            raise WorkersError(f"A worker sent {name}, which {parcel.notebook} does not make.")
    for name in sorted(made.files, key=lambda name: (name == parcel.output, name)):
        write_bytes(project.root / name, made.files[name])


# Folders of this process that no notebook is using. A forking parent stands for each, so that they are used again.
_free: dict[Path, list[Path]] = {}
_NOTEBOOKS = "notebooks"


@contextmanager
def _desk(within: Path) -> Iterator[Project]:
    """Lend a small project of one's own, with this package in it and nothing else; it is emptied when given back."""
    free = _free.setdefault(within, [])
    try:
        folder = free.pop()
    except IndexError:
        folder = _new_desk(within)
    try:
        yield Project(folder)
    finally:
        _empty(folder)
        free.append(folder)


def _new_desk(within: Path) -> Path:
    # Entered by this user alone.
    folder = Path(tempfile.mkdtemp(prefix="desk-", dir=within))
    (folder / _NOTEBOOKS).mkdir()
    try:
        (folder / PACKAGE.name).symlink_to(PACKAGE, target_is_directory=True)
    except OSError:
        # Windows keeps links for administrators.
        shutil.copytree(PACKAGE, folder / PACKAGE.name)
        if (PACKAGE.parent / LOCK_FILE).is_file():
            shutil.copy2(PACKAGE.parent / LOCK_FILE, folder)
    return folder


def _empty(folder: Path) -> None:
    """Remove all but what the forking parent needs, which might still be loading."""
    for path in (*folder.iterdir(), *(folder / _NOTEBOOKS).iterdir()):
        if path.name in (PACKAGE.name, LOCK_FILE, _NOTEBOOKS):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
