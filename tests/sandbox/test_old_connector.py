"""The client tests once more, through the older line of the connector in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.slow
def test_the_client_tests_pass_with_connector_4() -> None:
    python = os.environ.get("FIRN_CONNECTOR4_PYTHON")
    if not python:
        pytest.skip("FIRN_CONNECTOR4_PYTHON IS NOT SET: CONNECTOR 4.8.1 IS NOT TESTED")
    command = [
        python,
        "-m",
        "pytest",
        "-q",
        "-c",
        str(HERE / "clients.ini"),
        "--rootdir",
        str(ROOT),
        str(HERE / "client"),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "COV", "PYTEST"))}
    environment["SANDBOX_PYTHON"] = sys.executable
    environment["PYTHONPATH"] = str(ROOT)
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
