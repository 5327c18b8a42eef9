"""From the tally of a torture to docs/evidence: what was tried, with which seed, and what did not hold."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.snowflake.world import ROOT

Line = dict[str, Any]

TITLES = {
    "kill": "F01–F03: killed before and after statements and writes",
    "pair": "F04: killed, and killed again while recovering",
    "policy once": "Policy table: a code once",
    "policy for ever": "Policy table: a code for ever",
    "login": "F38–F40: refused sign-ins",
    "fault": "F19–F47, F61: any fault, twice in a share's making",
    "world": "F05–F11, F49, F60: rings, workers, reads, decisions, rows",
    "machine": "R1: sequences of the state machine",
    "bug": "R5: planted bugs",
}


def read(tally: Path) -> list[Line]:
    return [json.loads(line) for line in tally.read_text().splitlines()]


def summary(lines: list[Line]) -> dict[str, Any]:
    """Counts by kind; `not_held` names every drill in which something broke."""
    kinds: dict[str, dict[str, Any]] = defaultdict(lambda: {"drills": 0, "held": 0})
    for line in lines:
        found = kinds[line["kind"]]
        found["drills"] += 1
        found["held"] += line["held"]
        for name in ("kills", "points", "sequences"):
            if name in line:
                found[name] = found.get(name, 0) + line[name]
    return {
        "kills": sum(line.get("kills", 0) for line in lines),
        "sequences": sum(line.get("sequences", 0) for line in lines if line["held"]),
        "kinds": dict(kinds),
        "not_held": sorted(f"{line['kind']}: {line['name']}" for line in lines if not line["held"]),
        "seeds": sorted({line["seed"] for line in lines if "seed" in line}),
    }


def markdown(found: dict[str, Any], facts: dict[str, str]) -> str:
    rows = [
        f"| {TITLES.get(kind, kind)} | {counts['drills']} | {counts['held']} | "
        + ", ".join(f"{counts[name]:,} {name}" for name in ("kills", "points", "sequences") if name in counts)
        + " |"
        for kind, counts in found["kinds"].items()
    ]
    broken = [f"* {name}" for name in found["not_held"]] or ["Nothing: every drill that was run held."]
    return "\n".join(
        [
            "# Torture report",
            "",
            "Written by `script/torture`; what each drill does stands in `tests/faults` and `tests/sabotage`.",
            "",
            *(f"* {name}: {value}" for name, value in facts.items()),
            f"* seeds: {', '.join(map(str, found['seeds']))}",
            f"* real SIGKILLs: {found['kills']:,}",
            f"* state machine sequences: {found['sequences']:,}",
            "",
            "| what | drills | held | counts |",
            "|---|---|---|---|",
            *rows,
            "",
            "A drill holds when `tests/faults/invariants.py` finds nothing broken after it: no foreign row, no orphan,",
            "nobody let in who should not be, and a second reconcile that sends nothing that changes anything.",
            "",
            "## What did not hold",
            "",
            *broken,
            "",
        ]
    )


def main() -> None:
    tally, folder = Path(sys.argv[1]), ROOT / "docs" / "evidence"
    found = summary(read(tally))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    facts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": commit.stdout.strip(),
        "command": os.environ.get("FIRN_TORTURE_COMMAND", "script/torture"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "seconds": os.environ.get("FIRN_TORTURE_SECONDS", "not measured"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "torture-report.md").write_text(markdown(found, facts))
    (folder / "torture-report.json").write_text(json.dumps({**facts, **found}, indent=1, sort_keys=True) + "\n")
    print(f"{found['kills']:,} kills, {found['sequences']:,} sequences, not held: {found['not_held'] or 'none'}")


if __name__ == "__main__":
    main()
