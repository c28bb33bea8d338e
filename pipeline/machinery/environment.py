"""The project's own environment, made from the lock file with nothing but Python itself."""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import venv
from importlib.metadata import entry_points
from pathlib import Path

from pipeline.ground.errors import PipelineError
from pipeline.ground.storage import write_bytes

LOCK = "requirements.lock"
# Under which name Jupyter finds what starts our kernels, and the kernels themselves.
PROVISIONER, KERNEL = "forking", "evaluation"
# Processes at once share the cores; threads within each would only make them wait for one another.
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def set_up(root: Path) -> int:
    """Make .venv below `root` from the lock file, every package checked against its hash, and compile it.

    The file .venv/ready is written last: without it a set-up that was cut short is made anew.
    """
    if sys.version_info < (3, 11):
        raise PipelineError(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    if not (root / LOCK).is_file():
        raise PipelineError(f"{LOCK} was not found here; run this from the project's folder.")
    folder = root / ".venv"
    print("Setting up .venv from the lock file; this takes a minute or two, once.", file=sys.stderr, flush=True)
    try:
        venv.create(folder, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PipelineError(f"Python could not make an environment in .venv: {error}.") from None
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    done = subprocess.run([*install, "--require-hashes", "--only-binary", ":all:", "-r", LOCK], cwd=root, check=False)
    if done.returncode:
        raise PipelineError("The packages of the lock file could not be installed; pip's message above says why.")
    # Jupyter finds the way we start kernels by its name once the project is installed, where it stands.
    here = [*install, "--no-index", "--no-deps", "--no-build-isolation", "--editable", "."]
    if subprocess.run(here, cwd=root, check=False).returncode:
        raise PipelineError("The project could not be installed in its own environment; pip's message above says why.")
    _compile(folder)
    (folder / "ready").write_text("made from the lock file\n", "utf-8")
    return 0


def _compile(environment: Path) -> None:
    # Without compiled files every start would read and compile a thousand modules anew, even where
    # PYTHONDONTWRITEBYTECODE keeps Python from writing them itself.
    for folder in (environment, Path(__file__).resolve().parent.parent):
        compileall.compile_dir(folder, quiet=2, workers=0)


def open_lab() -> int:
    """Open the notebooks in JupyterLab, our kernels among those to choose from; return its exit status."""
    if entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER):
        write_kernel_spec(Path(sys.prefix))
    return run_tool("jupyterlab", "--notebook-dir=.")


def write_kernel_spec(prefix: Path) -> Path:
    """Write, into an environment, how Jupyter starts kernels of ours; return the folder of that."""
    launcher = Path(__file__).resolve().parent / "kernels" / "launcher.py"
    spec = {
        "argv": [sys.executable, str(launcher), "-f", "{connection_file}"],
        "display_name": "Python 3 (evaluation, loaded)",
        "language": "python",
        "env": ONE_THREAD,
        "metadata": {"kernel_provisioner": {"provisioner_name": PROVISIONER}},
    }
    folder = prefix / "share" / "jupyter" / "kernels" / KERNEL
    write_bytes(folder / "kernel.json", json.dumps(spec, indent=1).encode("utf-8"), public=True)
    return folder


def run_tool(module: str, *arguments: str) -> int:
    """Run a tool of the environment as `python -m`; return its exit status."""
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode
