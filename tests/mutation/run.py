"""How good the unit tests are: mutmut changes shares/core and shares/snowflake/sql.py in small ways, and each change
must make a test fail. `script/torture --mutation` makes the environment and calls this; works in var/mutation.

A mutant that changes nothing that anybody could notice stands in equivalent.toml, with the reason.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = ROOT / "var" / "mutation"
MUTMUT = ROOT / ".venv-mutation" / "bin" / "mutmut"
# One that takes too long may have been caught, or the machine was busy: it does not count.
KILLED = {"killed", "segfault"}
_LINE = re.compile(r"^\s+(\S+): (.+)$", re.MULTILINE)


def copy() -> None:
    """What git knows and what is new, so that the tests find the tree that they expect."""
    shutil.rmtree(WORK, ignore_errors=True)
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / name).is_file():
            (WORK / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, WORK / name)
    with (WORK / "pyproject.toml").open("a") as project:
        project.write((HERE / "mutmut.toml").read_text())


def mutmut(*arguments: str, quiet: bool = True) -> str:
    environment = {**os.environ, "FIRN_MUTATION": "1", "SNOWFLAKE_DISABLE_PLATFORM_DETECTION": "true"}
    done = subprocess.run(
        [str(MUTMUT), *arguments], cwd=WORK, env=environment, stdout=subprocess.PIPE if quiet else None, text=True
    )
    return done.stdout or ""


def results() -> dict[str, str]:
    """Every mutant with what became of it."""
    return dict(_LINE.findall(mutmut("results", "--all", "true")))


def change(mutant: str) -> tuple[str, str]:
    """The lines that the mutant takes away and puts in, in one piece each."""
    lines = [line for line in mutmut("show", mutant).splitlines() if not line.startswith(("---", "+++"))]
    return tuple(" ".join(x[1:].strip() for x in lines if x.startswith(sign)) for sign in "-+")  # type: ignore[return-value]


def module_of(mutant: str) -> str:
    return re.split(r"\.x[_ǁ]", mutant)[0]


def report(found: dict[str, str]) -> tuple[str, float]:
    reasons = tomllib.loads((HERE / "equivalent.toml").read_text())["mutant"]
    known = {(item["module"], item["old"], item["new"]): item["why"] for item in reasons}
    alive = [(module_of(name), *change(name)) for name, what in sorted(found.items()) if what not in KILLED]
    equivalent = [item for item in alive if item in known]
    survivors = [item for item in alive if item not in known]
    rows, dead = Counter(map(module_of, found)), Counter(module_of(n) for n, what in found.items() if what in KILLED)
    same = Counter(item[0] for item in equivalent)
    killed, total = sum(dead.values()), len(found)
    score = 100 * killed / (total - len(equivalent))
    lines = [
        "# Mutation report",
        "",
        "Written by `script/torture --mutation`: mutmut changes one thing at a time, and `tests/unit` must notice.",
        "What nobody could notice stands with its reason in `tests/mutation/equivalent.toml`.",
        "",
        f"* date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"* {total:,} mutants, {killed:,} killed, {len(equivalent)} equivalent, {len(survivors)} survived",
        f"* score: {score:.1f} % (with the equivalent ones counted as survivors {100 * killed / total:.1f} %)",
        "",
        "| module | mutants | killed | equivalent | survived |",
        "|---|---|---|---|---|",
        *(f"| {m} | {n} | {dead[m]} | {same[m]} | {n - dead[m] - same[m]} |" for m, n in sorted(rows.items())),
        "",
        "## Survived",
        "",
        *([f"* {module}: `{old}` → `{new}`" for module, old, new in survivors] or ["None."]),
        "",
    ]
    return "\n".join(lines), score


def main() -> int:
    copy()
    mutmut("run", "--max-children", sys.argv[1] if len(sys.argv) > 1 else "2", quiet=False)
    text, score = report(results())
    (ROOT / "docs" / "evidence" / "mutation-report.md").write_text(text)
    print(f"mutation score {score:.1f} %: docs/evidence/mutation-report.md")
    return 0 if score >= 90 else 1


if __name__ == "__main__":
    sys.exit(main())
