"""States and the moves between them. A request's is stored; a share's is always computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RequestState(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RequestKind(StrEnum):
    """What a request asks for. Each is a row of its own; none edits another."""

    NEW = "new"  # datasets for workspaces, into an account
    CHANGE = "change"  # put into a live share, or taken out of it
    RENEWAL = "renewal"  # a later end for what is in a live share
    ADOPTION = "adoption"  # what a share had before Firn, as a person of the provider confirmed it
    MOVE = "move"  # all that is in a live share, in another account beside it for a while


# Every decision is final: what changes later is the grant, or a new request.
REQUEST_MOVES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.SUBMITTED: frozenset(
        {RequestState.APPROVED, RequestState.DECLINED, RequestState.WITHDRAWN, RequestState.EXPIRED}
    ),
    RequestState.APPROVED: frozenset(),
    RequestState.DECLINED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
    RequestState.EXPIRED: frozenset(),
}


def may_move(old: str, new: str) -> bool:
    """Whether a request may go from `old` to `new`."""
    return RequestState(new) in REQUEST_MOVES[RequestState(old)]


class ShareState(StrEnum):
    """What people see. Each has a word and a next step in templates."""

    WAITING = "waiting"  # nothing granted yet
    PROVISIONING = "provisioning"  # granted, not yet readable
    UNPROVED = "unproved"  # built, and waits for the proof that the account is the customer's
    READY = "ready"  # readable, not mounted yet
    MOUNTED = "mounted"  # readable and mounted
    REPAIRING = "repairing"  # was readable; the last look found something that is being put right
    BLOCKED = "blocked"  # needs a person of the provider
    SUSPENDED = "suspended"  # taken out by the provider, can come back
    ENDING = "ending"  # ended, undo still possible
    ENDED = "ended"  # gone


# Those in which the customer's account reads it.
READABLE = (ShareState.READY, ShareState.MOUNTED, ShareState.REPAIRING)


@dataclass(frozen=True)
class ShareFacts:
    """What a share's state is computed from. `window_open` counts grants in force at `now`."""

    window_open: bool
    ever_granted: bool
    suspended: bool
    blocked: bool
    closes_at: datetime | None
    taken_back: bool
    converged: bool
    ever_ready: bool
    mounted: bool
    account_proved: bool = True


def share_state(facts: ShareFacts) -> ShareState:
    """The one computation of a share's state."""
    if facts.taken_back and not facts.window_open:
        return ShareState.ENDED
    if not facts.ever_granted:
        return ShareState.WAITING
    if not facts.window_open:
        return ShareState.ENDING
    if facts.blocked:
        return ShareState.BLOCKED
    if facts.suspended:
        return ShareState.SUSPENDED
    if not facts.converged and not facts.account_proved:
        return ShareState.UNPROVED
    if not facts.converged:
        return ShareState.REPAIRING if facts.ever_ready else ShareState.PROVISIONING
    return ShareState.MOUNTED if facts.mounted else ShareState.READY
