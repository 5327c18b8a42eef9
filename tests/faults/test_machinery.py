"""F48, F50, F53: the database restarts, the disk is full, the clock jumps."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from shares.core.spec import Phase
from shares.models import Run, Share
from shares.services.desired import spec_of
from tests.faults.effort import tallied
from tests.faults.invariants import broken_at_rest, broken_now, chain_faults
from tests.faults.test_world import comes_to_rest, holding
from tests.snowflake.builders import Scene, let_lease_lapse, ready, settle
from tests.snowflake.processes import Killer
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.slow
ROOM = 16 * 1024


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only a server has connections that it can end")
def test_f48_the_database_ends_every_connection_in_the_middle(
    scene: Scene, snowflake: Snowflake, deadly: Killer
) -> None:
    with tallied("world", "F48 connections ended"):
        share, since = scene.share(), snowflake.now()
        with holding(snowflake, deadly, share) as number:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                assert cursor.fetchone()[0] > 0
            snowflake.control.release(number)
        assert broken_now(snowflake, share, since) == []
        let_lease_lapse(share)
        comes_to_rest(snowflake, share, since)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the limit is on the portal's own files")
@pytest.mark.parametrize("room", [0, ROOM, 4 * ROOM])
def test_f50_a_full_disk_stops_a_run_and_spoils_nothing(
    scene: Scene, snowflake: Snowflake, deadly: Killer, room: int
) -> None:
    with tallied("world", f"F50 full disk after {room} bytes"):
        share, since = scene.share(), snowflake.now()
        name = str(connection.settings_dict["NAME"])
        largest = max(Path(file).stat().st_size for file in (name, f"{name}-wal") if Path(file).exists())
        assert deadly.run(share, 0, "before", largest_file=largest + room) in (0, 1)
        assert broken_now(snowflake, share, since) == []
        let_lease_lapse(share)
        comes_to_rest(snowflake, share, since)
        assert chain_faults() == []


@pytest.mark.parametrize("hours", [1, -1, 24, -24, -24 * 365 * 40])
def test_f53_a_clock_that_jumps_opens_nothing_and_comes_back(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    with tallied("world", f"F53 clock jumps {hours} hours"):
        share = scene.share(None, scene.flights, until=timezone.now() + timedelta(hours=2))
        ready(share)
        since = snowflake.now()
        with monkeypatch.context() as jump:
            moment = timezone.now() + timedelta(hours=hours)
            jump.setattr("django.utils.timezone.now", lambda: moment)
            phase = spec_of(share, timezone.now()).phase
            assert phase is (Phase.LIVE if hours == 1 else Phase.SUSPENDED)
            settle(share, Run.Trigger.CHECK)
            assert broken_now(snowflake, share, since) == []
        Share.objects.filter(pk=share.pk).update(closes_at=None)
        settle(share, Run.Trigger.CHECK)
        assert spec_of(share, timezone.now()).phase is Phase.LIVE
        assert broken_at_rest(snowflake, share, since) == []
