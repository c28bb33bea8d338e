"""What only renders or judges pages does not load what draws or estimates: an analyst waits for it after each edit."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("scipy.stats", "statsmodels", "matplotlib", "seaborn")


@pytest.mark.parametrize(
    "module", ["pipeline.machinery.site", "pipeline.disclosure.gate", "pipeline.machinery.private_memory"]
)
def test_rendering_and_judging_load_nothing_that_draws_or_estimates(module: str) -> None:
    look = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_build_with_nothing_to_do_loads_no_tables() -> None:
    look = "import sys, pipeline.machinery.starting; print('pandas' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
