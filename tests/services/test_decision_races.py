"""Everything that may happen to a waiting request, at the same moment as everything else: never two outcomes.

FIRN_RACES is how often each pair is tried (one round in the ordinary suite, 100 for the evidence).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import combinations_with_replacement, count

import pytest
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people.models import User
from shares.core.accounts import AccountIdentity
from shares.models import Ask, Delegation, ShareRequest
from shares.services import amending, approvals, delegating, policies, requests, waiting
from shares.services.requests import Refused
from tests.services.rows import EAST, Scene, person
from tests.services.test_approvals_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("FIRN_RACES", "1"))
ACTS = ("approve", "decline", "change", "withdraw", "expire", "delegate")
PAIRS = list(combinations_with_replacement(ACTS, 2))
_ENDS = {f"request.{state}": state for state in ("approved", "declined", "withdrawn", "expired")}
_numbers = count(1)


class Ring:
    """A request that two people at a time do something to."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.deb = person("deb@sky.test", "Deb")
        self.scene.flights.approvers.add(self.deb)

    def request(self) -> ShareRequest:
        """A new one that is old enough to expire, into an account that nobody named before."""
        self.identity = AccountIdentity("CARRIERUA", f"RACE{next(_numbers)}", "", EAST)
        made = self.scene.request(identity=self.identity)
        then = timezone.now() - timedelta(days=31)
        ShareRequest.objects.filter(pk=made.pk).update(submitted_at=then)
        Ask.objects.filter(request=made).update(created_at=then)
        return ShareRequest.objects.get(pk=made.pk)

    def act(self, name: str, request: ShareRequest, side: int) -> Callable[[], object]:
        """`side` says by whom, where it may be one of two."""
        mine = ShareRequest.objects.get(pk=request.pk)
        approver = (self.scene.dan, self.deb)[side]
        owner = (self.scene.ada, self.scene.bea)[side]
        changed = self.scene.draft(identity=self.identity, reason=f"Changed by {owner}.", requester=owner)
        return {
            "approve": lambda: self._vote(mine, approver, "approve"),
            "decline": lambda: self._vote(mine, approver, "decline"),
            "change": lambda: amending.amend(mine, replace(changed)),
            "withdraw": lambda: requests.withdraw(mine, owner),
            "expire": _expire,
            "delegate": lambda: delegating.hand_over(
                self.scene.dan, self.scene.eve, delegating.today(), delegating.today()
            ),
        }[name]

    def _vote(self, request: ShareRequest, approver: User, answer: str) -> object:
        return approvals.decide(request, approver, answer, channel="session", revision=request.revision)


def _expire() -> None:
    if not waiting.expire_due():
        raise Refused("", "Not due.")


def test_two_things_at_the_same_moment_never_have_two_outcomes() -> None:
    ring, outcomes = Ring(), Counter[str]()
    for first, second in PAIRS * ROUNDS:
        request = ring.request()
        told = at_once(ring.act(first, request, 0), ring.act(second, request, 1))
        assert not [words for words in told if "Error:" in words or words == "never ran"], (first, second, told)
        assert "ok" in told, (first, second, told)
        _one_outcome(ring, request, (first, second), told)
        outcomes[ShareRequest.objects.get(pk=request.pk).state] += 1
        _clear(ring, request)
    print(f"{ROUNDS} × {len(PAIRS)} pairs: {dict(outcomes)}")
    assert set(outcomes) >= {"approved", "declined", "withdrawn", "expired", "submitted"}


def _one_outcome(ring: Ring, request: ShareRequest, acts: tuple[str, str], told: list[str]) -> None:
    request.refresh_from_db()
    about = (acts, told, request.state)
    entries = AuditEntry.objects.filter(target_id=str(request.pk), action__in=_ENDS, target_type="shares.sharerequest")
    ends = [_ENDS[action] for action in entries.values_list("action", flat=True)]
    assert ends == ([] if request.is_open else [request.state]), about
    assert ring.scene.share_of(request).grants.count() == (request.state == "approved"), about
    votes = list(request.votes.all())
    deciding = [vote for vote in votes if vote.revision == request.revision]
    assert bool(deciding) == (request.state in ("approved", "declined")), about
    assert all(vote.plan_digest == request.plan_digest for vote in deciding), about
    mails = Outgoing.objects.filter(kind__in=("approved", "declined", "expired"), key__contains=str(request.public_id))
    assert mails.count() == (request.state in ("approved", "declined", "expired")), about
    if request.is_open:
        asked = {ask.approver for ask in request.asks.filter(revision=request.revision)}
        assert policies.asked_now(request) <= asked, about


def _clear(ring: Ring, request: ShareRequest) -> None:
    if request.is_open:
        requests.withdraw(request, ring.scene.ada)
    Delegation.objects.all().delete()
