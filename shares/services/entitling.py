"""From a decision to what is granted: the one place that writes grants because of a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from portal.people.models import User
from shares.models import Grant, Run, Share, ShareRequest
from shares.services import move_facts, moves
from shares.services.bell import wake
from shares.services.clock import moment
from shares.services.pairs import Pair, by_dataset, due
from shares.services.windows import end_of

# What an audit entry will say: action, target, data.
Entry = tuple[str, Model, dict[str, Any]]


def carry_out(request: ShareRequest, by: User) -> list[Entry]:
    """Give and take what was decided, and ring the worker, in the caller's transaction."""
    # Locked, so that an ending at the same moment finds all of it or nothing.
    share = Share.data.select_for_update(no_key=True).get(
        organization=request.organization_id, consumer_account=request.consumer_account_id
    )
    now, difference = moment(share), due(request, share)
    why = f"{request}: {request.reason}" if request.reason else f"{request}."
    if move := move_facts.of_request(request):
        moves.carry_over(move, now)
    else:
        _take(share, difference.removed, by, why, now)
        _give(share, request, difference.added, now)
    if request.plan_sql or share.closes_at or share.taken_back_at:
        # A share that was being taken down, or had been, is wanted again. One that needs no work stays as it looks.
        Share.objects.filter(pk=share.pk).update(
            closes_at=None,
            taken_back_at=None,
            converged_at=None,
            blocked_at=None,
            blocked_reason="",
            blocked_what_to_do="",
        )
    wake(share.pk, Run.Trigger.DECISION)
    return [(f"share.{_VERBS.get(request.kind, 'granted')}", share, {"request": request.short_id})]


_VERBS = {"change": "altered", "renewal": "renewed"}


def _give(share: Share, request: ShareRequest, pairs: Iterable[Pair], now: datetime) -> None:
    """Beside what is granted already: windows may overlap, and none is shortened."""
    for dataset, workspaces in by_dataset(pairs):
        grant = Grant.objects.create(
            share=share, dataset=dataset, request=request, valid_from=now, valid_until=end_of(request.valid_until)
        )
        grant.workspaces.set(workspaces)


def _take(share: Share, pairs: Iterable[Pair], by: User, reason: str, now: datetime) -> None:
    """Close each grant that gives one of `pairs`; what it gave besides goes on in a grant of its own."""
    leaving = {(dataset.pk, workspace.pk) for dataset, workspace in pairs}
    touched = {dataset.pk for dataset, _ in pairs}
    standing = share.grants.not_over(now).filter(dataset__in=touched).prefetch_related("workspaces")
    for grant in list(standing):
        left = [item for item in grant.workspaces.all() if (grant.dataset_id, item.pk) not in leaving]
        if len(left) == len(grant.workspaces.all()):
            continue
        closed = Grant.objects.filter(pk=grant.pk, revoked_at=None).update(
            revoked_at=now, revoked_by=by, revoke_reason=reason
        )
        if closed and left:
            # The same window, so that no clock of another machine sees a moment in between.
            rest = Grant.objects.create(
                share=share,
                dataset_id=grant.dataset_id,
                request_id=grant.request_id,
                valid_from=grant.valid_from,
                valid_until=grant.valid_until,
                moved_from_id=grant.moved_from_id,
                held_since=grant.held_since,
                told_mark=grant.told_mark,
                told_until=grant.told_until,
            )
            rest.workspaces.set(left)
