"""Notebooks as parcels: what goes and what comes is known by its hash, and nothing of it stays where it was opened."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ground.errors import WorkersError
from pipeline.ground.paths import Project
from pipeline.machinery.executor import Place, place
from pipeline.machinery.kernels.forking import close_parents
from pipeline.machinery.kernels.limits import Limits
from pipeline.machinery.likeness import likeness
from pipeline.machinery.parcels import Bundle, Parcel, put_in_place, run_parcel
from tests.machinery.kernels.notebooks import write

files = st.dictionaries(st.text(min_size=1), st.binary(), min_size=1)
PARCEL = Parcel(
    notebook="notebooks/a.ipynb",
    parameters={},
    output="data/processed/wave-1/notebooks/a.ipynb",
    outputs=("data/processed/wave-1/cleaned", "data/processed/wave-1/notebooks/a.ipynb"),
    limits=Limits(),
)
MADE = {PARCEL.output: b"executed", "data/processed/wave-1/cleaned/x.parquet": b"table"}


@given(files)
def test_a_bundle_is_known_by_its_names_and_contents_and_not_by_their_order(found: dict[str, bytes]) -> None:
    turned = dict(reversed(found.items()))
    assert Bundle.of(found).digest == Bundle.of(turned).digest
    Bundle.of(found).check()


@given(files, st.data())
def test_a_bundle_of_which_anything_was_changed_is_refused(found: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(found)))
    others = {one: content for one, content in found.items() if one != name}
    for changed in (found | {name: found[name] + b"x"}, others, others | {f"{name}x": found[name]}):
        if changed != found:
            with pytest.raises(WorkersError, match="did not arrive whole"):
                replace(Bundle.of(found), files=changed).check()


def test_a_bundle_holds_a_file_or_a_whole_folder_by_names_below_the_project(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (project.raw / "wave-1" / "deeper").mkdir(parents=True)
    (project.raw / "wave-1" / "b.csv").write_bytes(b"b")
    (project.raw / "wave-1" / "deeper" / "c.csv").write_bytes(b"c")
    assert Bundle.read(project, project.raw / "wave-1" / "b.csv").files == {"data/raw/wave-1/b.csv": b"b"}
    assert Bundle.read(project, project.raw / "wave-1").files == {
        "data/raw/wave-1/b.csv": b"b",
        "data/raw/wave-1/deeper/c.csv": b"c",
    }
    assert Bundle.read(project, project.raw / "none.csv").files == {}


def test_what_a_notebook_made_is_put_where_it_belongs(tmp_path: Path) -> None:
    put_in_place(Bundle.of(MADE), PARCEL, Project(tmp_path))
    assert {name: (tmp_path / name).read_bytes() for name in MADE} == MADE


def test_nothing_is_written_of_what_did_not_arrive_whole(tmp_path: Path) -> None:
    with pytest.raises(WorkersError):
        put_in_place(replace(Bundle.of(MADE), files=MADE | {PARCEL.output: b"exec"}), PARCEL, Project(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "data/raw/wave-1/answers.csv",
        "data/processed/link.key",
        "data/processed/wave-1/cleaned-not/x",
        "data/processed/wave-1/cleaned/../../link.key",
        "../elsewhere",
        "/elsewhere",
    ],
)
def test_a_worker_that_sends_what_the_notebook_does_not_make_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(WorkersError, match=r"a\.ipynb does not make"):
        put_in_place(Bundle.of(MADE | {name: b"x"}), PARCEL, Project(tmp_path / "project"))
    assert list(tmp_path.iterdir()) == []


def test_the_executed_notebook_comes_last_so_that_it_stands_for_all_the_rest(tmp_path: Path) -> None:
    blocked = tmp_path / "data/processed/wave-1/cleaned/x.parquet"
    blocked.mkdir(parents=True)
    with pytest.raises(OSError):
        put_in_place(Bundle.of(MADE), PARCEL, Project(tmp_path))
    assert not (tmp_path / PARCEL.output).exists()


@pytest.fixture
def desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in which parcels are opened, with this process standing in for a worker."""
    # Kernels are forked only for the environment that their parent was started in; pytest changes it with each test.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    folder = tmp_path / "worker"
    folder.mkdir()
    token = place.set(Place(folder))
    yield folder
    place.reset(token)
    close_parents()


def parcel_of(sender: Project, *sources: str) -> tuple[Parcel, Bundle]:
    sender.root.mkdir(exist_ok=True)
    return PARCEL, Bundle.read(sender, write(sender, *sources).notebook)


def below(desks: Path) -> set[str]:
    """Return what stands in the only desk, the package apart."""
    (desk,) = desks.iterdir()
    assert stat.S_IMODE(desk.stat().st_mode) == 0o700
    return {path.relative_to(desk).as_posix() for path in desk.rglob("*") if "pipeline" not in path.parts}


def test_a_parcel_reads_what_came_with_it_gives_back_what_it_made_and_leaves_nothing(
    tmp_path: Path, desks: Path
) -> None:
    sender = Project(tmp_path / "sender")
    sender.raw.mkdir(parents=True)
    (sender.raw / "answers.csv").write_bytes(b"private")
    cleaned = "pathlib.Path('../data/processed/wave-1/cleaned')"
    parcel, notebook = parcel_of(
        sender,
        "import pathlib, sys\nsys.path.insert(0, '..')\nimport pipeline.machinery.cleaning",
        f"{cleaned}.mkdir(parents=True)\n"
        f"_ = ({cleaned} / 'x').write_bytes(pathlib.Path('../data/raw/answers.csv').read_bytes() + b' x')\n"
        "_ = pathlib.Path('../data/processed/other').write_bytes(b'not asked for')",
    )

    (failure, seconds), made = run_parcel(parcel, notebook, Bundle.read(sender, sender.raw))

    assert failure == ""
    assert seconds > 0
    assert made.files.keys() == {PARCEL.output, "data/processed/wave-1/cleaned/x"}
    assert made.files["data/processed/wave-1/cleaned/x"] == b"private x"
    made.check()
    assert below(desks) == {"notebooks"}


def test_a_parcel_that_fails_gives_back_how_far_it_came_and_leaves_nothing(tmp_path: Path, desks: Path) -> None:
    parcel, notebook = parcel_of(Project(tmp_path / "sender"), "x = 1", "1/0")
    (failure, _), made = run_parcel(parcel, notebook)
    assert "notebooks/a.ipynb, cell 2 (1/0): ZeroDivisionError" in failure
    assert made.files.keys() == {"data/processed/failed/wave-1-a.ipynb"}
    assert below(desks) == {"notebooks"}


def test_a_parcel_that_is_damaged_is_not_opened(tmp_path: Path, desks: Path) -> None:
    parcel, notebook = parcel_of(Project(tmp_path / "sender"), "x = 1")
    with pytest.raises(WorkersError):
        run_parcel(parcel, replace(notebook, digest="0" * 64))
    assert below(desks) == {"notebooks"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"python": "3.99"}, "runs Python 3.99, and this is"),
        ({"lock": "x"}, "has another requirements.lock"),
        ({"code": "x"}, "has other code"),
        ({"packages": {"pandas": "0.1"}}, "has pandas 0.1, and here it is"),
    ],
)
def test_a_worker_that_is_not_like_this_process_is_told_by_what_differs(changed: dict[str, str], words: str) -> None:
    assert replace(likeness(), **changed).difference(likeness()) != ""  # type: ignore[arg-type]
    assert words in likeness().difference(replace(likeness(), **changed))  # type: ignore[arg-type]


def test_a_worker_may_lack_a_tool_that_no_notebook_needs() -> None:
    ours = likeness()
    without = {name: version for name, version in ours.packages.items() if name != "pytest"}
    assert "pytest" in ours.packages
    assert ours.difference(replace(ours, packages=without)) == ""
    assert ours.difference(ours) == ""
