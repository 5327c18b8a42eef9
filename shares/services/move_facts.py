"""How a move stands, computed from its rows, and what it forbids meanwhile. Reads only."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shares.core.states import RequestState
from shares.models import Move, Share, ShareRequest
from shares.services import endings


class MoveState(StrEnum):
    ASKED = "asked"  # waits for the approvers
    REFUSED = "refused"  # declined or withdrawn: nothing changed
    BUILDING = "building"  # approved; the new share cannot be read yet
    OVERLAP = "overlap"  # both can be read; the old one has a day on which it ends
    HELD = "held"  # that day is over, but the new share is not well: the old one stays
    OFF = "off"  # called off: neither ends by itself
    DONE = "done"  # the old one has ended


# Of the moves of one share.
RECENT = 10
# Under way: until one of the others is reached, nothing else may be asked of the old share.
GOING = (MoveState.ASKED, MoveState.BUILDING, MoveState.OVERLAP, MoveState.HELD)


def state_of(move: Move) -> MoveState:
    """The one computation of a move's state."""
    if move.request.state == RequestState.SUBMITTED:
        return MoveState.ASKED
    if move.request.state != RequestState.APPROVED:
        return MoveState.REFUSED
    if move.called_off_at:
        return MoveState.OFF
    if move.retired_at:
        return MoveState.DONE
    if move.held_at:
        return MoveState.HELD
    return MoveState.OVERLAP if move.ready_at else MoveState.BUILDING


def of_request(request: ShareRequest) -> Move | None:
    """The move that a request asks for, None for any other request."""
    return moves().filter(request=request).first()


def open_moves() -> QuerySet[Move]:
    """Moves that are asked for or under way."""
    going = Q(request__state__in=(RequestState.SUBMITTED, RequestState.APPROVED))
    return moves().filter(going, retired_at=None, called_off_at=None)


def moves() -> QuerySet[Move]:
    return Move.objects.select_related(
        "request__requester",
        "old_share__organization",
        "old_share__consumer_account",
        "old_share__provider_account",
        "new_share__consumer_account",
        "new_share__provider_account",
        "new_share__organization",
    )


def of_share(share: Share) -> Move | None:
    """The open move that `share` is the old or the new one of; else the newest that was carried out. None, too, where
    the share's page has seen that there is no move."""
    if not getattr(share, "has_moves", True):
        return None
    mine = list(moves().filter(Q(old_share=share) | Q(new_share=share))[:RECENT])
    going = next((move for move in mine if state_of(move) in GOING), None)
    return going or next((move for move in mine if move.retired_at), None)


def objection(share: Share) -> str:
    """Why nothing new may be asked for on `share` while it moves away; "" when nothing speaks against it."""
    return objection_of(open_moves().filter(old_share=share).first(), share)


def objection_of(move: Move | None, share: Share) -> str:
    """The same of a move that was looked for already."""
    if move is None or move.old_share_id != share.pk or state_of(move) not in GOING:
        return ""
    to = move.new_share.consumer_account
    if state_of(move) is MoveState.ASKED:
        return _("A move of this share to %(to)s waits for a decision (%(request)s). Withdraw that first.") % {
            "to": to,
            "request": move.request,
        }
    return _(
        "This share moves to %(to)s and ends after the overlap. Ask for it on the share in %(to)s once that is ready, "
        "or call the move off first."
    ) % {"to": to}


def obstacle(old: Share, new: Share | None) -> str:
    """Why `old` may not move, to `new` where that is known; "" when nothing speaks against it."""
    now = timezone.now()
    if not old.grants.in_force(now).exists():
        return _("This share has ended, so there is nothing to move. Ask for a new share instead.")
    if old.suspended_at:
        return _("The data provider has closed this share for now. It can move once they have opened it again.")
    if words := endings.objection(old):
        return words
    if new and new.grants.not_over(now).exists():
        return _(
            "There is a share in %(account)s already. Ask for the datasets there, and end this share when "
            "you have switched."
        ) % {"account": new.consumer_account}
    return ""
