"""Light, dark, or as the reader's system has it: kept in a cookie, so that the first byte of a page knows."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "firn-theme"
KEPT_SECONDS = 60 * 60 * 24 * 365
# What the reader chooses, and what <meta name="color-scheme"> says then.
SCHEMES = {"system": "light dark", "light": "light", "dark": "dark"}


def chosen(request: HttpRequest) -> str:
    """system, light or dark."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in SCHEMES else "system"


@require_POST
@login_not_required
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back to where it was made."""
    theme = request.POST.get("theme", "")
    if theme not in SCHEMES:
        return HttpResponseBadRequest("There is no such theme.")
    response = redirect(back(request))
    if theme == "system":
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(COOKIE, theme, max_age=KEPT_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def back(request: HttpRequest) -> str:
    """The page that a form was on (its field `next`), if it is one of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    # Anything else `redirect` would take for the name of a view.
    return target if safe and target.startswith(("/", "http")) else "/"
