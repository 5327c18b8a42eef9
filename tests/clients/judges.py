"""The judges of the sandbox: clients that nobody here wrote, each in an environment of its own (script/clients)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
JUDGES = ("connector5", "connector4", "adbc", "node", "cli", "sqlalchemy", "snowddl", "snowcap")
# Two minutes on a quiet machine, ten on a slow and busy one: this ends a judge that hangs.
_LONGEST = 1500


def asked() -> list[str]:
    """The judges that this run is to hear: FIRN_JUDGES, a list with blanks, as script/test sets it."""
    wanted = os.environ.get("FIRN_JUDGES", "").split()
    unknown = set(wanted) - set(JUDGES)
    if unknown:
        raise ValueError(f"FIRN_JUDGES names what is no judge: {', '.join(sorted(unknown))}")
    return wanted


def is_installed(judge: str) -> bool:
    return judge == "connector5" or (ROOT / f".venv-{judge}" / "stamp").exists()


def command_of(judge: str, report: Path) -> list[str]:
    """The judge's own test runner, which writes a JUnit report."""
    if judge == "node":
        tests = sorted(str(path) for path in (HERE / "node").glob("*.test.js"))
        output = ["--test-reporter=junit", f"--test-reporter-destination={report}"]
        return ["node", "--test", "--test-concurrency=1", *output, *tests]
    connector = judge.startswith("connector")
    python = sys.executable if judge == "connector5" else str(ROOT / f".venv-{judge}" / "bin" / "python")
    area, folder = ("sandbox", "client") if connector else (f"clients/{judge}", "")
    top = ROOT / "tests" / area
    ini = ["-c", str(ROOT / "tests" / "sandbox" / "clients.ini"), "--rootdir", str(ROOT), "--confcutdir", str(top)]
    return [python, "-m", "pytest", "-q", *ini, f"--junitxml={report}", str(top / folder)]


def environment_of(judge: str, scratch: Path) -> dict[str, str]:
    """Ours without what steers our own pytest, and with a home of its own: no judge reads this machine's settings."""
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("DJANGO", "COV", "PYTEST", "SNOWFLAKE", "FIRN_STATEMENTS"))
    }
    return environment | {
        "HOME": str(scratch),
        "NODE_PATH": str(ROOT / f".venv-{judge}" / "node_modules"),
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
        "SANDBOX_PYTHON": sys.executable,
        "SNOWFLAKE_DISABLE_PLATFORM_DETECTION": "true",
    }


def hear(judge: str, scratch: Path) -> tuple[subprocess.CompletedProcess[str], list[tuple[str, str]]]:
    """Runs a judge's tests: the finished process, and (name, failure text or "") for each test that it reports."""
    report = scratch / "report.xml"
    run = subprocess.run(
        command_of(judge, report),
        cwd=ROOT,
        env=environment_of(judge, scratch),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    return run, outcomes(report) if report.exists() else []


def outcomes(report: Path) -> list[tuple[str, str]]:
    """(name, failure text or "") of each test case of a JUnit report; one that was skipped counts as failed."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):
        wrong = [
            f"{part.tag}: {part.get('message', '')}\n{part.text or ''}"
            for part in case
            if part.tag in ("failure", "error", "skipped")
        ]
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        found.append((name, "\n".join(wrong)))
    return found
