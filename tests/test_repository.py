"""The files at the top of the repository agree with each other: versions, what git ignores, targets and verbs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
# The extra that the everyday lock leaves out has a lock of its own.
DISTRIBUTED = (ROOT / "requirements-distributed.lock").read_text("utf-8")
either_lock = pytest.mark.parametrize("lock", [LOCK, DISTRIBUTED], ids=["everyday", "distributed"])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
DIRECT = [*PROJECT["dependencies"], *(one for group in PROJECT["optional-dependencies"].values() for one in group)]
in_git = pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(),
    reason="git, or the repository's .git, is not here, so what git ignores cannot be asked",
)


def locked(lock: str) -> list[tuple[Requirement, int]]:
    """Return each requirement of a lock file with the number of its hashes."""
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", lock).strip())
    return [
        (Requirement(re.sub(r"\s*\\?\s*--hash=\S+|\\\n", " ", entry).strip()), entry.count("--hash=sha256:"))
        for entry in entries
    ]


@pytest.mark.parametrize("dependency", DIRECT)
def test_a_direct_dependency_is_locked_at_a_version_within_its_bound(dependency: str) -> None:
    wanted = Requirement(dependency)
    lock = DISTRIBUTED if dependency in PROJECT["optional-dependencies"]["distributed"] else LOCK
    versions = [
        next(iter(one.specifier)).version
        for one, _ in locked(lock)
        if canonicalize_name(one.name) == canonicalize_name(wanted.name)
    ]
    assert versions, f"{wanted.name} is not in its lock file"
    assert all(version in wanted.specifier for version in versions)


def test_what_both_locks_hold_has_the_same_versions_and_the_extra_lacks_nothing_that_a_notebook_needs() -> None:
    everyday, extra = ({one.name: str(one.specifier) for one, _ in locked(lock)} for lock in (LOCK, DISTRIBUTED))
    assert {name for name in everyday.keys() & extra.keys() if everyday[name] != extra[name]} == set()
    assert {Requirement(one).name for one in PROJECT["dependencies"]} <= extra.keys()


@either_lock
def test_every_requirement_of_the_lock_is_exact_and_has_a_hash(lock: str) -> None:
    for requirement, hashes in locked(lock):
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        assert hashes, f"{requirement} has no hash"
        assert requirement.url is None


@either_lock
def test_every_line_of_the_lock_is_a_requirement_a_hash_or_a_comment(lock: str) -> None:
    for line in lock.splitlines():
        assert re.fullmatch(r"(\S+==\S+( ;[^\\]*)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?|\s*#.*|)", line), line


@either_lock
@pytest.mark.parametrize("address", ["://", "--index-url", "--find-links", "--extra-index-url", "--trusted-host", "@ "])
def test_the_lock_names_no_place_to_download_from(lock: str, address: str) -> None:
    assert address not in lock


def test_a_bound_is_a_floor_with_no_ceiling() -> None:
    assert all(one.operator == ">=" for text in DIRECT for one in Requirement(text).specifier)


def test_conda_s_environment_takes_its_packages_from_the_lock_and_a_python_that_fits() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    plain = [one for one in environment["dependencies"] if isinstance(one, str)]
    (python,) = [one for one in plain if re.match(r"python\b", one)]
    assert Version(python.partition("=")[2]) in SpecifierSet(PROJECT["requires-python"])
    # Other packages than these would have versions that the lock file does not know.
    assert {re.split("[=<>]", one)[0] for one in plain} == {"python", "pip", "make", "git"}
    assert [one["pip"] for one in environment["dependencies"] if isinstance(one, dict)] == [["-r requirements.lock"]]


def test_conda_s_environment_takes_from_no_channel_that_asks_for_a_licence() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]


@in_git
@pytest.mark.parametrize(
    "path",
    [
        "data/raw/wave-9/answers.xlsx",
        "data/raw/wave-9/answers.csv",
        "data/raw/wave-9/answers-SYNTHETIC-x.csv",
        "data/raw/wave-9/deeper/answers.csv",
        "data/raw/answers.csv",
        "data/raw/registers/pledges.csv",
        "data/processed/x",
        "data/processed/link.key",
        "data/processed/wave-2/cleaned/answers_by_respondent_item.parquet",
        "data/releases/.preparing-wave-2-r1/wave-2/camden.html",
        "data/releases/.writing-x",
        "reports/wave-2/x.html",
        "reports/draft/wave-2/x.html",
        "reports/index.html",
        "notebooks/.ipynb_checkpoints/x.ipynb",
        ".venv",
    ],
)
def test_git_ignores_real_data_and_what_make_rebuilds(path: str) -> None:
    assert is_ignored(path)


@in_git
@pytest.mark.parametrize(
    "path",
    [
        "data/raw/wave-9/SYNTHETIC-x.xlsx",
        "data/raw/wave-9/SYNTHETIC-x.csv",
        "data/releases/register.jsonl",
        "data/releases/register.sha256",
        "data/releases/wave-2-r1/wave-2/camden.html",
        "data/releases/wave-2-r1/wave-2/camden-shares.csv",
        "notebooks/05_new.ipynb",
        "pipeline/data/new.py",
        "tests/data/new.csv",
    ],
)
def test_git_keeps_synthetic_data_releases_and_code(path: str) -> None:
    assert not is_ignored(path)


@in_git
def test_every_committed_file_below_the_raw_data_says_that_it_is_synthetic() -> None:
    listed = subprocess.run(["git", "ls-files", "data"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [Path(line) for line in listed.splitlines()]
    assert files
    assert all(path.name.startswith("SYNTHETIC-") or path.suffix == ".md" for path in files)


def is_ignored(path: str) -> bool:
    # --no-index: a rule is asked about, whether or not a file of that name is committed.
    asked = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT, check=False)
    assert asked.returncode in (0, 1)
    return asked.returncode == 0


def verbs() -> set[str]:
    """Return the verbs that the command line says it has."""
    asked = [sys.executable, "-m", "pipeline", "--help"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = told.partition("VERB\n")[2].partition("\n\n")[0]
    return set(re.findall(r"^    (\S+)", listed, re.MULTILINE))


def rules() -> set[str]:
    """Return the Makefile's targets that a person may name: those that are neither files nor settings."""
    names = re.findall(r"^([A-Za-z][\w-]*):(?!=)", MAKEFILE, re.MULTILINE)
    assert len(names) == len(set(names))
    return set(names)


def test_each_verb_of_the_command_line_is_a_target_and_each_target_a_verb() -> None:
    assert verbs() == rules() - {"help"}


def test_no_target_is_taken_for_a_file() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert set(phony.split()) == rules()


@pytest.mark.skipif(
    shutil.which("make") is None, reason="make is not here; the Makefile's text is checked all the same"
)
@pytest.mark.parametrize("words", [[], ["help"]])
def test_make_lists_every_target_with_a_sentence(words: list[str]) -> None:
    told = subprocess.run(["make", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = dict(re.findall(r"^  (\S+) +(\S.*)$", told, re.MULTILINE))
    assert set(listed) == rules()
    assert all(listed.values())


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
@pytest.mark.parametrize("target", ["release", "withdraw", "deletion"])
def test_make_hands_on_a_reason_as_it_was_written(target: str) -> None:
    reason = 'It\'s "wrong"; `echo` & <so> on'
    asked = ["make", target, "WAVE=wave-2", "PYTHON=printf '%s\\n'", f"REASON={reason}", "DATE=2024-01-15"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"--reason={reason}" in told.splitlines()
    assert "--date=2024-01-15" in told.splitlines()
