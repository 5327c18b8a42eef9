"""Move a share to another account of its customer: the new one is built beside the old one by the ordinary reconcile,
both stay for the overlap, then the old one ends as if its owner had ended it. The old one is not touched before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.models import User
from shares import move_mails
from shares.core.accounts import AccountIdentity
from shares.core.states import RequestState, ShareState
from shares.models import Acknowledgement, Dataset, Grant, Move, Share, Workspace
from shares.models.moves import LONGEST, SHORTEST
from shares.services import grants, move_facts
from shares.services.clock import moment
from shares.services.grants import NotNow
from shares.services.pages import last_until
from shares.services.requests import Draft, Refused
from shares.services.status import state_of

BATCH = 50
# What is being repaired at the end of the overlap gets this long before people are told.
PATIENCE = timedelta(hours=1)
WELL = (ShareState.READY, ShareState.MOUNTED)


def draft(share: Share, by: User, identity: AccountIdentity, overlap_days: int, reason: str) -> Draft:
    """The request for a move of `share`, with all that is granted on it. Raises Refused when nothing is."""
    now = timezone.now()
    if not SHORTEST <= overlap_days <= LONGEST:
        raise Refused(
            "overlap_days",
            _("Choose between %(shortest)s and %(longest)s days.") % {"shortest": SHORTEST, "longest": LONGEST},
        )
    if words := move_facts.obstacle(share, None):
        raise Refused("", words)
    in_force = share.grants.in_force(now)
    until = last_until(in_force)
    return Draft(
        organization=share.organization,
        requester=by,
        datasets=list(Dataset.objects.filter(grants__in=in_force).distinct()),
        workspaces=list(Workspace.objects.filter(grants__in=in_force).distinct()),
        identity=identity,
        reason=reason,
        valid_until=(until - timedelta(microseconds=1)).date() if until else None,
        leaving=share,
        overlap_days=overlap_days,
    )


def carry_over(move: Move, now: datetime) -> None:
    """On approval: each grant of the old share once more on the new one, with its own window, workspaces and version.

    Called in the transaction of the decision, with the old share locked.
    """
    for old in move.old_share.grants.not_over(now).prefetch_related("workspaces"):
        grant = Grant.objects.create(
            share=move.new_share,
            dataset_id=old.dataset_id,
            request=move.request,
            valid_from=max(now, old.valid_from),
            valid_until=old.valid_until,
            moved_from=old,
            held_since=old.held_since or old.valid_from,
        )
        grant.workspaces.set(old.workspaces.all())
    for adapted in Acknowledgement.objects.filter(share=move.old_share):
        Acknowledgement.objects.get_or_create(
            version_id=adapted.version_id,
            share=move.new_share,
            defaults={"acknowledged_by_id": adapted.acknowledged_by_id},
        )


def arrived(share: Share) -> None:
    """The share can be read: when it is the new one of a move, the overlap begins. Called as the run ends."""
    move = move_facts.open_moves().filter(new_share=share, ready_at=None, request__state=RequestState.APPROVED).first()
    if move is None:
        return
    now = moment(share)
    if _begin_overlap(move, now, ready_at=None):
        _record(move, "share.move_ready", retires_at=move.retires_at)


def _begin_overlap(move: Move, now: datetime, **was: object) -> bool:
    retires_at = now + timedelta(days=move.overlap_days)
    begun = Move.objects.filter(pk=move.pk, retired_at=None, called_off_at=None, **was).update(
        ready_at=now, retires_at=retires_at, held_at=None
    )
    move.ready_at, move.retires_at, move.held_at = now, retires_at, None
    if begun:
        move_mails.ready(move)
    return bool(begun)


def call_off(move: Move, by: User) -> None:
    """Neither share ends by itself any more. What was built stays, until somebody ends it. Raises NotNow."""
    with transaction.atomic():
        done = Move.objects.filter(
            pk=move.pk, retired_at=None, called_off_at=None, request__state=RequestState.APPROVED
        ).update(called_off_at=Now())
        if not done:
            raise NotNow(_("There is nothing to call off: the old share has ended, or nobody decided yet."))
        _record(move, "share.move_called_off", by=by)


def retire_due() -> int:
    """End the old shares whose overlap is over; how many moves were looked at."""
    due = move_facts.open_moves().filter(retires_at__lte=Now()).order_by(F("held_at").asc(nulls_first=True), "pk")
    pks = list(due.values_list("pk", flat=True)[:BATCH])
    for pk in pks:
        with transaction.atomic():
            _retire(pk)
    return len(pks)


def _retire(pk: int) -> None:
    shares = Q(moves_away=pk) | Q(moves_here=pk)
    # Locked in one order, so that a decision on either comes before or after.
    list(
        Share.objects.select_for_update(no_key=True)
        .filter(pk__in=Share.objects.filter(shares).values("pk"))
        .order_by("pk")
    )
    move = move_facts.open_moves().filter(pk=pk, retires_at__lte=Now()).first()
    if move is None:
        return
    now, state = moment(move.new_share), state_of(move.new_share)
    if not move.new_share.grants.not_over(now).exists():
        Move.objects.filter(pk=pk).update(called_off_at=now)
        _record(move, "share.move_called_off", words="The new share has ended.")
    elif state not in WELL:
        overdue = move.retires_at and now > move.retires_at + PATIENCE
        if not move.held_at and (state is not ShareState.REPAIRING or overdue):
            _hold(move, now)
    elif move.held_at:
        _begin_overlap(move, now, held_at=move.held_at)
        _record(move, "share.move_ready", retires_at=move.retires_at)
    else:
        _end_old(move, now)


def _hold(move: Move, now: datetime) -> None:
    """The old share stays beyond its day: the new one cannot be relied on."""
    if Move.objects.filter(pk=move.pk, held_at=None).update(held_at=now):
        move_mails.held(move)
        _record(move, "share.move_held", words=move.new_share.blocked_reason)


def _end_old(move: Move, now: datetime) -> None:
    if not Move.objects.filter(pk=move.pk, retired_at=None, called_off_at=None).update(retired_at=now):
        return
    if move.old_share.grants.not_over(now).exists():
        reason = f"Moved to {move.new_share.consumer_account}: the overlap of {move.overlap_days} days is over."
        grants.end(move.old_share, move.request.requester, reason)
    _record(move, "share.moved")


def _record(move: Move, action: str, by: User | None = None, **data: object) -> None:
    """On the history of both shares."""
    told = {**data, "move": str(move.public_id), "to": str(move.new_share.consumer_account)}
    for share in (move.old_share, move.new_share):
        record(action, actor=by, target=share, organization=share.organization, data=told)
