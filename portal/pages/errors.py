"""The pages for what went wrong; each names the request id that the log carries."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.audit import context


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"request_id": context.current().request_id}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Rendered without the request: what is wrong may be its host, its session or its cookies.
    return HttpResponse(_plain("400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Rendered without the request: a page that asks the database for its menu would fail again.
    return HttpResponse(_plain("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "csrf.html", 403)


def _plain(template: str) -> str:
    shared = {"support_email": settings.SUPPORT_EMAIL, "request_id": context.current().request_id}
    return render_to_string(template, shared)
