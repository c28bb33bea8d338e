"""What `make prove` measures and keeps beside the code: the price of protection, and the leaks that the gate refuses."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from pipeline.machinery.fingerprints import code_hash
from pipeline.machinery.proof import RESULT, read_proof
from tests.bench.leaks import prove_leaks
from tests.bench.price import find_prices


def main() -> int:
    """Measure and keep; return 1 where a survey could not be protected or a leak passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=200, help="simulated surveys a policy (default: 200)")
    parser.add_argument("--leaks", type=int, default=200, help="leaks a policy (default: 200)")
    parser.add_argument("--only", choices=["price", "leaks"], help="measure one, and keep the other as it was")
    options = parser.parse_args()
    found: dict[str, Any] = read_proof() or {"price": [], "leaks": []}
    found |= {"made": dt.datetime.now(dt.UTC).date().isoformat(), "code": code_hash()[:12]}
    if options.only != "leaks":
        found |= {"surveys": options.surveys, "price": [asdict(price) for price in find_prices(options.surveys)]}
    if options.only != "price":
        found["leaks"] = prove_leaks(options.leaks)
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    failed = any(one["failures"] for one in found["price"]) or any(
        one["refused"] < one["tried"] for one in found["leaks"]
    )
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
