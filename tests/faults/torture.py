"""Everything that can be broken, broken, in slices that add up: `script/torture` is this and the environment for it.

The tally is var/torture/<effort>-<seed>.jsonl. A slice goes on where the last one stopped; --fresh begins anew.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.faults import report
from tests.snowflake.world import ROOT

# Everything that a drill inherits from whoever starts it would make it another drill.
NOT_INHERITED = ("FIRN_DEBUG", "DATABASE_URL", "SECRET_KEY", "PUBLIC_BASE_URL", "EMAIL_URL")
NO_TESTS_LEFT = 5


def asked() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="script/torture", description="What is not known here goes to pytest.")
    parser.add_argument("--quick", action="store_true", help="a sample, with its report in var/torture")
    parser.add_argument("--minutes", type=float, help="begin no drill after so many minutes; the next slice goes on")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier slices did")
    parser.add_argument("--jobs", default="2", help="drills side by side")
    return parser.parse_known_args()


def slice_of(options: argparse.Namespace, rest: list[str], tally: Path, effort: str) -> int:
    """One slice; pytest's exit code."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment |= {
        "SNOWFLAKE_DISABLE_PLATFORM_DETECTION": "true",
        "FIRN_TORTURE": effort,
        "FIRN_TORTURE_TALLY": str(tally),
        "FIRN_TORTURE_COMMIT": commit.stdout.strip(),
    }
    if options.minutes:
        environment["FIRN_TORTURE_UNTIL"] = str(time.time() + options.minutes * 60)
    chosen = rest if any(word.startswith("tests/") for word in rest) else ["tests/faults", "tests/sabotage", *rest]
    command = [sys.executable, "-m", "pytest", "-q", "-n", options.jobs, "--dist", "worksteal", *chosen]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> int:
    options, rest = asked()
    effort, seed = "10" if options.quick else "all", os.environ.get("FIRN_TORTURE_SEED", "20130101")
    folder = ROOT / "var" / "torture"
    folder.mkdir(parents=True, exist_ok=True)
    tally, slices = folder / f"{effort}-{seed}.jsonl", folder / "slices.json"
    if options.fresh or options.quick:
        tally.unlink(missing_ok=True)
        slices.unlink(missing_ok=True)
    before = json.loads(slices.read_text()) if slices.exists() else {"slices": 0, "seconds": 0}
    started = time.monotonic()
    code = slice_of(options, rest, tally, effort)
    seconds = before["seconds"] + round(time.monotonic() - started)
    slices.write_text(json.dumps({"slices": before["slices"] + 1, "seconds": seconds}))
    if tally.exists():
        target = folder if options.quick else ROOT / "docs" / "evidence"
        command = f"script/torture{' --quick' if options.quick else ''}, {before['slices'] + 1} slices"
        found = report.write(tally, target, command, f"{seconds:,}")
        print(f"{found['kills']:,} kills, {found['sequences']:,} sequences, not held: {found['not_held'] or 'none'}")
        print(f"seeds {found['seeds']}; report in {target.relative_to(ROOT)}/torture-report.md")
    return 0 if code == NO_TESTS_LEFT else code


if __name__ == "__main__":
    sys.exit(main())
