"""The basket: what somebody picked in the catalog for their next request. It lives in their session."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.pages.theme import back
from portal.people import guards
from portal.people.permissions import Act
from shares.models import Dataset
from shares.services import catalog_pages
from shares.services.catalog_list import Entry
from shares.views.http import PageRequest, asker_required, fragment, own_organization

SESSION_KEY = "basket"
# More than anybody reads through in one request.
MOST = 50


def slugs(request: PageRequest) -> list[str]:
    """What lies in it, in the order of picking."""
    return [slug for slug in request.session.get(SESSION_KEY, []) if isinstance(slug, str)]


def leave(request: PageRequest, datasets: Iterable[Dataset]) -> None:
    """Take out what was asked for."""
    gone = {dataset.slug for dataset in datasets}
    kept = [slug for slug in slugs(request) if slug not in gone]
    if kept != slugs(request):
        request.session[SESSION_KEY] = kept


def context(request: PageRequest, datasets: Iterable[Dataset | Entry]) -> dict[str, object]:
    """What the buttons on tiles and the basket itself need; `datasets` has the names."""
    organization = own_organization(request)
    may = bool(organization and guards.may(request, Act.REQUEST_MAKE, organization))
    picked = slugs(request) if may else []
    on_page = {dataset.slug: dataset for dataset in datasets}
    return {
        "may_ask": may,
        "basket": picked,
        "basket_names": [on_page[slug].name for slug in picked if slug in on_page],
    }


@require_POST
@asker_required
def basket_change(request: PageRequest, slug: str) -> HttpResponse:
    """Put a dataset in, or take it out again (`take`); the button that was pressed comes back as its opposite."""
    offered = catalog_pages.for_request(request.user)
    found = get_object_or_404(offered, slug=slug)
    without = [other for other in slugs(request) if other != slug]
    request.session[SESSION_KEY] = without if "take" in request.POST else [*without, slug][-MOST:]
    if not fragment(request):
        return redirect(back(request))
    chosen = list(offered.filter(slug__in=slugs(request)))
    told = {"dataset": found, "pressed": True, **context(request, chosen)}
    return render(request, "shares/parts/basket_pressed.html", told)
