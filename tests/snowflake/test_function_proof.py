"""A function is proved through the views that it reads, and is nobody's once it reads anything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import DatasetObject, Proof, Run, Share
from shares.services import grants
from shares.services.publishing import obstacles, publish
from shares.services.reconcile import reconcile
from shares.services.status import state_of
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import mounted
from tests.snowflake.world import Snowflake

PAST = "SELECT COUNT(*) FROM FIRN_OUT.NEXT_DOOR.FLIGHTS WHERE ORIGIN = AIRPORT"
OWN = "SELECT COUNT(*) FROM {{FLIGHTS}} WHERE ORIGIN = AIRPORT"


@pytest.fixture
def next_door(snowflake: Snowflake) -> Iterator[None]:
    """Everybody's rows, where Snowflake lets a shared function read them."""
    snowflake.colleague.run("CREATE SCHEMA FIRN_OUT.NEXT_DOOR")
    snowflake.colleague.run("CREATE TABLE FIRN_OUT.NEXT_DOOR.FLIGHTS AS SELECT * FROM LAKE.NYC.FLIGHTS")
    yield
    snowflake.colleague.run("DROP SCHEMA FIRN_OUT.NEXT_DOOR")


def publish_with(scene: Scene, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a Firn published that did not look into functions yet."""
    DatasetObject.objects.filter(shared_name="FLIGHTS_FROM").update(body=body)
    scene.flights.refresh_from_db()
    with monkeypatch.context() as older:
        older.setattr("shares.services.publishing.obstacles", lambda dataset, items: [])
        publish(scene.flights, None, hurried="It is a test.")


def run_of(share: Share) -> Run:
    run = reconcile(share.pk)
    assert run is not None
    share.refresh_from_db()
    return run


def test_a_function_that_reads_past_the_views_lets_nobody_in(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch, next_door: None
) -> None:
    publish_with(scene, PAST, monkeypatch)
    share, before = scene.share(), snowflake.now()
    run_of(share)
    assert state_of(share) == ShareState.BLOCKED
    assert not [sql for sql in snowflake.changes_since(before) if "ACCOUNTS" in sql]
    proof = share.proofs.get()
    assert not proof.isolated
    assert "FLIGHTS_FROM (FIRN_OUT.NEXT_DOOR.FLIGHTS)" in proof.words


def test_the_nightly_proof_closes_a_share_whose_function_does_and_tells_both_sides(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch, next_door: None
) -> None:
    publish_with(scene, PAST, monkeypatch)
    with monkeypatch.context() as older:
        older.setattr("shares.services.proofs.past_views", lambda spec: {})
        share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        call = f"SELECT {database}.{share.name}.FLIGHTS_FROM('EWR')"
        assert snowflake.ua.number(call) == 3, "it counts a flight of somebody else's, so the danger is real"
        settle(share, Run.Trigger.CHECK)
        Proof.objects.update(proved_at=timezone.now() - timedelta(days=1))
        run_of(share)
        run_of(share)
        assert snowflake.ua.refused(call)
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.FLIGHTS")
        assert state_of(share) == ShareState.BLOCKED
        told = Outgoing.objects.filter(kind__in=("failed", "alert")).values_list("kind", "to")
        assert sorted(told) == [("alert", "eve@sky.test"), ("failed", "ada@ua.test")]
        publish_with(scene, OWN, monkeypatch)
        assert obstacles(scene.flights, ()) == []
        grants.resume(share, scene.eve)
        settle(share)
        assert snowflake.ua.number(call) == 2
