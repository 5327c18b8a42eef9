"""Times in the reader's own zone: their browser says which in a cookie; without one, and for mails, it is UTC.

Windows of shares end with a day in UTC, whoever reads them: that is a matter of shares.services.windows, not of this.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "firn-zone"


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """The zone that the reader's browser named, if there is one of that name."""
    name = request.COOKIES.get(COOKIE, "")
    return ZoneInfo(name) if name in _known() else None


def reader_zone(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: for this request alone, as threads serve one reader after another."""

    def middleware(request: HttpRequest) -> HttpResponse:
        zone = zone_of(request)
        if zone is None:
            return get_response(request)
        with timezone.override(zone):
            return get_response(request)

    return middleware
