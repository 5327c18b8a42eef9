"""Working time: the hours of the days from Monday to Friday, where somebody is."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

FROM, UNTIL = 8, 18


def worked(since: datetime, now: datetime, zone: tzinfo) -> timedelta:
    """How much of the time between two moments lay on working days in `zone`. A working day counts whole, 24 hours."""
    start, end = since.astimezone(zone), now.astimezone(zone)
    found, day = timedelta(), start.date()
    while day <= end.date():
        if day.weekday() < 5:
            opens = datetime.combine(day, time(), zone)
            closes = datetime.combine(day + timedelta(days=1), time(), zone)
            # Compared as moments: on the days when clocks change, wall clocks say something else.
            span = min(closes.timestamp(), end.timestamp()) - max(opens.timestamp(), start.timestamp())
            found += timedelta(seconds=max(span, 0))
        day += timedelta(days=1)
    return found


def is_office_hour(now: datetime, zone: tzinfo) -> bool:
    """Whether somebody there may be at work: nobody is woken by a reminder."""
    local = now.astimezone(zone)
    return local.weekday() < 5 and FROM <= local.hour < UNTIL
