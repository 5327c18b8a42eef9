"""End, undo, suspend, resume, look now: our tables, the bell, the mail and the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import Share
from shares.services import grants, outcomes
from shares.services.grants import NotNow
from shares.services.status import state_of
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


def live(scene: Scene) -> Share:
    """Ada's share, readable; no bell rung yet."""
    share = scene.share_of(scene.approved(datasets=[scene.flights, scene.fleet]))
    Share.objects.filter(pk=share.pk).update(converged_at=timezone.now(), ready_at=timezone.now())
    OrmQ.objects.all().delete()
    Outgoing.objects.all().delete()
    return Share.objects.get(pk=share.pk)


def rung() -> list[str]:
    return [item.task["func"] for item in OrmQ.objects.all() if item.task["func"].startswith("shares.")]


def test_ending_closes_every_grant_and_starts_the_grace_days(settings: Settings) -> None:
    scene = Scene()
    share = live(scene)
    before = timezone.now()
    grants.end(share, scene.ada, " No longer needed. ")
    assert not share.grants.in_force(timezone.now()).exists()
    assert {(grant.revoked_by, grant.revoke_reason) for grant in share.grants.all()} == {
        (scene.ada, "No longer needed.")
    }
    assert share.closes_at
    assert share.closes_at - before >= timedelta(days=settings.FIRN_GRACE_DAYS)
    assert state_of(share) is ShareState.ENDING


def test_ending_rings_and_tells_the_owners_once() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.bea, "done")
    assert rung() == ["shares.jobs.entry.reconcile"]
    mail = Outgoing.objects.get()
    assert (mail.kind, mail.to) == ("ending", "ada@ua.test")
    entry = history(share).get(action="share.ended")
    assert entry.data["reason"] == "done"
    assert entry.data["grants"] == 2


def test_what_has_ended_cannot_end_again() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    closes_at = share.closes_at
    with pytest.raises(NotNow, match="nothing left"):
        grants.end(share, scene.ada)
    share.refresh_from_db()
    assert share.closes_at == closes_at, "a refused ending does not lengthen the grace days"


def test_undo_gives_back_what_the_ending_took() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    grants.undo_end(share, scene.ada)
    share.refresh_from_db()
    assert share.closes_at is None
    assert share.grants.in_force(timezone.now()).count() == 2
    assert state_of(share) is ShareState.READY
    assert history(share).first().action == "share.end_undone"  # type: ignore[union-attr]


def test_undo_leaves_what_was_taken_earlier() -> None:
    scene = Scene()
    share = live(scene)
    first = share.grants.get(dataset=scene.fleet)
    first.revoked_at = timezone.now() - timedelta(days=30)
    first.save()
    grants.end(share, scene.ada)
    grants.undo_end(share, scene.ada)
    assert [grant.dataset for grant in share.grants.in_force(timezone.now())] == [scene.flights]


def test_nothing_is_undone_where_nothing_ended() -> None:
    scene = Scene()
    with pytest.raises(NotNow, match="nothing to undo"):
        grants.undo_end(live(scene), scene.ada)


def test_after_the_grace_days_it_is_too_late() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    Share.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    share.refresh_from_db()
    with pytest.raises(NotNow, match="too late"):
        grants.undo_end(share, scene.ada)
    assert not share.grants.in_force(timezone.now()).exists()


def test_undo_decides_by_the_row_and_not_by_an_old_page() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    seen = Share.objects.get(pk=share.pk)
    Share.objects.update(closes_at=timezone.now() - timedelta(days=1), taken_back_at=timezone.now())
    with pytest.raises(NotNow):
        grants.undo_end(seen, scene.ada)
    assert not share.grants.in_force(timezone.now()).exists()


def test_a_window_that_closed_meanwhile_is_not_reopened() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    share.grants.update(valid_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(NotNow, match="window has closed"):
        grants.undo_end(share, scene.ada)
    assert share.grants.filter(revoked_at__isnull=False).count() == 2, "the refusal changed nothing"


def test_suspend_and_resume_keep_the_grants() -> None:
    scene = Scene()
    share = live(scene)
    grants.suspend(share, scene.eve, "Checking something.")
    share.refresh_from_db()
    assert state_of(share) is ShareState.SUSPENDED
    assert history(share).first().data == {"reason": "Checking something."}  # type: ignore[union-attr]
    grants.resume(share, scene.eve)
    share.refresh_from_db()
    assert state_of(share) is ShareState.READY
    assert share.grants.in_force(timezone.now()).count() == 2
    assert rung() == ["shares.jobs.entry.reconcile"] * 2


def test_suspending_twice_and_resuming_what_runs_is_refused() -> None:
    scene = Scene()
    share = live(scene)
    with pytest.raises(NotNow, match="not suspended"):
        grants.resume(share, scene.eve)
    grants.suspend(share, scene.eve, "x")
    with pytest.raises(NotNow, match="suspended already"):
        grants.suspend(share, scene.eve, "x")


def test_looking_now_forgets_what_stopped_the_last_runs() -> None:
    scene = Scene()
    share = live(scene)
    Share.objects.update(blocked_at=timezone.now(), blocked_reason="x", attempts=5, failures=9)
    grants.reconcile_now(share, scene.eve)
    share.refresh_from_db()
    assert (share.blocked_at, share.blocked_reason, share.attempts, share.failures) == (None, "", 0, 0)
    assert rung() == ["shares.jobs.entry.reconcile"]


def test_a_window_that_closed_does_not_bring_an_earlier_ending_back() -> None:
    """Ended, asked for anew for a while, approved, and over: the undo button is of no use to the first grants."""
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    second = scene.approved(datasets=[scene.flights], valid_until=timezone.now().date() + timedelta(days=2))
    share.grants.filter(request=second).update(valid_until=timezone.now() - timedelta(seconds=1))
    outcomes.close_when_over(Share.objects.get(pk=share.pk))
    with pytest.raises(NotNow, match="window closed"):
        grants.undo_end(share, scene.ada)
    assert not share.grants.in_force(timezone.now()).exists()
