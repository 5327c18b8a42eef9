"""R5, the proof of the suite: each planted bug is caught by its named test, run against the changed code."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.faults.effort import some, tallied
from tests.sabotage.bugs import BUGS
from tests.snowflake.world import ROOT

pytestmark = pytest.mark.slow
FAILED_TESTS = 1


@pytest.mark.parametrize("name", some("planted bugs", sorted(BUGS)))
def test_a_planted_bug_is_caught(name: str) -> None:
    bug = BUGS[name]
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "FIRN_TORTURE_TALLY")}
    with tallied("bug", name, test=bug.test):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "tests.sabotage.plant"),
                f"tests/{bug.test}",
            ],
            cwd=ROOT,
            env={**environment, "FIRN_PLANTED": name, "FIRN_TORTURE": "2"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == FAILED_TESTS, f"nothing caught it:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
        assert " failed" in done.stdout.splitlines()[-1], done.stdout[-3000:]


def test_without_a_bug_the_plugin_changes_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "tests.sabotage.plant", "tests/unit/test_verdicts.py"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "FIRN_PLANTED"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("name", sorted(BUGS))
def test_a_planted_bug_still_fits_the_code(name: str) -> None:
    bug = BUGS[name]
    text = (ROOT / f"{bug.module.replace('.', '/')}.py").read_text()
    compile(bug.planted(text), bug.module, "exec")
