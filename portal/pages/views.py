"""The portal's own pages: the waiting room of a new sign-up, and the health of this process."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.people import guards


@require_safe
def awaiting(request: HttpRequest) -> HttpResponse:
    """Where a signed-in user without an organization stays until somebody attaches them to a customer."""
    if guards.current_organization(request) is not None:
        return redirect("/")
    return render(request, "pages/awaiting.html")
