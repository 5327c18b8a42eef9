"""Which process runs which tests, and when: whole files, the longest first, so that no core waits at the end."""

from __future__ import annotations

from collections import OrderedDict

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

# One place, demo or stack serves all tests of these folders: whoever runs one runs them all.
TOGETHER = ("tests/demo", "tests/looks", "tests/browser")

# Seconds on a quiet machine, rounded, as `script/test --durations=0` says. Only their order counts; what is not listed
# is short, the shorter the fewer its tests.
SECONDS = {
    "tests/looks": 140,
    "tests/clients/test_judges.py": 120,
    "tests/demo": 100,
    "tests/snowflake/test_worker.py": 80,
    "tests/faults/test_kills.py": 65,
    "tests/snapshots/test_snapshots.py": 50,
    "tests/browser": 90,
    "tests/web/test_matrix.py": 32,
    "tests/faults/test_portal_machine.py": 30,
    "tests/sandbox/test_faults_deadly.py": 21,
    "tests/sandbox/test_restart.py": 18,
    "tests/sandbox/test_hammer.py": 16,
    "tests/faults/test_errors.py": 16,
    "tests/faults/test_world.py": 13,
    "tests/sabotage/test_bugs.py": 13,
    "tests/faults/test_limits.py": 12,
    "tests/sandbox/client/test_faults.py": 12,
    "tests/sandbox/test_command.py": 12,
    "tests/services/test_moves.py": 11,
    "tests/snowflake/test_watch.py": 10,
    "tests/snowflake/test_altering.py": 10,
    "tests/snowflake/test_drift.py": 10,
    "tests/snowflake/test_closing.py": 9,
    "tests/web/test_queries.py": 9,
    "tests/sandbox/test_airport.py": 8,
    "tests/snowflake/test_versions.py": 7,
    "tests/snowflake/test_races.py": 7,
    "tests/faults/test_surroundings.py": 7,
    "tests/faults/test_machinery.py": 7,
    "tests/meta/test_house.py": 6,
    "tests/sandbox/test_kills.py": 6,
    "tests/unit/test_plan_properties.py": 6,
}
SHORT = 5
A_TEST = 0.02


class _LongestFirst(OrderedDict[str, dict[str, bool]]):
    """The units of work that wait, each by its name: test → whether it ran."""

    def popitem(self, last: bool = True) -> tuple[str, dict[str, bool]]:
        unit = max(self, key=lambda name: SECONDS.get(name, min(SHORT, len(self[name]) * A_TEST)))
        return unit, self.pop(unit)


class LongestFirst(LoadFileScheduling):
    """As xdist's loadfile, which hands out the files with most tests first, and so the longest tests last."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        self.workqueue = _LongestFirst()

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(f"{folder}/")), nodeid.split("::", 1)[0])
