"""How much one person, or one address of somebody not signed in, may do in a minute: beyond that 429 and Retry-After.

Counted in the cache that all processes share. Sign-in, codes and the like have tighter limits of allauth's on top.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from portal.audit import context

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
WINDOW_S = 60
# Whole tables as files, each of which reads everything that its reader may see.
FILES_A_MINUTE = 20


def limits_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        if _is_over(request):
            response: HttpResponseBase = render(request, "429.html", status=429)
        else:
            response = get_response(request)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(WINDOW_S - int(time.time()) % WINDOW_S))
        return response

    return middleware


def _is_over(request: HttpRequest) -> bool:
    most = settings.FIRN_WRITES_A_MINUTE
    if not most:
        return False
    if request.method not in SAFE:
        return _count(request, "writes") > most
    return "format" in request.GET and _count(request, "files") > FILES_A_MINUTE


def _count(request: HttpRequest, what: str) -> int:
    """How many there were in this minute, this one included. Of two at the same instant one may go uncounted."""
    who = f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{context.current().address}"
    key = f"firn:{what}:{who}:{int(time.time()) // WINDOW_S}"
    cache.add(key, 0, 2 * WINDOW_S)
    try:
        return cache.incr(key)
    except ValueError:
        return 1
