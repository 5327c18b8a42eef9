"""Acts that hurt if somebody else sits down at an open browser want a sign-in or a confirmation of the last minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from portal.people.models import User

View = Callable[..., HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has shown a moment ago who they are. True, too, for whoever has neither password nor second
    step: they sign in by a mailed code, and have nothing here to confirm with.
    """
    user = cast(User, request.user)
    records = get_authentication_records(request, user)
    newest = max((record["at"] for record in records), default=0.0)
    if time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT:
        return True
    # Each way of signing in leaves a record, so without any there is no passkey either: that spares a look.
    if not records and not user.has_usable_password():
        return True
    return not get_adapter().get_reauthentication_methods(user)


def ask_again(request: HttpRequest, back: str = "") -> HttpResponseRedirect:
    """To the page that asks for it, and from there back to this page, which is opened anew, or to `back`."""
    [first, *_] = get_adapter().get_reauthentication_methods(request.user)
    return HttpResponseRedirect(f"{first['url']}?{urlencode({'next': back or request.get_full_path()})}")


def confirmed_required(view: View) -> View:
    """Asks when the page is opened, so that nothing that was typed there is lost, and again when that is long ago."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and not is_fresh(request):
            return ask_again(request)
        return view(request, *args, **kwargs)

    return guarded
