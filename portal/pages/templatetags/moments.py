"""Moments and numbers as people read them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_DAYS_SPELLED = 45


def ago(moment: dt.datetime | None) -> SafeString | str:
    """A <time> element: distance from now in words, the exact moment in its title. A dash for None."""
    if moment is None:
        return "–"
    return _element(moment, _distance(moment))


def _element(moment: dt.datetime, words: str) -> SafeString:
    exact = date_format(timezone.localtime(moment), "j M Y, H:i:s") + " " + timezone.get_current_timezone_name()
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


def _distance(moment: dt.datetime) -> str:
    seconds = (timezone.now() - moment).total_seconds()
    size = abs(seconds)
    if size < _MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    if size < _HOUR:
        words = f"{int(size // _MINUTE)} min"
    elif size < 2 * _DAY:
        words = f"{int(size // _HOUR)} h"
    elif size < _DAYS_SPELLED * _DAY:
        words = f"{int(size // _DAY)} days"
    else:
        return str(date_format(timezone.localtime(moment), "j M Y"))
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def day(value: dt.datetime | dt.date | None) -> SafeString | str:
    """A <time> element with the day alone: 22 Nov 2027. A dash for None."""
    if value is None:
        return "–"
    local = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(local, "j M Y"))


def clock(moment: dt.datetime | None) -> SafeString | str:
    """A <time> element with the time of day to the second; with the day if not today. A dash for None."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    pattern = "H:i:s" if local.date() == timezone.localdate() else "j M, H:i"
    return _element(moment, date_format(local, pattern))


def count(number: int | None) -> str:
    """48,110; a dash for None."""
    return "–" if number is None else f"{number:,}"


def millis(duration: int | float | None) -> str:
    """A duration given in milliseconds: 41 ms, 1.3 s; empty for None."""
    if duration is None:
        return ""
    return f"{duration:.0f} ms" if duration < 1000 else f"{duration / 1000:.1f} s"
