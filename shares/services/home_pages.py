"""The start page of a customer: each share with what matters of it, and the one thing to do next. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.people.models import Organization, User
from portal.people.permissions import Act
from portal.prepared import ANYBODY, PreparedModels
from shares.core.states import ShareState
from shares.models import ConsumerAccount, Grant, Proof, Share, ShareRequest
from shares.services import share_states, visible
from shares.services.pages import ShareRow, listed, share_rows

# An end that is nearer than this is the next thing to look after.
SOON = timedelta(days=30)
READABLE = (ShareState.MOUNTED, ShareState.REPAIRING)
# What is over is neither well nor unwell.
CALM = (ShareState.MOUNTED, ShareState.READY, ShareState.ENDED)
FEW = 6
_NUMBERS = ("well", "unwell", "building", "soon")
# Stand-ins for what is asked of a customer, and when.
_CUSTOMER, _NOW, _THEN = -2, datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC)


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


@dataclass(frozen=True)
class Overview:
    """All shares of a customer: the few to show, those first that are not well; how many are well, are not (of these,
    how many are only being built), end soon; and the one thing to do next."""

    cards: list[ShareCard]
    more: bool
    well: int
    unwell: int
    building: int
    soon: int
    next: NextStep

    @property
    def troubled(self) -> int:
        return self.unwell - self.building


def overview(user: User, organization: Organization, waiting: Iterable[ShareRequest]) -> Overview:
    """Of all that this person may see of one customer, however much it is."""
    now = timezone.now()
    if user.seeing:
        found = list(_leading(visible.shares(user).filter(organization=organization), now, now + SOON))
    else:
        meant = {ANYBODY: user.pk, _CUSTOMER: organization.pk, _NOW: now, _THEN: now + SOON}
        found = list(_prepared(visible.reads_all(user, Act.SHARE_READ)).all(meant))
    shown = sorted(cards(found), key=lambda card: _place(card.row.state))
    well, unwell, building, soon = (getattr(found[0], f"number_{name}") if found else 0 for name in _NUMBERS)
    return Overview(shown[:FEW], len(shown) > FEW, well, unwell, building, soon, next_step(shown, waiting))


@cache
def _prepared(everybodys: bool) -> PreparedModels[Share]:
    reader = User(pk=ANYBODY, is_staff=everybodys, is_superuser=everybodys)
    return PreparedModels(lambda: _leading(visible.shares(reader).filter(organization=_CUSTOMER), _NOW, _THEN))


def _leading(shares: QuerySet[Share], now: datetime, then: datetime) -> QuerySet[Share]:
    """Those of one customer's that come first, each with how many there are in all: with the next to mount and the next
    to end before `then`, whatever else there is, since they decide about the next step."""
    ends = _ending(shares, now, then)
    first_ready = shares.filter(share_states.READY).order_by("-created_at").values("pk")[:1]
    first_end = ends.order_by("valid_until", "pk").values("share")[:1]
    place = Case(
        When(Q(pk__in=first_ready) | Q(pk__in=first_end), then=Value(0)),
        When(share_states.UNPROVED, then=Value(1)),
        When(share_states.UNWELL, then=Value(2)),
        When(share_states.WELL, then=Value(3)),
        default=Value(4),
    )
    return listed(shares.order_by(place, "-created_at")[: FEW + 2]).annotate(
        number_well=_number(shares.filter(share_states.WELL), "organization"),
        number_unwell=_number(shares.filter(share_states.UNWELL), "organization"),
        number_building=_number(shares.filter(share_states.BUILDING), "organization"),
        number_soon=_number(ends, "share__organization", Count("share", distinct=True)),
    )


def _number(rows: QuerySet[Any], customer: str, counted: Count | None = None) -> Coalesce:
    counts = rows.order_by().values(customer).annotate(number=counted or Count("pk")).values("number")
    return Coalesce(Subquery(counts), 0)


def _ending(shares: QuerySet[Share], now: datetime, then: datetime) -> QuerySet[Grant]:
    """What is granted on those of `shares` that can be read and of which nothing lasts until `then`."""
    granted = Grant.objects.in_force(now)
    longer = granted.filter(Q(valid_until=None) | Q(valid_until__gte=then), share=OuterRef("share"))
    # Said once more, and asked of each, so that the index over what closes is of use: of most customers nothing does.
    found = granted.filter(valid_until__gt=now, valid_until__lt=then)
    return found.filter(Exists(shares.filter(share_states.READABLE, pk=OuterRef("share"))), ~Exists(longer))


def _place(state: ShareState) -> int:
    later = {ShareState.PROVISIONING: 1, **dict.fromkeys(CALM, 2), ShareState.ENDED: 3}
    return later.get(state, 0)


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
    alive = any(card.row.state != ShareState.ENDED for card in shown)
    return NextStep("nothing" if alive or asked else "choose")
