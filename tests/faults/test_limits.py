"""F57, F62, I10: no memory left, a consumer who drops what they mounted, and secrets that must stay secret."""

from __future__ import annotations

import logging

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from sandbox.faults.kinds import FAULTS
from shares.models import Run, Share
from shares.services import outcomes
from shares.services.leases import MAX_ATTEMPTS
from shares.services.reconcile import reconcile
from shares.snowflake import pool
from tests.faults.effort import some, tallied
from tests.faults.invariants import broken_at_rest, broken_now
from tests.faults.test_world import comes_to_rest
from tests.snowflake.builders import Scene, let_lease_lapse, ready, settle
from tests.snowflake.processes import Killer
from tests.snowflake.reading import mounted, rows_of
from tests.snowflake.world import OWN_FLIGHTS, Snowflake

pytestmark = pytest.mark.slow
MEGABYTE = 1024 * 1024
LOGIN_FAULTS = sorted(name for name, fault in FAULTS.items() if fault.on == "login")


@pytest.mark.parametrize("room", [1, 16, 256])
def test_f57_no_memory_left_stops_a_run_and_spoils_nothing(
    scene: Scene, snowflake: Snowflake, deadly: Killer, room: int
) -> None:
    with tallied("world", f"F57 {room} MB of memory left"):
        share, since = scene.share(), snowflake.now()
        for _ in range(MAX_ATTEMPTS):
            deadly.run(share, 0, "before", memory=room * MEGABYTE)
            assert broken_now(snowflake, share, since) == []
            let_lease_lapse(share)
        # Whoever dies each time is left to a person, who could still say so has said it; some cannot even begin.
        begun = Run.objects.filter(share=share)
        ended = begun.exclude(outcome=Run.Outcome.RUNNING).exists()
        assert outcomes.quarantined(share.pk) or ended or not begun.exists()
        Share.objects.filter(pk=share.pk).update(attempts=0)
        comes_to_rest(snowflake, share, since)


def test_f62_a_consumer_who_drops_the_database_is_not_shown_as_connected(scene: Scene, snowflake: Snowflake) -> None:
    with tallied("world", "F62 consumer drops and mounts again"):
        share = ready(scene.share())
        since = snowflake.now()
        for _ in range(2):
            with mounted(snowflake.ua, share) as database:
                settle(share)
                assert share.mounted_at
                assert rows_of(snowflake.ua, database, share) == {"UA": OWN_FLIGHTS["UA"]}
            settle(share)
            assert share.mounted_at is None
        assert broken_at_rest(snowflake, share, since) == []


@pytest.mark.parametrize("fault", some("faults at sign-in", LOGIN_FAULTS))
def test_i10_neither_key_nor_token_is_written_anywhere(
    scene: Scene, snowflake: Snowflake, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    """Logs at their most talkative, and every text of every table, after runs that go well and ill."""
    with tallied("world", f"I10 secrets after {fault}"):
        caplog.set_level(logging.DEBUG)
        pool.close_idle()
        share = scene.share()
        with snowflake.control.armed(fault, user="FIRN_SVC"):
            reconcile(share.pk)
        comes_to_rest(snowflake, share, snowflake.now())
        key = (snowflake.folder / "firn.p8").read_text().splitlines()[1]
        canaries = {"private key": key, "secret key": str(settings.SECRET_KEY), "token": "eyJ"}
        written = caplog.text + every_text()
        assert {name for name, canary in canaries.items() if canary in written} == set()


def every_text() -> str:
    """All texts in the portal's own tables."""
    found = []
    for model in apps.get_models():
        names = [field.name for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
        if names and model._meta.db_table in connection.introspection.table_names():
            found += [str(row) for row in model._default_manager.values_list(*names)]
    return "\n".join(found)
