"""On a terminal a bar names the notebook that runs; a build that has nothing to run shows none."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

from pipeline.ground.paths import Project
from tests.machinery.tiny_runs import WAVE, command, environment


def run_on_terminal(project: Project, *arguments: str) -> tuple[int, str]:
    """Run the command line with a terminal as its error stream; return its status and what the terminal was sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    with subprocess.Popen(
        command(*arguments), cwd=project.root, env=environment(TERM="xterm"), stderr=theirs, stdout=subprocess.DEVNULL
    ) as run:
        os.close(theirs)
        sent = b""
        try:
            while chunk := os.read(ours, 65536):
                sent += chunk
        except OSError:  # Linux tells so that the other end is closed.
            pass
    os.close(ours)
    return run.returncode, sent.decode("utf-8")


def test_on_a_terminal_the_bar_names_the_running_notebook(copied: Project) -> None:
    (copied.executed(WAVE) / "camden.ipynb").unlink()
    status, sent = run_on_terminal(copied, "reports", "--wave", WAVE)
    assert status == 0
    bars = [one for one in re.split(r"[\r\n]", sent) if "notebook" in one and "|" in one]
    assert any("reporting camden" in one and "6/7" in one for one in bars), sent
    # The bar is wiped at the end, and the summary is the last thing to read.
    last = sent.strip().splitlines()[-1].rpartition("\r")[2]
    assert last.startswith("wave-2: 1 notebooks run, 6 up to date; 0 pages built, 4 unchanged")
