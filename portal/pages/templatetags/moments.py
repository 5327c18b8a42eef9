"""Moments and numbers as people read them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_DAYS_SPELLED = 45


def ago(moment: dt.datetime | None) -> SafeString | str:
    """A <time> element: distance from now in words, the exact moment in its title. A dash for None."""
    if moment is None:
        return "–"
    return _element(moment, _distance(moment))


def _element(moment: dt.datetime, words: str) -> SafeString:
    local = timezone.localtime(moment)
    exact = f"{_spelled(local)}, {local:%H:%M:%S} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


def _distance(moment: dt.datetime) -> str:
    seconds = (timezone.now() - moment).total_seconds()
    size, past = abs(seconds), seconds >= 0
    if size < _MINUTE:
        return gettext("just now") if past else gettext("in a moment")
    if size < _HOUR:
        return (gettext("%(n)d min ago") if past else gettext("in %(n)d min")) % {"n": size // _MINUTE}
    if size < 2 * _DAY:
        return (gettext("%(n)d h ago") if past else gettext("in %(n)d h")) % {"n": size // _HOUR}
    if size < _DAYS_SPELLED * _DAY:
        return (gettext("%(n)d days ago") if past else gettext("in %(n)d days")) % {"n": size // _DAY}
    return _spelled(timezone.localtime(moment))


def _spelled(value: dt.date) -> str:
    """22 Nov 2027."""
    return _day_of(value.year, value.month, value.day, get_language())


@lru_cache(maxsize=4000)
def _day_of(year: int, month: int, number: int, language: str | None) -> str:
    """Kept, because a list says the same few days again and again; `language` is the one that is active."""
    return str(date_format(dt.date(year, month, number), "j M Y"))


def day(value: dt.datetime | dt.date | None) -> SafeString | str:
    """A <time> element with the day alone: 22 Nov 2027. A dash for None."""
    if value is None:
        return "–"
    local = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _spelled(local))


def clock(moment: dt.datetime | None) -> SafeString | str:
    """A <time> element with the time of day to the second; with the day if not today. A dash for None."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    pattern = "H:i:s" if local.date() == timezone.localdate() else "j M, H:i"
    return _element(moment, date_format(local, pattern))


def exactly(moment: dt.datetime | None) -> SafeString | str:
    """A <time> element that still says when on paper: 22 Nov 2027, 14:05 UTC. A dash for None."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    return _element(moment, f"{_spelled(local)}, {local:%H:%M} {local.tzname()}")


def count(number: int | None) -> str:
    """48,110 as the reader's language groups it; a dash for None."""
    return "–" if number is None else number_format(number, force_grouping=True)


def millis(duration: int | float | None) -> str:
    """A duration given in milliseconds: 41 ms, 1.3 s; empty for None."""
    if duration is None:
        return ""
    return f"{duration:.0f} ms" if duration < 1000 else f"{duration / 1000:.1f} s"
