"""A leak test that takes long keeps its lease; one that takes too long ends as something for a person, told once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import Incident, Run, Share
from shares.services import apply, leases, slow_proofs
from shares.services.leases import claim
from shares.services.reconcile import reconcile
from shares.services.status import state_of
from shares.snowflake import connect
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.world import Snowflake

LEAK_TEST = "ROW_COUNT"


def run_of(share: Share) -> Run:
    run = reconcile(share.pk)
    assert run is not None
    share.refresh_from_db()
    return run


def leak_tests_since(snowflake: Snowflake, since: int) -> int:
    return sum(LEAK_TEST in text for text in snowflake.firn_since(since))


def test_it_may_take_longer_than_other_statements_and_keeps_the_lease(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "STATEMENT_SECONDS", 1)
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=4))
    monkeypatch.setattr(apply, "KEEP_EVERY", 0.5)
    share, found = scene.share(), []

    def take_it() -> None:
        found.append(claim(share.pk, "another worker"))
        connections.close_all()

    late = threading.Timer(8, take_it)
    with snowflake.control.armed("hold", sql=LEAK_TEST, user="FIRN_SVC", options={"seconds": 10}):
        late.start()
        run = run_of(share)
    late.join()
    assert run.outcome == Run.Outcome.CONVERGED, run.words
    assert found == [None]
    assert share.proofs.get().isolated


def test_one_that_is_too_slow_is_tried_a_few_times_and_then_left_to_a_person(
    scene: Scene, snowflake: Snowflake, settings: Settings
) -> None:
    share, since = scene.share(), snowflake.now()
    with snowflake.control.armed("timeout", sql=LEAK_TEST, user="FIRN_SVC", times=None):
        runs = [run_of(share) for _ in range(slow_proofs.MOST)]
        assert [run.outcome for run in runs] == [Run.Outcome.FAILED, Run.Outcome.FAILED, Run.Outcome.BLOCKED]
        assert "longer than its 300 seconds" in runs[0].words
        # Each view once in each run: what timed out is not asked again at once.
        assert leak_tests_since(snowflake, since) == slow_proofs.MOST * 2
        run_of(share)
    assert state_of(share) == ShareState.BLOCKED
    assert "clustering key" in share.blocked_what_to_do
    assert "FIRN_PROOF_TIMEOUT_SECONDS" in share.blocked_what_to_do
    assert share.next_check_at is not None
    assert share.next_check_at > timezone.now() + timedelta(hours=5)
    assert not [sql for sql in snowflake.changes_since(since) if "ACCOUNTS" in sql]
    assert Outgoing.objects.filter(kind="alert").count() == 1
    assert Incident.objects.get(closed_at=None).code == "proof-too-slow"

    settle(share)
    assert not Incident.objects.filter(closed_at=None).exists()
    assert state_of(share) == ShareState.READY


def test_what_ends_by_time_ends_in_time_although_the_leak_test_is_too_slow(scene: Scene, snowflake: Snowflake) -> None:
    soon = timezone.now() + timedelta(hours=1)
    share = scene.share(None, scene.flights, until=soon)
    with snowflake.control.armed("timeout", sql=LEAK_TEST, user="FIRN_SVC", times=None):
        for _ in range(slow_proofs.MOST):
            run_of(share)
    assert share.blocked_at is not None
    assert share.next_check_at == soon


def test_one_that_came_through_begins_the_count_anew(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share()
    for _ in range(slow_proofs.MOST):
        Share.objects.filter(pk=share.pk).update(proof_wanted_at=timezone.now())
        with snowflake.control.armed("timeout", sql=LEAK_TEST, user="FIRN_SVC"):
            assert run_of(share).outcome == Run.Outcome.FAILED
        ready(share)
    assert share.blocked_at is None
