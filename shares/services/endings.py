"""The ending of a share that stands, computed from the rows; and what somebody who may end it should know first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shares.core.states import ShareState
from shares.models import EndedGrant, Ending, Grant, Proof, Share
from shares.services import pages
from shares.services.pages import ShareRow
from shares.services.windows import last_day

WELL = (ShareState.READY, ShareState.MOUNTED)


# Without a default: an ending that was not read by `standing` must not pass for one that stands.
_is_overtaken = attrgetter("is_overtaken")


@dataclass(frozen=True)
class Loss:
    """What breaks when a share ends. `well_at`: when it was last seen as approved, or at least proved isolated."""

    share: Share
    state: ShareState
    datasets: tuple[str, ...]
    well_at: datetime | None
    until: datetime | None

    @property
    def is_well(self) -> bool:
        return self.state in WELL


def standing(share: Share) -> list[Ending]:
    """Those that were not undone, newest first; none of a share that is gone, nor where its page has seen none."""
    if share.taken_back_at or not getattr(share, "has_endings", True):
        return []
    return list(_with_overtaken(share.endings.filter(undone_at=None)).select_related("by"))


def _with_overtaken(endings: QuerySet[Ending]) -> QuerySet[Ending]:
    """Each with whether something was granted after it that it did not take."""
    taken = EndedGrant.objects.filter(grant=OuterRef("pk"), ending=OuterRef(OuterRef("pk")))
    later = Grant.objects.filter(share=OuterRef("share"), valid_from__gte=OuterRef("decided_at"))
    return endings.annotate(is_overtaken=Exists(later.exclude(Exists(taken))))


def current(share: Share, known: list[Ending] | None = None) -> Ending | None:
    """The newest ending that was neither undone nor overtaken by something granted later, of a share not yet gone.

    `known` is what `standing` told already, here and below.
    """
    return _newest(standing(share) if known is None else known)


def _newest(known: list[Ending]) -> Ending | None:
    return None if not known or _is_overtaken(known[0]) else known[0]


def of_provider(share: Share, known: list[Ending] | None = None) -> Ending | None:
    """The provider's ending that stands, also when the customer ended the share sooner."""
    found = standing(share) if known is None else known
    return _newest([ending for ending in found if ending.by_provider])


def objection(share: Share, known: list[Ending] | None = None) -> str:
    """Why nothing new may be asked for on it, nor approved; "" when nothing speaks against it."""
    if share.consumer_account.leaving_at:
        return _(
            "%(account)s is being connected to another customer. Until then nothing new is asked for in it. If it is "
            "yours, an owner can call that off: the mail about it says how."
        ) % {"account": share.consumer_account}
    ending = of_provider(share, known)
    if ending is None:
        return ""
    day = date_format(last_day(ending.effective_at), "d M Y")
    return _(
        "The data provider ends this share on %(day)s (“%(reason)s”), so it is neither "
        "renewed nor changed. Write to %(support)s if you still need the data."
    ) % {"day": day, "reason": ending.reason, "support": settings.SUPPORT_EMAIL}


def losses(shares: Iterable[Share]) -> list[Loss]:
    """What ending each of `shares` breaks, in a number of queries that does not grow."""
    rows = pages.share_rows(shares)
    unwell = [row.share.pk for row in rows if row.state not in WELL]
    proofs = Proof.objects.filter(share__in=unwell, isolated=True).values("share").annotate(at=Max("proved_at"))
    proved = {proof["share"]: proof["at"] for proof in proofs} if unwell else {}
    return [_loss(row, proved.get(row.share.pk)) for row in rows]


def _loss(row: ShareRow, proved_at: datetime | None) -> Loss:
    well_at = row.share.checked_at if row.state in WELL else proved_at
    return Loss(row.share, row.state, row.datasets, well_at, row.until)
