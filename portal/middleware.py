"""The portal's own middleware: a request id for every line and entry, and the rules for pages of signed-in
people.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from portal.audit import context

Handler = Callable[[HttpRequest], HttpResponse]
NO_DEVICES = ", ".join(
    f"{feature}=()" for feature in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb")
)


def client_address(request: HttpRequest) -> str | None:
    """The client's IP address behind TRUSTED_PROXY_COUNT proxies; None where it cannot be told."""
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (ValueError, PermissionDenied):
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def request_context(get_response: Handler) -> Handler:
    """Names each request, for the log, the audit entries and the answer's X-Request-ID."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
        request_id = given if re.fullmatch(r"[0-9A-Za-z-]{8,36}", given) else context.new_request_id()
        with context.origin(request_id, client_address(request)):
            response = get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response

    return middleware


def browser_rules(get_response: Handler) -> Handler:
    """What a browser may not do with any answer: use devices that no page needs, or show it inside another site."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_DEVICES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def page_rules(get_response: Handler) -> Handler:
    """Keeps signed-in pages out of caches, marks fragments, turns a fragment's sign-in redirect into a full one, and
    leaves nothing in the browser of somebody who signed out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        was_somebody = request.user.is_authenticated
        response = get_response(request)
        if was_somebody and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        patch_vary_headers(response, ["HX-Request"])
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        if request.headers.get("HX-Request") == "true" and response.status_code == 302:
            page = _whole_page(request, response.headers["Location"])
            return HttpResponseClientRedirect(page) if page else response
        return response

    return middleware


def _whole_page(request: HttpRequest, location: str) -> str | None:
    """Where the browser goes as a whole when a fragment's answer leads to a page that must not land inside
    another.
    """
    path = location.partition("?")[0]
    login = resolve_url(settings.LOGIN_URL)
    if path == login:
        # Back to the page around the fragment, not to the bare fragment.
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path
        inside = page.startswith("/") and not page.startswith("//")
        return f"{login}?{urlencode({'next': page})}" if inside else login
    whole = {"account_reauthenticate", "mfa_reauthenticate", "mfa_index", "awaiting"}
    return location if path in {reverse(name) for name in whole} else None
