"""What the provider's staff see first: what needs somebody, what waits, how the shares are, what runs. Reads only, in a
number of queries that does not grow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Window
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.core import regions
from shares.core.states import RequestState, ShareState
from shares.models import Beat, Incident, ProviderAccount, Run, ShareRequest, Statement
from shares.models.shares import Purpose
from shares.services.health import FRESH
from shares.services.share_states import state_of_each
from shares.services.translated import translated

FEW = 5
# On its page: more runs than this at once is for the list.
MOST_IN_FLIGHT = 25
_ACCOUNT = ("name", "breaker_until", "breaker_reason", "claim__doubted_at", "claim__doubt_words")


@dataclass(frozen=True)
class Some:
    """The first few rows of something, and how many there are."""

    rows: list[Any]
    total: int


@dataclass(frozen=True)
class Waiting:
    """Requests that nobody decided yet, by how much of the time in which they should be is over; the oldest first."""

    oldest: list[ShareRequest]
    fresh: int
    soon: int
    late: int

    @property
    def total(self) -> int:
        return self.fresh + self.soon + self.late


@dataclass(frozen=True)
class Region:
    """How many shares of it are in which state."""

    id: str
    states: Counter[ShareState] = field(default_factory=Counter)

    @property
    def label(self) -> str:
        return regions.label(self.id)

    @property
    def total(self) -> int:
        return self.states.total()

    @property
    def stopped(self) -> int:
        return self.states[ShareState.BLOCKED]


@dataclass(frozen=True)
class Troubled:
    """A provider account in which Firn changes nothing at the moment, and why."""

    pk: int
    name: str
    words: str


@dataclass(frozen=True)
class Fleet:
    """All shares; and the provider accounts at which something stops Firn."""

    states: list[tuple[ShareState, int]]
    regions: list[Region]
    troubled: list[Troubled]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.states)


def glance() -> dict[str, Any]:
    """The facts at the top: all shares, what waits, what is open, who works."""
    alive = workers()
    return {
        "fleet": fleet(),
        "waiting": waiting(),
        "incidents": incidents(),
        "workers": alive,
        "worker_alive": any(worker.alive for worker in alive),
    }


def fleet() -> Fleet:
    """One query: the accounts with how many shares of each are in which state."""
    carrying = FilteredRelation("shares", condition=Q(shares__purpose=Purpose.DATA))
    found = ProviderAccount.objects.order_by().annotate(carrying=carrying, state=state_of_each("carrying__"))
    counted = found.values("pk", "region", "state", *_ACCOUNT).annotate(number=Count("carrying"))
    by_region: dict[str, Region] = {}
    states: Counter[ShareState] = Counter()
    troubled: dict[int, Troubled] = {}
    for row in counted:
        if words := _trouble(row):
            troubled[row["pk"]] = Troubled(row["pk"], row["name"], words)
        state = ShareState(row["state"])
        # Nothing was granted on it yet: its request is what waits.
        if row["number"] and state is not ShareState.WAITING:
            by_region.setdefault(row["region"], Region(row["region"])).states[state] += row["number"]
            states[state] += row["number"]
    listed = [(state, states[state]) for state in ShareState if states[state]]
    return Fleet(listed, sorted(by_region.values(), key=lambda one: -one.total), list(troubled.values()))


def _trouble(row: dict[str, Any]) -> str:
    if row["claim__doubted_at"]:
        return translated(row["claim__doubt_words"])
    stopped = row["breaker_until"] and row["breaker_until"] > timezone.now()
    return str(row["breaker_reason"]) if stopped else ""


def waiting() -> Waiting:
    target, now = timedelta(hours=settings.FIRN_ANSWER_HOURS), timezone.now()
    found = ShareRequest.objects.filter(state=RequestState.SUBMITTED).order_by("submitted_at", "pk")
    late, soon = Q(submitted_at__lt=now - target), Q(submitted_at__lt=now - target / 2)
    counted = found.annotate(
        all_of_them=Window(Count("pk")),
        late_ones=Window(Count("pk", filter=late)),
        soon_ones=Window(Count("pk", filter=soon)),
    )
    oldest: list[Any] = list(counted.select_related("organization", "requester")[:FEW])
    if not oldest:
        return Waiting([], 0, 0, 0)
    first = oldest[0]
    total, overdue, soon_or_late = first.all_of_them, first.late_ones, first.soon_ones
    return Waiting(oldest, total - soon_or_late, soon_or_late - overdue, overdue)


def some(found: QuerySet[Any], most: int = FEW) -> Some:
    """The first of them and their number, in one query."""
    rows = list(found.annotate(all_of_them=Window(Count("pk")))[:most])
    return Some(rows, rows[0].all_of_them if rows else 0)


def incidents() -> Some:
    """Open, and not the customer's to mend."""
    found = Incident.objects.filter(closed_at=None, for_customer=False).order_by("opened_at", "pk")
    return some(found.select_related("share__organization"))


def undelivered() -> Some:
    """Mails that were given up; the newest first."""
    return some(Outgoing.objects.filter(sent_at=None, next_attempt_at=None).order_by("-pk").defer("text", "html"))


def in_flight(most: int = FEW) -> Some:
    """Runs that go on now, with what each does at the moment."""
    newest = Statement.objects.filter(run=OuterRef("pk")).order_by("-position").values("purpose")[:1]
    # A run whose lease is another's has died; the next one says so.
    found = Run.objects.filter(outcome=Run.Outcome.RUNNING, fence=F("share__fence")).annotate(doing=Subquery(newest))
    return some(found.select_related("share__organization", "share__consumer_account").order_by("started_at"), most)


@dataclass(frozen=True)
class Worker:
    """One `manage.py worker`. `alive`: it answered within the time in which a hung one would have been replaced."""

    name: str
    started_at: datetime
    answered_at: datetime | None
    alive: bool


def workers() -> list[Worker]:
    fresh = timezone.now() - FRESH
    return [
        Worker(beat.worker, beat.started_at, beat.answered_at, bool(beat.answered_at and beat.answered_at >= fresh))
        for beat in Beat.objects.order_by("worker")[:20]
    ]
