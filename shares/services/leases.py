"""Who may act on a share: a lease in the row, claimed and kept by conditional UPDATE, on the database's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now

from shares.models import Share

# Longer than the longest statement and its margin, so that a live run never loses its lease in the middle of one. While
# a leak test is awaited, which may take longer, it is kept (shares.services.apply).
LEASE = timedelta(seconds=120)
# A share whose workers died this often before finishing is left to a person.
MAX_ATTEMPTS = 5


class LeaseLost(Exception):
    """Another run owns the share now: stop at once, write nothing more."""


@dataclass(frozen=True)
class Lease:
    share_id: int
    owner: str
    fence: int


def _after(span: timedelta) -> Combinable:
    return ExpressionWrapper(Now() + span, output_field=DateTimeField())


def claim(share_id: int, owner: str) -> Lease | None:
    """The lease on a free share, None when somebody else holds it or when it is quarantined.

    A ring that comes while another run works is not lost: the share becomes due at once.
    """
    lease = claim_if(share_id, owner, Q())
    if lease is None:
        Share.objects.filter(pk=share_id, attempts__lt=MAX_ATTEMPTS).update(next_check_at=Now())
    return lease


def claim_if(share_id: int, owner: str, still: Q) -> Lease | None:
    """The lease on a share that is free and `still` so; whoever is late leaves no trace.

    `attempts` grows before the work, so that a worker that dies counts.
    """
    free = Q(lease_owner="") | Q(lease_until__lt=Now())
    claimed = Share.objects.filter(free, still, pk=share_id, attempts__lt=MAX_ATTEMPTS).update(
        lease_owner=owner,
        lease_until=_after(LEASE),
        fence=F("fence") + 1,
        attempts=F("attempts") + 1,
        next_check_at=None,
        rung_at=None,
        begun_at=Now(),
    )
    if not claimed:
        return None
    fence = Share.objects.values_list("fence", flat=True).get(pk=share_id)
    return Lease(share_id, owner, fence)


def keep(lease: Lease) -> None:
    """Prolong the lease; raises LeaseLost when it is not ours any more."""
    held = Share.objects.filter(
        pk=lease.share_id, lease_owner=lease.owner, fence=lease.fence, lease_until__gt=Now()
    ).update(lease_until=_after(LEASE))
    if not held:
        raise LeaseLost


def release(lease: Lease, next_check_at: datetime | None, **fields: object) -> None:
    """Give the share back with the run's findings. A ring that came meanwhile keeps its earlier time.

    Raises LeaseLost when another run owns the share: then these findings are old, and nothing of them may stand.
    """
    released = Share.objects.filter(pk=lease.share_id, lease_owner=lease.owner, fence=lease.fence).update(
        lease_owner="",
        lease_until=None,
        attempts=0,
        next_check_at=Coalesce(F("next_check_at"), next_check_at, output_field=DateTimeField()),
        **fields,
    )
    if not released:
        raise LeaseLost
