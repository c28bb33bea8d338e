"""The kernel that JupyterLab offers: found by its spec, forked by what the spec names, with the code as it is now."""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from pipeline.machinery import code_graph
from pipeline.machinery.environment import KERNEL, PROVISIONER, write_kernel_spec
from pipeline.machinery.kernels.forking import close_parents, path_of, renewed
from tests.machinery.kernels.notebooks import make_project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KernelSpecManager]:
    """Where Jupyter looks for kernels, in an environment in which the project is installed."""
    folder = write_kernel_spec(tmp_path / "environment")
    # The environment of the tests need not have the project installed: what installing it declares stands here.
    value = "pipeline.machinery.kernels.provisioner:ForkingProvisioner"
    entry = importlib.metadata.EntryPoint(PROVISIONER, value, KernelProvisionerFactory.GROUP_NAME)
    monkeypatch.setitem(KernelProvisionerFactory.instance().provisioners, PROVISIONER, entry)
    os.environ.pop("PYTEST_CURRENT_TEST", None)
    yield KernelSpecManager(kernel_dirs=[str(folder.parent)])
    close_parents()


def test_the_project_declares_the_provisioner_that_the_spec_names(specs: KernelSpecManager) -> None:
    text = (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text("utf-8")
    assert 'forking = "pipeline.machinery.kernels.provisioner:ForkingProvisioner"' in text
    assert specs.get_kernel_spec(KERNEL).metadata["kernel_provisioner"]["provisioner_name"] == "forking"


def test_a_kernel_of_the_spec_is_forked_and_answers(specs: KernelSpecManager, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project.root / "notebooks").mkdir()
    manager = KernelManager(kernel_name=KERNEL, kernel_spec_manager=specs)
    manager.start_kernel(cwd=str(project.root / "notebooks"))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        heard: list[str] = []
        look = "import sys; print('pipeline.presentation.report' in sys.modules)"
        client.execute_interactive(look, timeout=60, output_hook=lambda told: heard.append(json.dumps(told["content"])))
        assert any("True" in one for one in heard), heard
        parent = psutil.Process(manager.provisioner.pid).parent()  # type: ignore[union-attr]
        assert parent is not None and "zygote.py" in " ".join(parent.cmdline())
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_code_that_was_changed_is_loaded_anew_and_the_old_parent_ends_with_its_last_kernel(
    specs: KernelSpecManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "pipeline"
    package.mkdir()
    (package / "one.py").write_text("x = 1\n", "utf-8")
    monkeypatch.setattr(code_graph, "PACKAGE", package)
    path = path_of(tmp_path / "notebooks")
    old = renewed(path)
    assert old is not None
    assert renewed(path) is old
    kernel = old.fork(["x", "-f", "/nowhere/kernel.json"], str(tmp_path), _environment())
    (package / "one.py").write_text("x = 2\n", "utf-8")
    new = renewed(path)
    assert new is not None and new is not old
    assert old.is_alive()
    kernel.kill()
    kernel.wait(timeout=10)
    assert renewed(path) is new
    assert not old.is_alive()


def _environment() -> dict[str, str]:
    from pipeline.machinery.environment import ONE_THREAD

    return {**os.environ, **ONE_THREAD}
