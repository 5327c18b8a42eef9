"""SnowDDL, run in its own environment: PORT KEY CONFIG plan|apply. Prints its seconds, its CPU, how much DDL it has."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from pathlib import Path

from tests.clients.snowddl.tool import EVERYTHING, snowddl

# Its cheapest run that still makes a share of views.
_BEST = ("--include-object-types", "DATABASE,SCHEMA,VIEW,SHARE")


def main() -> None:
    port, key, config, action = sys.argv[1:]
    allowed = EVERYTHING if action == "apply" else ()
    before, used = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        outcome = snowddl(int(port), Path(key), action, *_BEST, *allowed, config=Path(config))
    seconds, used = time.perf_counter() - before, time.process_time() - used
    if outcome.code or outcome.warnings:
        sys.exit(f"code {outcome.code}: {outcome.warnings[:3]}")
    counts = {"executed": len(outcome.executed), "suggested": len(outcome.suggested)}
    print(json.dumps({"seconds": seconds, "cpu": used, **counts}))


if __name__ == "__main__":
    main()
