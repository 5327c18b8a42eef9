"""`script/bench NAME|all [--quick] [--against CHECKOUT]`: JSON lines on standard output, a table on standard error.

Ends with 1 when a result was wrong, never because one was slow.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from pathlib import Path

from bench.measure import Plan, Wrong, machine, table

HERE = Path(__file__).parent
BENCHES = sorted(p.stem for p in HERE.glob("*.py") if "\ndef measurements(plan: Plan)" in p.read_text(encoding="utf-8"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures; asserts nothing but what is right.")
    parser.add_argument("name", choices=[*BENCHES, "all"])
    parser.add_argument("--quick", action="store_true", help="small worlds and short runs")
    parser.add_argument("--against", type=Path, help="a checkout of older code to be measured in the same run")
    options = parser.parse_args()
    # Firn sets it for itself; the peers are to have it, too.
    os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
    plan = Plan(options.quick, options.against)
    found: list[dict[str, object]] = []
    print(json.dumps({"bench": options.name, "quick": options.quick, **machine()}), flush=True)
    try:
        for name in BENCHES if options.name == "all" else [options.name]:
            began = time.monotonic()
            for line in importlib.import_module(f"bench.{name}").measurements(plan):
                found.append(line)
                print(json.dumps(line), flush=True)
            print(json.dumps({"bench": name, "took s": round(time.monotonic() - began)}), flush=True)
    except Wrong as error:
        print(json.dumps({"wrong": str(error)}), flush=True)
        print(f"bench: WRONG: {error}", file=sys.stderr)
        return 1
    finally:
        print(table(found), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
