"""The main job against real wire traffic: build, prove, add; the consumer mounts it and reads its own rows only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from portal.audit import pseudonyms
from portal.audit.models import AuditEntry
from shares.core.verdicts import ViewReading
from shares.models import Run, Share, ShareRequest, Statement
from shares.services import proofs
from shares.services.reconcile import reconcile
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import mounted, rows_of
from tests.snowflake.world import OWN_FLIGHTS, Snowflake


def test_the_consumer_mounts_and_reads_exactly_its_rows(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": OWN_FLIGHTS["UA"]}
        assert snowflake.ua.number(f"SELECT COUNT(*) FROM {database}.{share.name}.AIRPORTS") == 3
        assert snowflake.ua.number(f"SELECT {database}.{share.name}.FLIGHTS_FROM('EWR')") == 2


def test_the_account_is_added_last_and_after_the_proof(scene: Scene, snowflake: Snowflake) -> None:
    before = snowflake.now()
    share = ready(scene.share())
    sent = snowflake.firn_since(before)
    changes = snowflake.changes_since(before)
    assert changes[-1] == f"ALTER SHARE {share.name} ADD ACCOUNTS = CARRIERUA.ANALYTICS"
    proof = next(number for number, sql in enumerate(sent) if "COUNT_IF" in sql)
    assert proof < sent.index(changes[-1])


def test_a_second_look_changes_nothing(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    before = snowflake.now()
    run = settle(share)
    assert run.words == "Nothing to do."
    assert snowflake.changes_since(before) == []


def test_each_statement_is_on_record_with_its_query_id(scene: Scene, snowflake: Snowflake) -> None:
    before = snowflake.now()
    share = ready(scene.share())
    recorded = Statement.objects.filter(run__share=share, changes=True).order_by("position")
    sent = snowflake.changes_since(before)
    # Side by side within a wave, so only the waves have an order: nobody is let in before all else is done.
    assert sorted(item.sql for item in recorded) == sorted(sent)
    assert "ADD ACCOUNTS" in sent[-1]
    assert all(item.query_id and item.outcome == Statement.Outcome.OK for item in recorded)
    log = AuditEntry.objects.filter(target_type="shares.share", target_id=str(share.pk))
    [behalf] = {json.dumps(entry.data["on_behalf_of"]) for entry in log.filter(action="share.statement")}
    request = ShareRequest.objects.filter(grants__share=share).distinct().get()
    assert json.loads(behalf) == [
        {
            "why": f"request {request.public_id}",
            "by": pseudonyms.of(request.requester),
            "approved_by": [pseudonyms.of(scene.dan)],
            "plan_digest": request.plan_digest,
        }
    ]
    written = [entry.data["sql"] for entry in log.filter(action="share.statement")]
    named = [one["query_id"] for entry in log.filter(action="share.answered") for one in entry.data["answers"]]
    assert sorted(written) == sorted(sent)
    assert sorted(named) == sorted(item.query_id for item in recorded)


def test_a_stranger_cannot_mount_it(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    assert snowflake.mallory.refused(f"CREATE DATABASE STOLEN FROM SHARE SKYLEDGER.DATA.{share.name}") in (2003, 3030)


def test_a_mounted_share_is_noticed(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    assert share.mounted_at is None
    with mounted(snowflake.ua, share):
        settle(share)
        assert share.mounted_at is not None


def test_the_proof_holds_what_was_read(scene: Scene) -> None:
    share = ready(scene.share())
    proof = share.proofs.get()
    assert (proof.isolated, proof.rows, proof.foreign_rows) == (True, OWN_FLIGHTS["UA"] + 3, 0)
    flights = next(reading for reading in proof.readings if reading["name"] == "FLIGHTS")
    query, text = flights.pop("query_id"), flights.pop("print")
    assert flights == {
        "name": "FLIGHTS",
        "rows": 3,
        "foreign": 0,
        "newest": "2013-01-02T05:00:00+00:00",
        "nobodys": 0,
        "columns": flights["columns"],
        "filter": "CARRIER",
        "tenants": ["UA"],
        "wrong_columns": [],
        "masked": [],
        "unmasked": 0,
    }
    assert "CARRIER" in flights["columns"]
    assert Statement.objects.filter(run__share=share, query_id=query, sql__contains="FLIGHTS").exists()
    assert proof.examination is not None
    seen = {item["name"]: item for item in proof.examination["objects"]}
    assert seen["FLIGHTS"] == {"name": "FLIGHTS", "signature": "", "secure": True, "seen": text, "approved": text}
    assert (proof.examination["beyond"], proof.examination["granted"] > 0) == ([], True)
    assert [share.consumer_account.account_name in name for name in proof.examination["accounts"]] == [True]


def test_a_column_that_nobody_approved_closes_the_share(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody replaces the view after the look, so that only the proof can see it."""
    share = ready(scene.share())
    Share.objects.filter(pk=share.pk).update(proof_wanted_at=timezone.now())
    place, read = f"{share.provider_account.outbound_database}.{share.name}.FLIGHTS", proofs._read
    replaced = f"CREATE OR REPLACE SECURE VIEW {place} AS SELECT *, 1 AS SSN FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA'"

    def read_after_the_meddling(*args: Any) -> list[ViewReading]:
        snowflake.colleague.run(replaced)
        return read(*args)

    monkeypatch.setattr(proofs, "_read", read_after_the_meddling)
    run = reconcile(share.pk, Run.Trigger.CHECK)
    share.refresh_from_db()

    assert run is not None
    newest = share.proofs.first()
    assert newest is not None
    assert (newest.isolated, newest.foreign_rows) == (False, 0)
    assert "SSN" in newest.words
    assert share.suspended_at is not None
    assert "something that was not approved" in share.blocked_reason


def test_a_dataset_is_added_to_a_share_in_use(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share(None, scene.airports))
    with mounted(snowflake.ua, share) as database:
        scene.grant(share, scene.flights)
        run = settle(share)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
        assert not run.drift


def test_an_account_that_is_not_proved_is_not_added(scene: Scene, snowflake: Snowflake) -> None:
    before = snowflake.now()
    ready(scene.share(scene.account(proof="", proved_at=None, proved_by=None)))
    assert not [sql for sql in snowflake.changes_since(before) if "ACCOUNTS" in sql]
