"""The sweeper: what is due is rung for once, what is not is left alone, and rows that nobody reads go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_q.models import OrmQ, Task

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people.models import Organization
from shares.core.states import ShareState
from shares.jobs import sweep
from shares.models import Beat, ConsumerAccount, Proof, Reading, Run, Share
from shares.services import grants, replies, reviews
from shares.services.leases import MAX_ATTEMPTS, claim
from shares.services.status import state_of
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def share(scene: Scene) -> Share:
    """Granted, and neither rung for nor due."""
    share = scene.share_of(scene.approved())
    Share.objects.update(next_check_at=timezone.now() + timedelta(minutes=15))
    Outgoing.objects.update(next_attempt_at=None)
    OrmQ.objects.all().delete()
    return share


def put(share: Share, **fields: Any) -> None:
    Share.objects.filter(pk=share.pk).update(**fields)


def rings() -> list[tuple[Any, ...]]:
    """What was rung for: the function's last name and its arguments."""
    return sorted((item.task["func"].rpartition(".")[2], *item.task["args"]) for item in OrmQ.objects.all())


def test_a_share_whose_time_has_come_is_rung_for(share: Share) -> None:
    put(share, next_check_at=ago(seconds=1))
    sweep.sweep()
    assert rings() == [("reconcile", share.pk, "check")]


def test_one_customers_many_do_not_keep_another_waiting(share: Share) -> None:
    """More of one organization than a sweep rings for, all due for longer than the one of another."""
    other = Organization.objects.create(name="Other", slug="other")
    for n in range(sweep.BATCH + 5):
        account = ConsumerAccount.objects.create(
            organization=other, snowflake_organization="OTHER", account_name=f"A{n}", region="AWS_US_EAST_1"
        )
        Share.objects.create(
            organization=other,
            consumer_account=account,
            provider_account=share.provider_account,
            next_check_at=ago(hours=1),
        )
    put(share, next_check_at=ago(seconds=1))
    assert sweep.ring_due_shares() == sweep.BATCH
    assert [item.task["args"][0] for item in OrmQ.objects.order_by("pk")].index(share.pk) <= 1


def test_a_share_whose_time_has_not_come_is_left_alone(share: Share) -> None:
    sweep.sweep()
    assert rings() == []


def test_it_is_rung_for_once_and_again_when_the_ring_is_lost(share: Share) -> None:
    put(share, next_check_at=ago(seconds=1))
    sweep.sweep()
    sweep.sweep()
    assert len(rings()) == 1
    share.refresh_from_db()
    assert share.next_check_at is not None
    assert timedelta(seconds=50) < share.next_check_at - timezone.now() <= timedelta(seconds=60)


def test_a_share_that_is_worked_on_is_left_alone(share: Share) -> None:
    claim(share.pk, "somebody")
    put(share, next_check_at=ago(seconds=1))
    sweep.sweep()
    assert rings() == []


def test_a_share_whose_worker_died_is_rung_for(share: Share) -> None:
    claim(share.pk, "somebody")
    put(share, lease_until=ago(seconds=1))
    sweep.sweep()
    sweep.sweep()
    assert rings() == [("reconcile", share.pk, "retry")]


def test_a_share_that_is_due_after_a_failure_is_a_retry(share: Share) -> None:
    put(share, next_check_at=ago(seconds=1), failures=2)
    sweep.sweep()
    assert rings() == [("reconcile", share.pk, "retry")]


def test_one_sweep_is_bounded(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 0)
    put(share, next_check_at=ago(seconds=1))
    sweep.sweep()
    assert rings() == []


def test_a_full_queue_is_not_filled_further(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "QUEUE_FULL", 1)
    OrmQ.objects.create(key="firn", payload="", lock=ago(seconds=5))
    put(share, next_check_at=ago(seconds=1))
    sweep.sweep()
    assert OrmQ.objects.count() == 1


@pytest.fixture
def deadly(share: Share) -> Share:
    """Five workers died of it."""
    Run.objects.create(share=share, trigger="check", fence=1, worker="somebody")
    put(share, lease_owner="somebody", lease_until=ago(seconds=1), attempts=MAX_ATTEMPTS, next_check_at=None)
    return share


def test_a_share_that_kills_its_workers_is_left_to_a_person(deadly: Share) -> None:
    sweep.sweep()
    deadly.refresh_from_db()
    assert {ring[0] for ring in rings()} == {"deliver"}
    assert state_of(deadly) == ShareState.BLOCKED
    assert "died 5 times" in deadly.blocked_reason
    assert deadly.runs.get().outcome == Run.Outcome.DIED


def test_the_quarantine_is_told_once(deadly: Share) -> None:
    sweep.sweep()
    sweep.sweep()
    told = Outgoing.objects.filter(kind__in=("alert", "failed")).values_list("kind", "to")
    assert sorted(told) == [("alert", "eve@sky.test"), ("failed", "ada@ua.test")]
    assert AuditEntry.objects.filter(action="share.quarantined").count() == 1


def test_reconcile_now_ends_the_quarantine(deadly: Share, scene: Scene) -> None:
    sweep.sweep()
    grants.reconcile_now(deadly, scene.eve)
    deadly.refresh_from_db()
    assert (deadly.attempts, deadly.blocked_at) == (0, None)
    assert ("reconcile", deadly.pk, "staff") in rings()
    assert claim(deadly.pk, "somebody") is not None


def test_the_last_try_is_not_cut_off(deadly: Share) -> None:
    put(deadly, lease_until=timezone.now() + timedelta(minutes=1))
    sweep.sweep()
    deadly.refresh_from_db()
    assert deadly.blocked_at is None


def test_a_mail_that_waits_is_rung_for(share: Share) -> None:
    mail = Outgoing.objects.first()
    assert mail is not None
    Outgoing.objects.filter(pk=mail.pk).update(next_attempt_at=ago(seconds=10))
    sweep.sweep()
    assert rings() == [("deliver", mail.pk)]


def test_a_fresh_mail_has_its_own_ring(share: Share) -> None:
    Outgoing.objects.update(next_attempt_at=timezone.now())
    sweep.sweep()
    assert rings() == []


def test_a_question_that_nobody_answered_is_asked_again(share: Share, scene: Scene) -> None:
    item = scene.flights.dataset_objects.get()
    reading = Reading.objects.create(object=item, asked_at=ago(seconds=90))
    sweep.sweep()
    sweep.sweep()
    assert rings() == [("measure", reading.pk)]


@pytest.mark.parametrize("answered", [0, 30])
def test_a_question_that_is_fresh_or_answered_is_left_alone(share: Share, scene: Scene, answered: int) -> None:
    item = scene.flights.dataset_objects.get()
    Reading.objects.create(
        object=item,
        asked_at=ago(seconds=90 if answered else 5),
        measured_at=ago(seconds=answered) if answered else None,
    )
    sweep.sweep()
    assert rings() == []


def empty_check(share: Share, fence: int, **fields: Any) -> Run:
    run = Run.objects.create(
        share=share, fence=fence, worker="w", **{"trigger": "check", "outcome": Run.Outcome.CONVERGED, **fields}
    )
    Run.objects.filter(pk=run.pk).update(started_at=ago(hours=25))
    return run


def test_checks_that_found_nothing_go_after_a_day(share: Share) -> None:
    empty_check(share, 1)
    fresh = Run.objects.create(share=share, fence=9, worker="w", trigger="check", outcome=Run.Outcome.CONVERGED)
    sweep.tidy()
    assert list(Run.objects.all()) == [fresh]


@pytest.mark.parametrize("fields", [{"trigger": "staff"}, {"planned": 1}, {"outcome": Run.Outcome.FAILED}])
def test_runs_that_tell_something_stay(share: Share, fields: dict[str, Any]) -> None:
    run = empty_check(share, 1, **fields)
    sweep.tidy()
    assert list(Run.objects.all()) == [run]


def test_a_check_that_proved_isolation_stays(share: Share) -> None:
    run = empty_check(share, 1)
    Proof.objects.create(share=share, run=run, isolated=True, rows=1, foreign_rows=0, words="")
    sweep.tidy()
    assert list(Run.objects.all()) == [run]


def test_old_failures_of_the_queue_and_old_beats_go(db: None) -> None:
    moments = (ago(days=8), ago(days=1))
    for number, moment in enumerate(moments):
        Task.objects.create(id=str(number), name="t", func="f", started=moment, stopped=moment, success=False)
    Beat.objects.create(worker="old", rung_at=ago(days=2))
    Beat.objects.create(worker="new", rung_at=ago(seconds=2))
    sweep.tidy()
    assert [task.id for task in Task.objects.all()] == ["1"]
    assert [beat.worker for beat in Beat.objects.all()] == ["new"]


def test_a_decision_makes_the_share_due_even_when_its_ring_is_lost(share: Share, scene: Scene) -> None:
    grants.end(share, scene.ada)
    OrmQ.objects.all().delete()
    share.refresh_from_db()
    assert share.next_check_at is not None
    assert share.next_check_at < timezone.now() + timedelta(seconds=30)


def test_sessions_that_are_over_are_removed(share: Share) -> None:
    for name, ends in (("over", ago(hours=1)), ("going", timezone.now() + timedelta(hours=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=ends)
    sweep.tidy()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["going"]


def test_a_step_that_fails_keeps_no_other_from_its_turn(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise ValueError("a row that nobody can read")

    put(share, next_check_at=ago(seconds=1))
    for module, step in ((sweep, "quarantine_dead"), (replies, "carry_out_due"), (reviews, "ask_due")):
        monkeypatch.setattr(module, step, broken)
    Session.objects.create(session_key="over", session_data="", expire_date=ago(days=1))
    monkeypatch.setattr(sweep, "_tidied", -sweep.TIDY_EVERY)
    with pytest.raises(ExceptionGroup) as failed:
        sweep.sweep()
    assert len(failed.value.exceptions) == 3
    assert rings() == [("reconcile", share.pk, "check")]
    assert not Session.objects.exists()
