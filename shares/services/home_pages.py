"""The start page of a customer: each share with what matters of it, and the one thing to do next. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from shares.core.states import ShareState
from shares.models import ConsumerAccount, Proof, Share, ShareRequest
from shares.services.pages import ShareRow, share_rows

# An end that is nearer than this is the next thing to look after.
SOON = timedelta(days=30)
READABLE = (ShareState.MOUNTED, ShareState.REPAIRING)
WELL = (ShareState.MOUNTED, ShareState.READY)


@dataclass(frozen=True)
class ShareCard:
    """One share with its last proof; `newest` is the newest row that the proof saw in any of its views."""

    row: ShareRow
    proof: Proof | None
    newest: datetime | None


@dataclass(frozen=True)
class NextStep:
    """`kind` picks the words: prove, mount, renew, choose or nothing. One of `share` and `asked` says of what."""

    kind: str
    share: ShareRow | None = None
    asked: ShareRequest | None = None

    @property
    def account(self) -> ConsumerAccount | None:
        """The customer's account that it is about."""
        if self.asked:
            return self.asked.consumer_account
        return self.share.share.consumer_account if self.share else None


def cards(shares: Iterable[Share]) -> list[ShareCard]:
    """Shares with their newest proofs, in a fixed number of queries."""
    rows = share_rows(shares)
    newest = Proof.objects.filter(share__in=[row.share.pk for row in rows]).order_by().values("share")
    proofs = Proof.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"))
    by_share = {proof.share_id: proof for proof in proofs}
    return [_card(row, by_share.get(row.share.pk)) for row in rows]


def _card(row: ShareRow, proof: Proof | None) -> ShareCard:
    return ShareCard(row, proof, newest_in(proof))


def newest_in(proof: Proof | None) -> datetime | None:
    """The newest row that a proof saw, whichever view it is in."""
    seen = [reading.get("newest") for reading in (proof.readings if proof else [])]
    return max((datetime.fromisoformat(moment) for moment in seen if isinstance(moment, str)), default=None)


def next_step(shown: list[ShareCard], waiting: Iterable[ShareRequest]) -> NextStep:
    """What stands between this customer and their data comes first; then what ends soon."""
    asked = list(waiting)
    for item in asked:
        if not item.consumer_account.is_proved:
            return NextStep("prove", asked=item)
    for state, kind in ((ShareState.UNPROVED, "prove"), (ShareState.READY, "mount")):
        for card in shown:
            if card.row.state == state:
                return NextStep(kind, share=card.row)
    soon = timezone.now() + SOON
    ends = [(card.row.until, number) for number, card in enumerate(shown) if card.row.state in READABLE]
    near = sorted((until, number) for until, number in ends if until and until < soon)
    if near:
        return NextStep("renew", share=shown[near[0][1]].row)
    return NextStep("nothing" if shown or asked else "choose")
