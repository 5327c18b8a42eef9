"""SnowDDL, run in its own environment: PORT KEY CONFIG plan|apply. Prints its seconds and how much DDL it has."""

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
    before = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        outcome = snowddl(int(port), Path(key), action, *_BEST, *allowed, config=Path(config))
    seconds = time.perf_counter() - before
    if outcome.code or outcome.warnings:
        sys.exit(f"code {outcome.code}: {outcome.warnings[:3]}")
    print(json.dumps({"seconds": seconds, "executed": len(outcome.executed), "suggested": len(outcome.suggested)}))


if __name__ == "__main__":
    main()
