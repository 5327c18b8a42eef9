"""How a run ends: when the share is looked at again, and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from portal.mail.models import Outgoing
from shares.core.spec import Observed, ObservedShare, Phase
from shares.core.steps import Problem
from shares.models import Grant, Run, Share
from shares.services import altering, outcomes, pairs, reconcile
from shares.services.altering import Alteration
from shares.services.desired import spec_of
from shares.services.leases import Lease, claim
from tests.services.live import Live
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def share() -> Share:
    scene = Scene()
    return scene.share_of(scene.approved())


def begun(share: Share) -> tuple[Run, Lease]:
    lease = claim(share.pk, "here")
    assert lease is not None
    return Run.objects.create(share=share, trigger="check", fence=lease.fence, worker="here"), lease


def seen(share: Share) -> Observed:
    """The account is in the share, and nobody mounted it."""
    return Observed(share=ObservedShare(share.mark, "FIRN_OUT", ("CARRIERUA.ANALYTICS",)))


def converge(share: Share) -> None:
    outcomes.converged(*begun(share), spec_of(share, timezone.now()), seen(share), timezone.now())
    share.refresh_from_db()


def minutes_until_next_look(share: Share) -> float:
    assert share.next_check_at is not None
    return (share.next_check_at - timezone.now()).total_seconds() / 60


def due_in_minutes(share: Share, settings: Settings) -> None:
    settings.FIRN_CHECK_MINUTES = 15
    Share.objects.filter(pk=share.pk).update(ready_at=timezone.now() - timedelta(days=1), next_check_at=None)
    share.refresh_from_db()


def test_a_healthy_share_is_looked_at_after_the_interval(share: Share, settings: Settings) -> None:
    due_in_minutes(share, settings)
    converge(share)
    assert 14 < minutes_until_next_look(share) <= 15


def test_it_is_looked_at_when_a_window_closes_before_that(share: Share, settings: Settings) -> None:
    due_in_minutes(share, settings)
    Grant.objects.update(valid_until=timezone.now() + timedelta(minutes=4))
    converge(share)
    assert 3 < minutes_until_next_look(share) <= 4


def test_ready_is_told_once(share: Share) -> None:
    converge(share)
    converge(share)
    assert Outgoing.objects.filter(kind="ready").count() == 1


def test_each_failure_waits_longer(share: Share) -> None:
    waits = []
    for _ in range(4):
        Share.objects.update(next_check_at=None)
        outcomes.failed(*begun(share), "Snowflake could not be reached.")
        share.refresh_from_db()
        waits.append(minutes_until_next_look(share))
    assert waits == sorted(waits)
    assert share.failures == 4
    assert share.attempts == 0


def test_blocked_is_told_once_per_reason(share: Share) -> None:
    for reason in ("one", "one", "two"):
        outcomes.blocked(*begun(share), Problem("p", reason, "do this"))
    assert Outgoing.objects.filter(kind="alert").count() == 2


def test_a_run_that_found_nothing_to_do_heals_a_block(share: Share) -> None:
    outcomes.blocked(*begun(share), Problem("p", "one", "do this"))
    converge(share)
    assert (share.blocked_at, share.blocked_reason, share.failures) == (None, "", 0)


def test_the_digest_changes_with_what_is_wanted(share: Share) -> None:
    spec = spec_of(share, timezone.now())
    Grant.objects.update(revoked_at=timezone.now())
    other = spec_of(share, timezone.now())
    assert other.phase is Phase.SUSPENDED
    assert outcomes.digest_of(spec) == outcomes.digest_of(replace(spec))
    assert outcomes.digest_of(spec) != outcomes.digest_of(other)


def test_a_database_that_does_not_answer_is_no_fault_of_the_share(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(reconcile, "_work", locked)
    Outgoing.objects.all().delete()
    run = reconcile.reconcile(share.pk)
    share.refresh_from_db()
    assert run is not None
    assert (run.outcome, share.blocked_at, share.failures) == (Run.Outcome.FAILED, None, 1)
    assert minutes_until_next_look(share) < 5
    assert not Outgoing.objects.exists()


def test_looks_for_a_mount_become_rarer_among_many_new_shares(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    converge(share)
    alone = minutes_until_next_look(share)
    monkeypatch.setattr(outcomes, "MOUNT_CROWD", 1)
    Share.objects.update(next_check_at=None)
    converge(share)
    assert minutes_until_next_look(share) == pytest.approx(2 * alone, rel=0.1)


def test_what_was_approved_while_a_run_was_at_work_is_not_told_to_be_ready() -> None:
    live = Live()
    asked = live.change(*live.had(), (live.delays, live.ua))
    run, lease = begun(live.share)
    at = timezone.now()
    spec = spec_of(live.fresh(), at)
    live.approve(asked)
    outcomes.converged(run, lease, spec, seen(live.share), at)
    about = {mail.key.split(":")[1] for mail in Outgoing.objects.filter(kind="ready")}
    assert about == {str(live.first.public_id)}
    converge(live.fresh())
    assert Outgoing.objects.filter(kind="ready", key__contains=str(asked.public_id)).exists()


def test_what_was_taken_out_before_it_could_be_read_is_not_told_to_be_ready() -> None:
    scene = Scene()
    share = scene.share_of(scene.approved(datasets=[scene.flights]))
    scene.approved(datasets=[scene.fleet])
    had = pairs.granted(share, timezone.now())
    left = frozenset(pair for pair in had if pair[0] == scene.fleet)
    altering.change(Alteration(share, scene.ada, left, "", None, pairs.stamp(had)))
    converge(share)
    (mail,) = Outgoing.objects.filter(kind="ready")
    assert "Fleet" in mail.subject


def test_a_window_that_closed_while_a_run_was_at_work_is_due_at_once(share: Share) -> None:
    run, lease = begun(share)
    at = timezone.now()
    spec = spec_of(share, at)
    Grant.objects.update(valid_until=timezone.now())
    outcomes.converged(run, lease, spec, seen(share), at)
    share.refresh_from_db()
    assert minutes_until_next_look(share) <= 0
