"""One demo, carried through the main job once, for every test about later starts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.demo import runs


@dataclass(frozen=True)
class Done:
    """A finished `--once`."""

    state: Path
    found: dict[str, Any]
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The main job, done in a new directory."""
    state = tmp_path_factory.mktemp("demo") / "state"
    result = runs.once(state)
    assert result.returncode == 0, result.stderr
    return Done(state, json.loads(result.stdout.splitlines()[-1]), result.stdout, result.stderr)
