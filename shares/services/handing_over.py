"""An approver who left: their open answers do not count, and what they were asked is asked of others."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from portal.audit.record import record
from portal.people.leaving import left
from portal.people.models import Organization, User
from shares.core.states import RequestState
from shares.models import Ask, Dataset, Delegation, PinnedPolicy, ShareRequest
from shares.services import delegating, policy_versions, requests


def listen() -> None:
    left.connect(_left, dispatch_uid="firn-approver-left")


def _left(user: User, actor: User, **_: Any) -> None:
    replace(user, actor)


@transaction.atomic
def replace(user: User, actor: User) -> int:
    """Take somebody who left off the datasets, out of the places of those who are away and off the customers, and
    address what waits for them to the others, or to the superusers where they were the only one. How many requests were
    addressed anew.

    Whoever answered already gave that answer as an approver. So that it does not count, not even when they come back,
    everybody is asked once more.
    """
    asked = set(Ask.objects.filter(approver=user).values_list("request", flat=True))
    # Also those that only get another version of their policy: until the commit nobody changes by which ones they go.
    held = PinnedPolicy.objects.filter(version__policy__in=policy_versions.naming(user)).values("request")
    open_ones = ShareRequest.objects.filter(Q(pk__in=asked) | Q(pk__in=held), state=RequestState.SUBMITTED)
    locked = list(open_ones.select_for_update(no_key=True).order_by("pk"))
    waiting = [request for request in locked if request.pk in asked]
    named = list(Dataset.objects.filter(Q(approvers=user) | Q(privacy_approvers=user)).distinct())
    for dataset in named:
        dataset.approvers.remove(user)
        dataset.privacy_approvers.remove(user)
    note_policies = policy_versions.forget(user, actor)
    others = _release(user)
    done = []
    for request in waiting:
        voted = request.votes.filter(approver=user, revision=request.revision).exists()
        if voted:
            request.revision += 1
            request.save(update_fields=["revision"])
        asks = requests.ask_approvers(request)
        done.append((request, {"left": user.email, "asked": [ask.approver.email for ask in asks], "voted": voted}))
    note_policies()
    for request, data in done:
        record("request.readdressed", actor=actor, target=request, organization=request.organization, data=data)
    for dataset in named:
        record("dataset.approver_left", actor=actor, target=dataset, data={"left": user.email})
    for action, target in others:
        record(action, actor=actor, target=target, data={"left": user.email})
    return len(waiting)


def _release(user: User) -> list[tuple[str, Model]]:
    """Nobody who is away has them answer any more, and no customer has them as account manager; what to record."""
    away = Delegation.objects.filter(to=user, ended_at=None, last_day__gte=delegating.today())
    managed = Organization.objects.filter(account_manager=user)
    done: list[tuple[str, Model]] = [("organization.account_manager_left", organization) for organization in managed]
    done += [("approver.deputy_left", item.approver) for item in away.select_related("approver")]
    away.update(ended_at=timezone.now())
    managed.update(account_manager=None)
    return done
