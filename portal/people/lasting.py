"""How long a sign-in lasts: until nobody has used it for a while, and twelve hours whatever happens.

OWASP ASVS 5.0, 7.3.1 and 7.3.2. Both moments stand in the session itself: saving one makes its row last longer, so
the row alone would let somebody who works all day stay for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

KEY = "lasting"
# Use is noted once in so many seconds: a row that is written at each request would be the busiest of the database.
NOTED_EVERY_S = 60


@receiver(user_logged_in)
def began(request: HttpRequest, **_: Any) -> None:
    now = int(time.time())
    request.session[KEY] = [now, now]


def lasting_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Signs out whoever's time is over, says why, and lets the request go on as nobody's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and (words := _over(request)):
            logout(request)
            messages.info(request, words)
        return get_response(request)

    return middleware


def _over(request: HttpRequest) -> str:
    """Why this session ends now, "" while it goes on; then its use is noted."""
    now = int(time.time())
    since, used = request.session.get(KEY, (now, now))
    if now - since >= settings.SESSION_COOKIE_AGE:
        return _("You signed in %(hours)s hours ago. Please sign in again.") % {
            "hours": settings.SESSION_COOKIE_AGE // 3600
        }
    if now - used >= 60 * settings.FIRN_IDLE_MINUTES:
        words = _("You were signed out because nothing was done here for %(minutes)s minutes.")
        return words % {"minutes": settings.FIRN_IDLE_MINUTES}
    if (KEY not in request.session or now - used >= NOTED_EVERY_S) and not _asks_by_itself(request):
        request.session[KEY] = [since, now]
    return ""


def _asks_by_itself(request: HttpRequest) -> bool:
    """Whether this may be a page that looks for news every few seconds, with nobody before it."""
    return request.method == "GET" and request.headers.get("HX-Request") == "true"
