"""Leases: one owner at a time, by the database's clock; a death counts; a ring is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from shares.models import Share
from shares.services.leases import MAX_ATTEMPTS, Lease, LeaseLost, claim, keep, release
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def share() -> Share:
    scene = Scene()
    share = scene.share_of(scene.approved())
    Share.objects.update(next_check_at=None)
    return share


def lapse(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(lease_until=Now() - timedelta(seconds=1))


def claimed(share: Share, owner: str = "a") -> Lease:
    lease = claim(share.pk, owner)
    assert lease is not None
    share.refresh_from_db()
    return lease


def test_only_one_gets_it(share: Share) -> None:
    claimed(share)
    assert claim(share.pk, "b") is None


def test_a_lapsed_lease_goes_to_the_next_with_a_higher_fence(share: Share) -> None:
    first = claimed(share)
    lapse(share)
    second = claimed(share, "b")
    assert second.fence > first.fence


def test_who_lost_it_can_neither_keep_nor_release_it(share: Share) -> None:
    first = claimed(share)
    lapse(share)
    claimed(share, "b")
    with pytest.raises(LeaseLost):
        keep(first)
    with pytest.raises(LeaseLost):
        release(first, None, failures=7)
    share.refresh_from_db()
    assert (share.lease_owner, share.failures) == ("b", 0)


def test_a_lapsed_lease_cannot_be_prolonged(share: Share) -> None:
    lease = claimed(share)
    lapse(share)
    with pytest.raises(LeaseLost):
        keep(lease)


def test_keeping_prolongs(share: Share) -> None:
    lease = claimed(share)
    Share.objects.update(lease_until=Now() + timedelta(seconds=5))
    keep(lease)
    share.refresh_from_db()
    assert share.lease_until is not None
    assert share.lease_until > timezone.now() + timedelta(seconds=100)


def test_an_attempt_counts_before_the_work_and_not_after_it_ended(share: Share) -> None:
    lease = claimed(share)
    assert share.attempts == 1
    release(lease, None)
    share.refresh_from_db()
    assert (share.attempts, share.lease_owner, share.lease_until) == (0, "", None)


def test_after_five_deaths_nobody_gets_it(share: Share) -> None:
    for _ in range(MAX_ATTEMPTS):
        claimed(share)
        lapse(share)
    assert claim(share.pk, "a") is None
    share.refresh_from_db()
    assert share.attempts == MAX_ATTEMPTS
    assert share.next_check_at is None


def test_a_ring_while_it_is_held_makes_it_due_after_the_release(share: Share) -> None:
    lease = claimed(share)
    assert claim(share.pk, "b") is None
    later = timezone.now() + timedelta(minutes=15)
    release(lease, later)
    share.refresh_from_db()
    assert share.next_check_at is not None
    assert share.next_check_at <= timezone.now()


def test_without_a_ring_the_next_look_is_what_the_run_says(share: Share) -> None:
    later = timezone.now() + timedelta(minutes=15)
    release(claimed(share), later)
    share.refresh_from_db()
    assert share.next_check_at == later
