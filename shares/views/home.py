"""The start page and the help page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.people import guards
from shares.core.accounts import LOOKUP_SQL
from shares.core.states import RequestState
from shares.services import pages, visible
from shares.views.http import PageRequest, own_organization

FEW = 6


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """What is well, what waits, and the next thing to do; each person sees the parts that concern them."""
    user, staff = request.user, guards.is_provider_staff(request.user)
    asks = list(pages.open_asks(user))
    approver = bool(asks) or user.approves.exists()
    organization = own_organization(request)
    if not (staff or approver or organization):
        return redirect("awaiting")
    rows = pages.share_rows(visible.shares(user)[:FEW]) if organization or staff else []
    waiting = visible.requests(user).filter(state=RequestState.SUBMITTED).prefetch_related("datasets")
    context = {
        "section": "home",
        "asks": asks,
        "approver": approver,
        "organization": organization,
        "rows": rows,
        "waiting": waiting[:FEW] if organization or staff else [],
        "to_mount": [row for row in rows if row.state == "ready"] if organization else [],
    }
    return render(request, "shares/home.html", context)


@require_safe
def help_page(request: PageRequest) -> HttpResponse:
    context = {"section": "help", "lookup_sql": LOOKUP_SQL, "grace_days": settings.FIRN_GRACE_DAYS}
    return render(request, "shares/help.html", context | {"check_minutes": settings.FIRN_CHECK_MINUTES})
