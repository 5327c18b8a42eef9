"""The conditions for the database say the same as the one computation of a share's state."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from shares.core.states import ShareState
from shares.models import ConsumerAccount, Share
from shares.services import operations, share_states
from shares.services.share_states import in_state, state_of_each
from shares.services.status import state_of
from tests.web import rows

pytestmark = pytest.mark.django_db
MOMENTS = ("taken_back_at", "blocked_at", "suspended_at", "converged_at", "ready_at", "mounted_at")


def _every_combination() -> None:
    house, now = rows.house(), timezone.now()
    wide = itertools.product((True, False), repeat=len(MOMENTS))
    for number, facts in enumerate(itertools.product(("open", "over", "none"), (True, False), wide)):
        window, proved, moments = facts
        asked = rows.request(house.ada, house.flights, to=rows.account(house.ua, f"CARRIERUA.N{number}"))
        share = Share.data.get(consumer_account=asked.consumer_account) if window == "none" else None
        share = share or rows.approved(asked, house.dan)
        if window == "over":
            share.grants.update(valid_until=now - timedelta(days=1))
        ConsumerAccount.objects.filter(pk=share.consumer_account_id).update(proof="vouched" if proved else "")
        Share.objects.filter(pk=share.pk).update(
            **{name: now for name, there in zip(MOMENTS, moments, strict=True) if there}
        )


def test_both_agree_on_every_combination_of_facts() -> None:
    _every_combination()
    computed = {share.pk: state_of(share) for share in Share.objects.select_related("consumer_account")}

    told = dict(Share.objects.annotate(state=state_of_each()).values_list("pk", "state"))

    assert told == computed
    assert set(computed.values()) == set(ShareState)
    for state in ShareState:
        found = set(in_state(Share.objects.all(), state).values_list("pk", flat=True))
        assert found == {pk for pk, one in computed.items() if one == state}
    counted = Counter(computed.values())
    assert dict(operations.fleet().states) == {
        state: number for state, number in counted.items() if state != ShareState.WAITING
    }


def test_what_a_share_s_own_columns_tell_agrees_once_they_are_written() -> None:
    _every_combination()
    granted, now = Share.objects.filter(grants__isnull=False), timezone.now()
    over = granted.filter(grants__valid_until__lt=now)
    # As the worker leaves it: what is over has its grace days, and only that is ever taken back.
    over.update(closes_at=now)
    granted = granted.exclude(pk__in=granted.filter(closes_at=None, taken_back_at__isnull=False))
    states = {share.pk: state_of(share) for share in granted.select_related("consumer_account")}

    def told(condition: Q) -> set[ShareState]:
        return {states[share.pk] for share in granted.filter(condition)}

    well, ended = {ShareState.READY, ShareState.MOUNTED}, {ShareState.ENDED}
    assert told(share_states.WELL) == well
    assert told(~share_states.WELL) & well == set()
    assert told(share_states.UNWELL) == set(states.values()) - well - ended
    assert told(~share_states.UNWELL) == well | ended
    assert told(share_states.READY) == {ShareState.READY}
    assert told(share_states.BUILDING) == {ShareState.PROVISIONING}
    assert told(share_states.UNPROVED) == {ShareState.UNPROVED}
    assert told(share_states.READABLE) <= {*well, ShareState.REPAIRING, ShareState.UNPROVED}
