"""The portal's own pages: the waiting room of a new sign-up, and the health of this process."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.people import guards


@require_safe
def awaiting(request: HttpRequest) -> HttpResponse:
    """Where a signed-in user without an organization stays until somebody attaches them to a customer."""
    if guards.current_organization(request) is not None:
        return redirect("/")
    return render(request, "pages/awaiting.html")


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when this process answers and reaches its database, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "unreachable"}, status=503)
    return JsonResponse({"ok": True, "database": "reachable"})
