"""Whose turn it is: organizations take turns, what kills works alone, and nobody takes what is not due."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.people.models import Organization
from shares.models import ConsumerAccount, ProviderAccount, Run, Share
from shares.services import turns
from shares.services.bell import wake
from shares.services.leases import MAX_ATTEMPTS, claim_if, release
from tests.services import rows

pytestmark = pytest.mark.django_db


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


@pytest.fixture
def provider() -> ProviderAccount:
    return rows.provider()


def shares_of(name: str, provider: ProviderAccount, count: int) -> list[Share]:
    organization, _ = Organization.objects.get_or_create(name=name, slug=name.lower())
    return [
        Share.objects.create(
            organization=organization,
            provider_account=provider,
            consumer_account=ConsumerAccount.objects.create(
                organization=organization, snowflake_organization=name.upper(), account_name=f"A{n}", region=rows.EAST
            ),
        )
        for n in range(count)
    ]


def put(share: Share, **fields: Any) -> None:
    Share.objects.filter(pk=share.pk).update(**fields)


def take() -> int | None:
    """The share that a worker is given now."""
    taken = turns.take("somebody", turns.ordinary())
    return taken[0].share_id if taken else None


def finish(share_id: int | None) -> None:
    assert share_id is not None
    # The database's clock tells milliseconds apart, and no run is as short as one.
    time.sleep(0.002)
    share = Share.objects.get(pk=share_id)
    Share.objects.filter(pk=share.pk).update(lease_owner="", lease_until=None, attempts=0)


def test_one_customers_many_keep_nobody_waiting_for_more_than_one_run(provider: ProviderAccount) -> None:
    """One worker, one share at a time: the other's one comes right after the run that is going on."""
    for share in shares_of("Many", provider, 30):
        wake(share.pk, Run.Trigger.DECISION)
    first = take()
    other = shares_of("One", provider, 1)[0]
    wake(other.pk, Run.Trigger.DECISION)
    finish(first)
    assert take() == other.pk


def test_two_with_many_take_turns(provider: ProviderAccount) -> None:
    for name in ("Left", "Right"):
        for share in shares_of(name, provider, 3):
            wake(share.pk, Run.Trigger.DECISION)
    served = []
    for _ in range(6):
        pk = take()
        assert pk is not None
        served.append(Share.objects.get(pk=pk).organization.name)
        finish(pk)
    assert served[0] != served[1]
    assert served == served[:2] * 3


def test_of_one_customers_the_longest_waiting_comes_first(provider: ProviderAccount) -> None:
    late, early = shares_of("Many", provider, 2)
    put(late, rung_at=ago(seconds=1))
    put(early, rung_at=ago(seconds=9))
    assert [take(), take(), take()] == [early.pk, late.pk, None]


def test_a_ring_is_used_up_by_the_run_that_it_asked_for(provider: ProviderAccount) -> None:
    share = shares_of("One", provider, 1)[0]
    wake(share.pk, Run.Trigger.STAFF)
    taken = turns.take("somebody", turns.due())
    assert taken is not None
    assert taken[1] == Run.Trigger.STAFF
    release(taken[0], timezone.now() + timedelta(hours=1))
    assert take() is None


def test_a_ring_during_a_run_brings_another(provider: ProviderAccount) -> None:
    share = shares_of("One", provider, 1)[0]
    wake(share.pk, Run.Trigger.DECISION)
    taken = turns.take("somebody", turns.due())
    assert taken is not None
    wake(share.pk, Run.Trigger.ENDING)
    assert take() is None
    release(taken[0], timezone.now() + timedelta(hours=1))
    assert take() == share.pk


@pytest.mark.parametrize(
    ("fields", "trigger"),
    [
        ({"next_check_at": ago(seconds=1)}, Run.Trigger.CHECK),
        ({"next_check_at": ago(seconds=1), "failures": 1}, Run.Trigger.RETRY),
        ({"lease_owner": "dead", "lease_until": ago(seconds=1)}, Run.Trigger.RETRY),
    ],
)
def test_what_nobody_rang_for_is_taken_when_its_time_has_come(
    provider: ProviderAccount, fields: dict[str, Any], trigger: str
) -> None:
    share = shares_of("One", provider, 1)[0]
    put(share, **fields)
    taken = turns.take("somebody", turns.due())
    assert taken is not None
    assert (taken[0].share_id, taken[1]) == (share.pk, trigger)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"next_check_at": ago(days=-5)},
        {"rung_at": timezone.now(), "lease_owner": "alive", "lease_until": ago(days=-5)},
        {"rung_at": timezone.now(), "attempts": MAX_ATTEMPTS},
    ],
)
def test_what_is_not_due_is_left_alone(provider: ProviderAccount, fields: dict[str, Any]) -> None:
    share = shares_of("One", provider, 1)[0]
    put(share, **fields)
    assert turns.take("somebody", turns.due()) is None
    assert turns.waiting(turns.due(), 1) == 0
    share.refresh_from_db()
    assert share.fence == 0


def test_who_comes_late_leaves_no_trace(provider: ProviderAccount) -> None:
    share = shares_of("One", provider, 1)[0]
    wake(share.pk, Run.Trigger.DECISION)
    assert take() == share.pk
    assert claim_if(share.pk, "late", turns.due()) is None
    share.refresh_from_db()
    assert share.next_check_at is None


def test_a_share_in_whose_runs_two_workers_died_is_taken_alone(provider: ProviderAccount) -> None:
    share = shares_of("One", provider, 1)[0]
    put(share, rung_at=timezone.now(), attempts=turns.SUSPECT)
    assert take() is None
    taken = turns.take("somebody", turns.suspects())
    assert taken is not None
    assert taken[0].share_id == share.pk
