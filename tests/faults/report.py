"""From the tally of a torture to docs/evidence: what was tried, with which seed, and what did not hold."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.snowflake.world import ROOT

Line = dict[str, Any]

TITLES = {
    "kill": "F01–F03: killed before and after statements and writes",
    "pair": "F04: killed, and killed again while recovering",
    "chain": "F04: killed four times in a row, each recovery but the last",
    "policy once": "Policy table: a code once",
    "policy for ever": "Policy table: a code for ever",
    "login": "F38–F40: refused sign-ins",
    "fault": "F19–F47, F61: any fault, twice in a share's making",
    "world": "All other faults of docs/faults.md",
    "machine": "R1: sequences of the state machine of the plan",
    "services": "R1: sequences of the state machine of the services",
    "bug": "R5: planted bugs",
}
COUNTS = ("kills", "sequences")
# What the report says of the worst, by the numbers that tests/faults/invariants.py gives.
WORST = {"I1": "foreign rows", "I5": "orphans", "I4": "not converged"}


def read(tally: Path) -> list[Line]:
    return [json.loads(line) for line in tally.read_text().splitlines()]


def summary(lines: list[Line]) -> dict[str, Any]:
    """Counts by kind; `not_held` names every drill whose last try broke something, `broke` what every try broke."""
    kinds = {kind: _of_kind([line for line in lines if line["kind"] == kind]) for kind in TITLES}
    failed = [line for line in _last(lines).values() if not line["held"]]
    broke = Counter(code for line in lines for code in set(re.findall(r"\bI\d+(?=:)", line.get("broken", ""))))
    return {
        "kills": sum(line.get("kills", 0) for line in lines),
        "sequences": sum(line.get("sequences", 0) for line in lines if line["held"]),
        "kinds": {kind: counts for kind, counts in kinds.items() if counts["drills"]},
        "not_held": sorted(f"{_named(line)}: {' '.join(line.get('broken', '').split())[:200]}" for line in failed),
        "worst": {words: broke[code] for code, words in WORST.items()},
        "seeds": sorted({line["seed"] for line in lines if "seed" in line}),
        "commits": dict(Counter(line["commit"] for line in lines if line.get("commit"))),
    }


def _last(lines: list[Line]) -> dict[tuple[str, ...], Line]:
    return {(line["kind"], line["name"], line.get("point", "")): line for line in lines}


def _named(line: Line) -> str:
    return " ".join(filter(None, (line["kind"], line["name"], line.get("point", ""))))


def _of_kind(lines: list[Line]) -> dict[str, Any]:
    last = _last(lines)
    found: dict[str, Any] = {"drills": len(last), "held": sum(line["held"] for line in last.values())}
    for name in COUNTS:
        if many := sum(line.get(name, 0) for line in lines):
            found[name] = many
    # How many drills each operation has is known once it has been gone through without a fault.
    if of := {line["name"]: line["of"] for line in lines if "of" in line}:
        found["of"], found["operations"] = sum(of.values()), len(of)
    return found


def operations(lines: list[Line]) -> list[str]:
    """A table of the kills by operation."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for (kind, name, point), line in _last(lines).items():
        if point:
            rows[name].update({kind: 1, f"{kind} held": line["held"]})
    of = {(line["kind"], line["name"]): line["of"] for line in lines if "of" in line}
    shown = [
        f"| {name} | {n['kill held']} of {n['kill']} | {of.get(('kill', name), '')} "
        f"| {n['pair held']} of {n['pair']} | {of.get(('pair', name), '')} | {n['chain held']} of {n['chain']} |"
        for name, n in sorted(rows.items())
    ]
    head = [
        "| operation | kills held | of points | pairs held | of pairs | four in a row |",
        "|---|---|---|---|---|---|",
    ]
    return [*head, *shown]


def planted(lines: list[Line]) -> list[str]:
    """A table of the planted bugs, each with the test that has to catch it."""
    rows = sorted((line for line in _last(lines).values() if line["kind"] == "bug"), key=lambda line: line["name"])
    shown = [f"| {bug['name']} | `{bug['test']}` | {'yes' if bug['held'] else 'NO'} |" for bug in rows]
    return ["| planted bug | the test that is to catch it | caught |", "|---|---|---|", *shown]


def markdown(lines: list[Line], found: dict[str, Any], facts: dict[str, str]) -> str:
    rows = [
        f"| {TITLES[kind]} | {counts['drills']:,} | {counts['held']:,} | "
        + ", ".join(f"{counts[name]:,} {name}" for name in COUNTS if name in counts)
        + (f" (of {counts['of']:,} points of {counts['operations']} operations)" if "of" in counts else "")
        + " |"
        for kind, counts in found["kinds"].items()
    ]
    broken = [f"* {name}" for name in found["not_held"]] or ["Nothing: every drill that was run held in the end."]
    return "\n".join(
        [
            "# Torture report",
            "",
            "Written by `script/torture`; what each drill does stands in `tests/faults` and `tests/sabotage`, what the",
            "numbers mean in `docs/faults.md`.",
            "",
            *(f"* {name}: {value}" for name, value in facts.items()),
            f"* drills by commit: {', '.join(f'{name} {many:,}' for name, many in found['commits'].items())}",
            f"* seeds: {', '.join(map(str, found['seeds']))}",
            f"* real SIGKILLs: {found['kills']:,}",
            f"* state machine sequences: {found['sequences']:,}",
            *(f"* {words}: {many}" for words, many in found["worst"].items()),
            "",
            "| what | drills | held | counts |",
            "|---|---|---|---|",
            *rows,
            "",
            "A drill holds when `tests/faults/invariants.py` finds nothing broken after it: no foreign row, no orphan,",
            "nobody let in who should not be, and a second reconcile that sends nothing that changes anything.",
            "",
            "## Kills by operation",
            "",
            *operations(lines),
            "",
            "## Planted bugs",
            "",
            "Each is a change of one line or two in `tests/sabotage/bugs.py`; a test process of its own runs with it.",
            "",
            *planted(lines),
            "",
            "## What did not hold",
            "",
            *broken,
            "",
        ]
    )


def write(tally: Path, folder: Path, command: str, seconds: str) -> dict[str, Any]:
    lines = read(tally)
    found = summary(lines)
    facts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "command": command,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "seconds": seconds,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "torture-report.md").write_text(markdown(lines, found, facts))
    (folder / "torture-report.json").write_text(json.dumps({**facts, **found}, indent=1, sort_keys=True) + "\n")
    return found


def main() -> None:
    """`python -m tests.faults.report TALLY [NOTE…]`: the report of a tally that another checkout keeps."""
    tally = Path(sys.argv[1])
    seconds = json.loads(tally.with_name("slices.json").read_text())["seconds"]
    found = write(
        tally, ROOT / "docs" / "evidence", " ".join(["script/torture, in slices", *sys.argv[2:]]), f"{seconds:,}"
    )
    print(f"{found['kills']:,} kills, {found['sequences']:,} sequences, not held: {found['not_held'] or 'none'}")


if __name__ == "__main__":
    main()
