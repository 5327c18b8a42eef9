"""Days and moments: a window that ends on a day ends with that day, in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import overload

_LAST = date.max - timedelta(days=1)


@overload
def end_of(day: date) -> datetime: ...


@overload
def end_of(day: None) -> None: ...


def end_of(day: date | None) -> datetime | None:
    """The moment after `day`, None for no end. After the last day that there is comes none: it ends as that begins."""
    return None if day is None else datetime.combine(min(day, _LAST) + timedelta(days=1), time(), tzinfo=UTC)


def last_day(end: datetime) -> date:
    """The last day of a window that ends at this midnight; the other way round than `end_of`."""
    return (end - timedelta(microseconds=1)).date()
