"""R1: sequences of a share's life that nobody would think of, the same ones for the same seed."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.effort import SEED, everything, tallied
from tests.faults.machine import Life

SEQUENCES = int(os.environ.get("FIRN_TORTURE_SEQUENCES", "20000" if everything() else "300"))
CHUNK = 1000
pytestmark = pytest.mark.nodb


@pytest.mark.parametrize("chunk", range(0, SEQUENCES, CHUNK))
def test_r1_whatever_happens_the_invariants_hold(chunk: int) -> None:
    many = min(CHUNK, SEQUENCES - chunk)
    print(f"{many} sequences, seed {SEED + chunk}")
    machine = seed(SEED + chunk)(Life)
    with tallied("machine", f"from {chunk}", sequences=many):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=many,
                stateful_step_count=30,
                deadline=None,
                database=None,
                # The shortest story is for people; that a planted bug is caught needs none.
                phases=[Phase.generate] if os.environ.get("FIRN_PLANTED") else [Phase.generate, Phase.shrink],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
