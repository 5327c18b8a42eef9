"""The conditions for the database say the same as the one computation of a share's state."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from shares.core.states import ShareState
from shares.models import ConsumerAccount, Share
from shares.services import operations
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
