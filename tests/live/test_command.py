"""`script/test --live` without an account: it says what to set, loudly, and fails because it was asked for."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_connection_it_says_what_to_set() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FIRN_LIVE")}
    run = subprocess.run(
        ["script/test", "--live"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert "NOTHING WAS TESTED" in run.stderr
    for name in ("FIRN_LIVE_CONNECTION", "FIRN_LIVE_CONSUMER", "SNOWFLAKE_CONNECTIONS_FILE", "MANAGE SHARE TARGET"):
        assert name in run.stderr
    assert run.stdout == ""
