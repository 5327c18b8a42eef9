"""Working time in the zone of whoever is waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shares.core.working import is_office_hour, worked

ROME, TOKYO = ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Tokyo")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "hours"),
    [
        ("2026-11-24 10:00", "2026-11-25 10:00", 24),
        ("2026-11-27 12:00", "2026-11-30 12:00", 24),  # Friday to Monday: the weekend does not count
        ("2026-11-28 12:00", "2026-11-29 12:00", 0),
        ("2026-11-25 10:00", "2026-11-25 10:00", 0),
        ("2026-11-25 10:00", "2026-11-24 10:00", 0),
        ("2026-11-20 00:00", "2026-12-04 00:00", 240),
    ],
)
def test_weekends_do_not_count(since: str, now: str, hours: int) -> None:
    assert worked(at(since), at(now), UTC) == timedelta(hours=hours)


def test_a_week_begins_where_the_person_is() -> None:
    assert worked(at("2026-11-27 20:00"), at("2026-11-30 20:00"), TOKYO) == timedelta(hours=29)
    assert worked(at("2026-11-27 20:00"), at("2026-11-30 20:00"), UTC) == timedelta(hours=24)


def test_a_friday_evening_there_counts_although_it_is_saturday_here() -> None:
    assert worked(at("2026-11-28 02:00"), at("2026-11-30 12:00"), ZoneInfo("America/New_York")) == timedelta(hours=10)


def test_a_day_on_which_clocks_change_is_as_long_as_it_was() -> None:
    assert worked(at("2026-10-23 22:00"), at("2026-10-26 23:00"), ROME) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("now", "zone", "works"),
    [
        ("2026-11-25 07:30", UTC, False), ("2026-11-25 08:00", UTC, True), ("2026-11-25 17:59", UTC, True),
        ("2026-11-25 18:00", UTC, False), ("2026-11-28 10:00", UTC, False), ("2026-11-25 07:30", ROME, True),
        ("2026-11-25 10:00", TOKYO, False),
    ],
)  # fmt: skip
def test_office_hours(now: str, zone: ZoneInfo, works: bool) -> None:
    assert is_office_hour(at(now), zone) is works
