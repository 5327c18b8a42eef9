"""Whose turn it is: which share is worked on next, for any number of workers at once.

Organizations take turns: the one that was served longest ago comes first, so a customer's thousand shares never keep
another's one waiting for more than the run that is going on.
"""

from __future__ import annotations

from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from portal.people.models import Organization
from shares.models import Run, Share
from shares.services.leases import MAX_ATTEMPTS, Lease, claim_if

# A share in whose runs so many workers died has a process to itself: what kills it must not take its neighbours along
# until they, too, look as if they killed.
SUSPECT = 2
# So many organizations are asked for a share before it is somebody else's turn to look.
_TRIES = 8


def dead() -> Q:
    """Somebody held the share and is not heard of any more."""
    return ~Q(lease_owner="") & Q(lease_until__lt=Now())


def come() -> Q:
    """Free and its time has come, or its worker died. A dead worker's share that was rung for has a time, too."""
    time_is_up = Q(next_check_at__lte=Now()) | (Q(next_check_at__isnull=True) & ~Q(lease_owner=""))
    return _free() & time_is_up & Q(attempts__lt=MAX_ATTEMPTS)


def due() -> Q:
    """What a worker may take: its time has come, or somebody rang for it."""
    return come() | (_free() & Q(rung_at__isnull=False) & Q(attempts__lt=MAX_ATTEMPTS))


def _free() -> Q:
    return Q(lease_owner="") | Q(lease_until__lt=Now())


def suspects() -> Q:
    """Due, and to be worked on alone."""
    return due() & Q(attempts__gte=SUSPECT)


def ordinary() -> Q:
    """Due, and may be worked on beside others."""
    return due() & Q(attempts__lt=SUSPECT)


def waiting(wanted: Q, limit: int) -> int:
    """How many shares wait, counted to `limit`."""
    return Share.objects.filter(wanted)[:limit].count()


def trigger_of(share_id: int) -> str:
    """Why it is its turn when nobody rang: it failed, its worker died, or its time has come."""
    failed = Share.objects.filter(Q(pk=share_id) & (dead() | Q(failures__gt=0))).exists()
    return Run.Trigger.RETRY if failed else Run.Trigger.CHECK


def take(owner: str, wanted: Q) -> tuple[Lease, str] | None:
    """The lease on the share whose turn it is and what its run is for; None when others took all that wait."""
    for organization in list(_served_longest_ago(wanted)[:_TRIES]):
        mine = Share.objects.filter(wanted, organization=organization)
        first = mine.order_by(_came(), "pk").values("pk", "rung_at", "rung_for").first()
        if first is None:
            continue
        trigger = str(first["rung_for"]) if first["rung_at"] else trigger_of(first["pk"])
        lease = claim_if(first["pk"], owner, wanted)
        if lease is not None:
            return lease, trigger
    return None


def _came() -> Coalesce:
    return Coalesce("rung_at", "next_check_at", "lease_until")


def _served_longest_ago(wanted: Q) -> QuerySet[Organization]:
    """Organizations with shares that wait, in the order of their turns."""
    theirs = Organization.objects.filter(pk__in=Share.objects.filter(wanted).values("organization"))
    turns = theirs.annotate(served=Max("shares__begun_at"), came=Min("shares__rung_at"))
    return turns.order_by(F("served").asc(nulls_first=True), F("came").asc(nulls_last=True), "pk")
