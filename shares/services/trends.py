"""Volume and freshness over 30 days, for charts: from the proofs of shares, else from counts. Reads only.

A day shows the last look of it; a day without one shows nothing, never a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format

from portal.people.models import Organization
from shares.core.published import Item
from shares.models import Proof, ReadDay, Share

DAYS = 30
HOUR = 3600
Point = tuple[str, float | int | None]


@dataclass(frozen=True)
class Look:
    """What one look saw of a dataset: rows of all its views together, and the newest of any."""

    rows: int
    newest: datetime | None
    at: datetime

    @property
    def hours(self) -> float | None:
        """How old the newest row was then."""
        return max(0.0, round((self.at - self.newest).total_seconds() / HOUR, 1)) if self.newest else None


@dataclass(frozen=True)
class Trend:
    """Points for {% chart %}, oldest first; both empty while there are not two days to compare."""

    volume: list[Point]
    age: list[Point]

    @property
    def knows_age(self) -> bool:
        return any(value is not None for _, value in self.age)


def of_shares(shares: Iterable[Share], objects: dict[int, list[Item]], now: datetime) -> dict[int, Trend]:
    """By key of `objects`: what the proofs of these shares read of its views. Several shares of one customer hold the
    same rows or fewer of them, so a day shows the share that held most. One query."""
    proofs = Proof.objects.filter(share__in=list(shares), proved_at__gte=now - timedelta(days=DAYS)).order_by("id")
    looks = list(proofs.values_list("share_id", "proved_at", "readings"))
    return {key: _trend(_of_proofs(looks, items), now) for key, items in objects.items()}


def has_past() -> Exists:
    """For a query of shares: whether each was proved on an earlier day than today, without which no chart is drawn."""
    now = timezone.now()
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Exists(
        Proof.objects.filter(share=OuterRef("pk"), proved_at__gte=now - timedelta(days=DAYS), proved_at__lt=today)
    )


def of_counts(organization: Organization, items: Iterable[Item], now: datetime) -> Trend:
    """What was counted for this customer where no share of theirs holds the dataset. One query."""
    mine = Q(reading__workspace__organization=organization, reading__workspace__is_active=True)
    found = ReadDay.objects.filter(
        mine | Q(reading__workspace__isnull=True),
        reading__object__in=[item.pk for item in items if not item.is_function],
        day__gt=timezone.localdate(now, UTC) - timedelta(days=DAYS),
    )
    by_day: dict[date, list[ReadDay]] = defaultdict(list)
    for one in found:
        by_day[one.day].append(one)
    return _trend({day: _together(ones) for day, ones in by_day.items()}, now)


def _together(ones: list[ReadDay]) -> Look:
    newest = max((one.newest for one in ones if one.newest), default=None)
    return Look(sum(one.rows for one in ones), newest, max(one.measured_at for one in ones))


def _of_proofs(looks: Iterable[tuple[int, datetime, list[dict[str, Any]]]], items: list[Item]) -> dict[date, Look]:
    names = {item.shared_name for item in items if not item.is_function}
    last: dict[tuple[date, int], Look] = {}
    for share, at, readings in looks:
        seen = [reading for reading in readings if reading["name"] in names]
        if seen:
            newest = [datetime.fromisoformat(reading["newest"]) for reading in seen if reading.get("newest")]
            rows = sum(reading["rows"] or 0 for reading in seen)
            last[timezone.localdate(at, UTC), share] = Look(rows, max(newest, default=None), at)
    days: dict[date, Look] = {}
    for (day, _), look in last.items():
        if day not in days or look.rows > days[day].rows:
            days[day] = look
    return days


def _trend(days: dict[date, Look], now: datetime) -> Trend:
    if len(days) < 2:
        return Trend([], [])
    today = timezone.localdate(now, UTC)
    shown = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    volume: list[Point] = [(_label(day), days[day].rows if day in days else None) for day in shown]
    age: list[Point] = [(_label(day), days[day].hours if day in days else None) for day in shown]
    return Trend(volume, age)


def _label(day: date) -> str:
    return date_format(day, "j M")
