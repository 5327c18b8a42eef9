"""R1 on the portal's services and tables: sequences that nobody would think of, the same ones for the same seed."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.effort import SEED, everything, tallied
from tests.faults.portal_machine import PortalLife
from tests.services.rows import Scene

SEQUENCES = int(os.environ.get("FIRN_TORTURE_SERVICES", "20000" if everything() else "100"))
CHUNK = 100
# Once, on SQLite: inside one transaction PostgreSQL's clock stands still.
pytestmark = [pytest.mark.nodb, pytest.mark.slow]


@pytest.mark.django_db
@pytest.mark.parametrize("chunk", range(0, SEQUENCES, CHUNK))
def test_r1_whatever_people_and_machines_do_the_invariants_hold(chunk: int) -> None:
    many = min(CHUNK, SEQUENCES - chunk)
    print(f"{many} sequences, seed {SEED + chunk}")
    with tallied("services", f"from {chunk}", sequences=many):
        PortalLife.scene, PortalLife.built = Scene(), None
        # Every third chunk begins with nothing.
        if (SEED + chunk // CHUNK) % 3:
            PortalLife.build(PortalLife.scene)
        run_state_machine_as_test(
            seed(SEED + chunk)(PortalLife),
            settings=settings(
                max_examples=many,
                stateful_step_count=12,
                deadline=None,
                database=None,
                phases=[Phase.generate] if os.environ.get("FIRN_PLANTED") else [Phase.generate, Phase.shrink],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
