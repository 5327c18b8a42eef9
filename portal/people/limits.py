"""How much one person, or one address of somebody not signed in, may do: beyond that 429 and Retry-After.

In a minute, counted in the cache that all processes share; sign-in, codes and the like have tighter limits of allauth's
on top. What sends mail to anybody is also counted in the log by the hour (portal.people.asking).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.cache import cache as shared
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from portal.audit import context
from portal.people import asking

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
WINDOW_S = 60
# Whole tables as files, each of which reads everything that its reader may see.
FILES_A_MINUTE = 20
LATER_S = 600


def limits_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        if _is_over(request):
            response: HttpResponseBase = render(request, "429.html", status=429)
        elif request.method == "POST" and request.path in _mailing() and asking.too_many_from_here():
            response = render(request, "429.html", status=429)
            response.headers["Retry-After"] = str(LATER_S)
        else:
            response = get_response(request)
        if response.status_code == 403 and request.path in _hooks():
            _count(request, "refused")
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(WINDOW_S - int(time.time()) % WINDOW_S))
        return response

    return middleware


@cache
def _mailing() -> frozenset[str]:
    return frozenset(map(reverse, ("account_signup", "account_request_login_code", "account_reset_password")))


@cache
def _hooks() -> frozenset[str]:
    """A provider of mail calls for each mail that it delivers. Only who does not know the secret is counted there."""
    return frozenset(map(reverse, ("mail-tracking", "mail-inbound")))


def _is_over(request: HttpRequest) -> bool:
    most = settings.FIRN_WRITES_A_MINUTE
    if not most:
        return False
    if request.path in _hooks():
        return _counted(request, "refused") >= most
    if request.method not in SAFE:
        return _count(request, "writes") > most
    return "format" in request.GET and _count(request, "files") > FILES_A_MINUTE


def _count(request: HttpRequest, what: str) -> int:
    """How many there were in this minute, this one included. Of two at the same instant one may go uncounted."""
    key = _key(request, what)
    shared.add(key, 0, 2 * WINDOW_S)
    try:
        return shared.incr(key)
    except ValueError:
        return 1


def _counted(request: HttpRequest, what: str) -> int:
    """How many there were in this minute, without this one."""
    return int(shared.get(_key(request, what), 0))


def _key(request: HttpRequest, what: str) -> str:
    who = f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{context.current().address}"
    return f"firn:{what}:{who}:{int(time.time()) // WINDOW_S}"
