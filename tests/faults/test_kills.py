"""F01–F04: real SIGKILLs before and after every statement and every write of every operation, and of the recovery."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from shares.models import Run, Share
from tests.faults.effort import SEED, everything, held_before, some, tallied, time_is_up
from tests.faults.invariants import broken_at_rest, broken_now, chain_faults, removal_is_first
from tests.faults.operations import OPERATIONS, begin
from tests.snowflake.builders import Scene, let_lease_lapse, settle
from tests.snowflake.processes import Killer
from tests.snowflake.reading import state
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.slow
# What is killed, at which of them, and when.
Kill = tuple[str, int, str]
# Of the first statements of a run and of its recovery: all pairs in a full torture.
PAIRS = 6
# Of deaths in a row: one less than leaves the share to a person; and how many such rows of an operation there are. With
# fewer of them a slice comes to more operations; the first ones are the same ones.
DEATHS, CHAINS = 4, int(os.environ.get("FIRN_TORTURE_CHAINS", "24"))


@dataclass
class Drill:
    """One operation, gone through again and again with other kills."""

    name: str
    scene: Scene
    snowflake: Snowflake
    deadly: Killer
    share: Share | None = None
    expected: dict[str, Any] = field(default_factory=dict)
    kills: int = 0
    since: int = 0

    def begin(self) -> Share:
        self.share = begin(self.name, self.scene, self.snowflake, self.share)
        self.since = self.snowflake.now(self.since)
        return self.share

    def undisturbed(self) -> dict[str, int]:
        """Once without a kill: what it leads to, and of how many statements and writes it consists."""
        share = self.begin()
        assert self.deadly.run(share, 0, "before") == 0
        counts = dict(self.deadly.counts)
        changed = [sql for sql in self.snowflake.changes_since(self.since) if share.name in sql]
        assert bool(changed) is not OPERATIONS[self.name].quiet, changed
        self.at_rest(share)
        self.expected = state(self.snowflake, share)
        return counts

    def through(self, *kills: Kill) -> None:
        """Kill the run, then its recovery, and so on; then let one end, and look at everything."""
        share = self.begin()
        for of, at, phase in kills:
            if self.deadly.run(share, at, phase, of=of) == 0:
                break
            self.kills += 1
            self.meanwhile(share)
            let_lease_lapse(share)
        share.refresh_from_db()
        settle(share, Run.Trigger.RETRY)
        self.at_rest(share)
        assert state(self.snowflake, share) == self.expected

    def start_anew(self) -> None:
        """What a kill that did not hold has left must not spoil the next one."""
        if self.share is not None:
            let_lease_lapse(self.share)
            self.scene.forget(self.share)
            self.share = None

    def meanwhile(self, share: Share) -> None:
        operation = OPERATIONS[self.name]
        if not operation.leaks:
            assert broken_now(self.snowflake, share, self.since) == []
        if operation.takes:
            changes = [sql for sql in self.snowflake.changes_since(self.since) if share.name in sql]
            assert removal_is_first(changes[:1]) == []

    def at_rest(self, share: Share) -> None:
        assert broken_at_rest(self.snowflake, share, self.since) == []


@pytest.fixture
def drill(request: pytest.FixtureRequest, scene: Scene, snowflake: Snowflake, deadly: Killer) -> Drill:
    return Drill(request.param, scene, snowflake, deadly)


def gone_through(drill: Drill, kind: str, every: list[tuple[Kill, ...]]) -> None:
    """Each of them, in slices where the torture has some: one that does not hold keeps no other from being tried."""
    broken, reached = [], []
    for kills in some(f"{kind} {drill.name}", every):
        point = ", ".join(f"{phase} {of} {at}" for of, at, phase in kills)
        if time_is_up() or held_before(kind, drill.name, point):
            continue
        drill.kills = 0
        try:
            with tallied(kind, drill.name, point, of=len(every)) as count:
                try:
                    drill.through(*kills)
                finally:
                    count["kills"] = drill.kills
                    reached.append(drill.kills > 0)
        except AssertionError as error:
            broken.append(f"{point}: {error}")
            drill.start_anew()
    assert broken == []
    # The last write of the run that was counted may be one that this run had no reason for.
    assert any(reached) or not reached
    assert chain_faults() == []


@pytest.mark.parametrize("drill", OPERATIONS, indirect=True)
def test_f01_f02_f03_a_kill_at_every_statement_and_write(drill: Drill) -> None:
    counts = drill.undisturbed()
    every: list[tuple[Kill, ...]] = [
        ((of, at, phase),) for of, last in counts.items() for at in range(1, last + 1) for phase in ("before", "after")
    ]
    gone_through(drill, "kill", every)


@pytest.mark.parametrize("drill", ["provision", "take-back", "repair-wider-view"], indirect=True)
def test_f04_a_kill_of_the_recovery(drill: Drill) -> None:
    counts = drill.undisturbed()
    firsts = range(1, counts["statement"] + 1)
    seconds = firsts if everything() else firsts[:PAIRS]
    pairs: list[tuple[Kill, ...]] = [
        (("statement", n, "after"), ("statement", m, "after")) for n in firsts for m in seconds
    ]
    gone_through(drill, "pair", pairs)


def deaths_in_a_row(name: str, counts: dict[str, int]) -> list[tuple[Kill, ...]]:
    """Anywhere in the run first, then early in each recovery: later there may be nothing left to do."""
    draw = random.Random(f"{SEED} {name}")

    def kill(most: int) -> Kill:
        of = draw.choice(("statement", "write"))
        return of, draw.randint(1, min(most, counts[of])), draw.choice(("before", "after"))

    return [(kill(1000), *(kill(PAIRS) for _ in range(DEATHS - 1))) for _ in range(CHAINS)]


@pytest.mark.parametrize("drill", OPERATIONS if everything() else ["swap-workspaces"], indirect=True)
def test_f04_a_kill_of_each_recovery_but_the_last(drill: Drill) -> None:
    gone_through(drill, "chain", deaths_in_a_row(drill.name, drill.undisturbed()))
