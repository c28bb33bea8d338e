"""Real exports, which are no part of this project: read where they stand, and copied into a test's own folder alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ground.paths import Project

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def real() -> Path:
    """Return the folder of real exports; skips without one."""
    shared = os.environ.get("EVALUATION_SHARED")
    if not shared:
        pytest.skip("EVALUATION_SHARED is not set to a folder that holds `real/`, so real exports are not read.")
    return Path(shared) / "real"


@pytest.fixture(scope="session")
def project_of(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Project]:
    """Return a maker of projects: from a name, one of `<name>.yml` and of the real exports in the folder `<name>`."""

    def make(name: str) -> Project:
        project = Project(tmp_path_factory.mktemp(name))
        shutil.copy(HERE / f"{name}.yml", project.settings_file)
        shutil.copytree(real / name, project.raw / name)
        return project

    return make
