"""What `make prove` measures and keeps beside the code: the price of protection, and leaks refused by the gate."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.disclosure.policies import POLICIES
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import hash_bytes, hash_file
from pipeline.machinery.fingerprints import code_hash
from pipeline.machinery.proof import RESULT, read_proof
from pipeline.machinery.quotes import read_register
from pipeline.machinery.registers import register_texts
from pipeline.reference.evaluation import load_evaluation
from tests.bench import price
from tests.bench.leaks import try_leaks
from tests.bench.price import find_prices


def main() -> int:
    """Measure and keep; return 1 where a survey could not be protected or a leak passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=200, help="simulated surveys a policy (default: 200)")
    parser.add_argument("--leaks", type=int, default=200, help="leaks a policy (default: 200)")
    parser.add_argument("--only", choices=["price", "leaks"], help="measure one, and keep the other as it was")
    options = parser.parse_args()
    found: dict[str, Any] = read_proof() or {"price": [], "leaks": []}
    found |= {
        "made": dt.datetime.now(dt.UTC).date().isoformat(),
        "code": code_hash(find_project(), "pipeline.disclosure.gate")[:12],
    }
    if options.only != "leaks":
        found |= {"surveys": options.surveys, "price": [asdict(one) for one in find_prices(options.surveys, _folder())]}
    if options.only != "price":
        found["leaks"] = list(_leaks(options.leaks))
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    failed = any(one["failures"] for one in found["price"]) or any(
        one["refused"] < one["tried"] for one in found["leaks"]
    )
    return int(failed)


def _folder() -> Path:
    """Return where results are kept while measuring: those of other code are not added to this one's."""
    code = hash_bytes(
        f"{code_hash(find_project(), 'pipeline.disclosure.complementary')}{hash_file(Path(price.__file__))}".encode()
    )
    return find_project().processed / "price" / code[:16]


def _leaks(count: int) -> Iterator[dict[str, Any]]:
    """Yield what became of leaks put into the demonstration's pages, built under each policy in a folder of its own."""
    for policy in (one.name for one in POLICIES):
        with TemporaryDirectory() as folder:
            project = build_demonstration(Path(folder), policy)
            evaluation = load_evaluation(project.settings_file)
            quotes = frozenset(quote.sha256 for quote in read_register(project, evaluation))
            pages = [path for path in project.reports.rglob("*") if path.suffix in (".html", ".csv")]
            files = {path.relative_to(project.reports).as_posix(): path.read_bytes() for path in pages}
            texts = register_texts(project, evaluation)
            for row in try_leaks(files, evaluation, approved_quotes=quotes, register_texts=texts, count=count):
                yield {"policy": policy, "kind": row.kind, "tried": row.tried, "refused": row.refused}


def build_demonstration(folder: Path, policy: str) -> Project:
    """Return a project with the reports of the demonstration's second wave under a policy."""
    here = find_project()
    for name in ("notebooks", "data/raw", "evaluation.yml"):
        source, target = here.root / name, folder / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    settings = folder / "evaluation.yml"
    settings.write_text(settings.read_text("utf-8").replace("policy: standard", f"policy: {policy}"), "utf-8")
    command = [sys.executable, "-m", "pipeline", "reports", "--wave", "wave-2"]
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(here.root)}, check=True)
    return Project(folder)


if __name__ == "__main__":
    raise SystemExit(main())
