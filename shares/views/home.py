"""The start page, the choice of a customer, and the help page."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.people import guards
from portal.people.models import Organization
from shares.core.accounts import LOOKUP_SQL
from shares.core.states import RequestState
from shares.models import ShareRequest
from shares.services import home_pages, operations, pages, visible
from shares.services.desk import desk
from shares.views.http import PageRequest, may_ask, own_organization


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """What is well, what waits, and the next thing to do; each person sees the parts that concern them."""
    user, staff = request.user, guards.is_provider_staff(request.user)
    asks = list(pages.open_asks(user)) if desk(request).waiting else []
    approver = desk(request).approves
    organization = own_organization(request)
    if not (staff or approver or organization):
        return redirect("awaiting")
    waiting = (
        list(visible.requests(user).filter(state=RequestState.SUBMITTED)[: home_pages.FEW]) if organization else []
    )
    context = {
        "section": "home",
        "asks": asks,
        "approver": approver,
        "organization": organization,
        "may_ask": may_ask(request),
        "waiting": waiting,
        **_shares(request, waiting),
    }
    return render(request, "shares/home.html", context)


def _shares(request: PageRequest, waiting: list[ShareRequest]) -> dict[str, object]:
    """A customer's as cards with the next step; of everybody's the newest as a table, for staff."""
    user, organization = request.user, own_organization(request)
    if organization is None:
        if not guards.is_provider_staff(user):
            return {}
        newest = pages.listed(visible.shares(user)[: home_pages.FEW])
        return {"rows": pages.share_rows(newest), "glance": operations.glance()}
    asked = [item for item in waiting if item.organization_id == organization.pk]
    overview = home_pages.overview(user, organization, asked)
    return {"overview": overview, "cards": overview.cards, "next": overview.next}


@require_POST
def choose_customer(request: PageRequest) -> HttpResponse:
    """For people who belong to several customers: whom the next request is for."""
    try:
        chosen = UUID(request.POST.get("organization", ""))
    except ValueError:
        raise Http404 from None
    mine = Organization.objects.filter(members=request.user, is_active=True)
    guards.choose_organization(request, get_object_or_404(mine, public_id=chosen))
    return redirect("home")


@require_safe
def help_page(request: PageRequest) -> HttpResponse:
    context = {"section": "help", "lookup_sql": LOOKUP_SQL, "grace_days": settings.FIRN_GRACE_DAYS}
    context |= {"check_minutes": settings.FIRN_CHECK_MINUTES, "may_look": own_organization(request) is not None}
    context["reads_all"] = guards.is_provider_staff(request.user)
    return render(request, "shares/help.html", context)
