"""How good the unit tests are: mutmut changes shares/core and shares/snowflake/sql.py in small ways, and each change
must make a test fail. `script/torture --mutation [JOBS [FILE…]]` makes the environment and calls this; works in
var/mutation. With files only these are changed: slices add up in var/mutants.json, until a file is another.

A mutant that changes nothing that anybody could notice stands in equivalent.toml, with the reason.
"""

from __future__ import annotations

import hashlib
import json
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
KEPT = ROOT / "var" / "mutants.json"
MUTMUT = ROOT / ".venv-mutation" / "bin" / "mutmut"
# One that takes too long may have been caught, or the machine was busy: it does not count.
KILLED = {"killed", "segfault"}
# Of one mutant: what became of it, and the lines that it takes away and puts in where it lives.
Mutant = tuple[str, str, str]
NOT_TRIED = "not checked"
_LINE = re.compile(r"^\s+(\S+): (.+)$", re.MULTILINE)


def copy(files: list[str]) -> None:
    """What git knows and what is new, so that the tests find the tree that they expect; `files` are to be changed."""
    shutil.rmtree(WORK, ignore_errors=True)
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / name).is_file():
            (WORK / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, WORK / name)
    with (WORK / "pyproject.toml").open("a") as project:
        rules = (HERE / "mutmut.toml").read_text()
        if files:
            rules = re.sub("(?m)^only_mutate = .*$", f"only_mutate = {json.dumps(files)}", rules)
            rules = rules.replace('["tests/unit"]', json.dumps(tests_of(files) or ["tests/unit"]))
        project.write(rules)


def tests_of(files: list[str]) -> list[str]:
    """The unit tests that name what is in `files`. Others may notice a change, too: a slice counts too few, never too
    many."""
    names = "|".join(Path(file).stem for file in files)
    imports = re.compile(rf"^from shares\.(core|snowflake)(\.| import .*\b)({names})\b", re.MULTILINE)
    found = [file for file in sorted((ROOT / "tests" / "unit").glob("test_*.py")) if imports.search(file.read_text())]
    return [str(file.relative_to(ROOT)) for file in found]


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


def stamp(module: str) -> str:
    """Of the module's text: mutants of another text say nothing about this one."""
    return hashlib.sha256((ROOT / f"{module.replace('.', '/')}.py").read_bytes()).hexdigest()


def gathered() -> dict[str, Mutant]:
    """Every mutant that was tried in this slice or, of a module that is still the same, in an earlier one."""
    before = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    tried = {name: what for name, what in results().items() if what != NOT_TRIED}
    fresh = {name: (what, *(("", "") if what in KILLED else change(name))) for name, what in tried.items()}
    kept: dict[str, dict[str, Mutant]] = {}
    for module, mutants in before.items():
        if mutants["stamp"] == stamp(module):
            kept[module] = {name: tuple(item) for name, item in mutants["mutants"].items()}
    for name, item in fresh.items():
        kept.setdefault(module_of(name), {})[name] = item
    stored = {module: {"stamp": stamp(module), "mutants": mutants} for module, mutants in sorted(kept.items())}
    KEPT.write_text(json.dumps(stored, indent=1))
    return {name: item for mutants in kept.values() for name, item in mutants.items()}


def modules() -> set[str]:
    """All that is to be tried."""
    files = [*(ROOT / "shares" / "core").glob("*.py"), ROOT / "shares" / "snowflake" / "sql.py"]
    return {f"{'.'.join(file.relative_to(ROOT).parts)}"[:-3] for file in files if file.name != "__init__.py"}


def report(found: dict[str, Mutant]) -> tuple[str, float]:
    reasons = tomllib.loads((HERE / "equivalent.toml").read_text())["mutant"]
    known = {(item["module"], item["old"], item["new"]): item["why"] for item in reasons}
    alive = [(module_of(name), old, new) for name, (what, old, new) in sorted(found.items()) if what not in KILLED]
    equivalent = [item for item in alive if item in known]
    survivors = [item for item in alive if item not in known]
    rows = Counter(map(module_of, found))
    dead = Counter(module_of(name) for name, (what, _, _) in found.items() if what in KILLED)
    same = Counter(item[0] for item in equivalent)
    killed, total = sum(dead.values()), len(found)
    score = 100 * killed / (total - len(equivalent))
    missing = sorted(modules() - set(rows))
    lines = [
        "# Mutation report",
        "",
        "Written by `script/torture --mutation`: mutmut changes one thing at a time, and `tests/unit` must notice.",
        "What nobody could notice stands with its reason in `tests/mutation/equivalent.toml`.",
        "",
        f"* date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"* {total:,} mutants, {killed:,} killed, {len(equivalent)} equivalent, {len(survivors)} survived",
        f"* score: {score:.1f} % (with the equivalent ones counted as survivors {100 * killed / total:.1f} %)",
        f"* modules without a mutant tried: {', '.join(missing) or 'none'}",
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
    jobs, *files = sys.argv[1:] or ["2"]
    copy(files)
    mutmut("run", "--max-children", jobs, quiet=False)
    return tell()


def tell() -> int:
    """The report of all slices."""
    text, score = report(gathered())
    (ROOT / "docs" / "evidence" / "mutation-report.md").write_text(text)
    print(f"mutation score {score:.1f} %: docs/evidence/mutation-report.md")
    return 0 if score >= 90 else 1


if __name__ == "__main__":
    sys.exit(main())
