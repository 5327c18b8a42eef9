"""What staff may do to a customer's share, by name: for a page that acts on one, and a worker that acts on many."""

from __future__ import annotations

from collections.abc import Callable

from portal.people.models import User
from shares.models import Share
from shares.services import grants

# share, who does it, what the form said: the reason (or note) and the days of notice
Act = Callable[[Share, User, str, int], None]

ACTS: dict[str, Act] = {
    "reconcile": lambda share, by, reason, days: grants.reconcile_now(share, by),
    "suspend": lambda share, by, reason, days: grants.suspend(share, by, reason),
    "resume": lambda share, by, reason, days: grants.resume(share, by, reason),
    "end": lambda share, by, reason, days: grants.end_by_provider(share, by, reason, days),
    "keep": lambda share, by, reason, days: grants.keep(share, by, reason),
}
