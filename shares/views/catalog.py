"""The catalog, and one dataset of it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.people.models import Organization
from portal.people.permissions import Act
from shares.core.policies import from_json
from shares.forms.catalog import CatalogForm
from shares.models import Dataset, Share
from shares.services import (
    catalog_list,
    catalog_pages,
    changes,
    mount,
    pages,
    policies,
    policy_words,
    readings,
    trends,
    versions,
    visible,
)
from shares.services.trends import Trend
from shares.views import basket
from shares.views.http import PageRequest, fragment, own_organization, reader_required

# A fragment that waits for a count asks again this often (once a second), then leaves it to the reader.
MOST_LOOKS = 30
# Tiles stand in rows of two, three or four.
PER_PAGE = 24


@require_safe
@reader_required
def catalog(request: PageRequest) -> HttpResponse:
    organization, everything = own_organization(request), catalog_list.entries(request.user)
    form = CatalogForm(request.GET, facets=catalog_list.facets(everything))
    wanted = form.wanted()
    found = catalog_list.matching(everything, wanted, organization)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "catalog",
        "form": form,
        "page": page,
        "rows": catalog_list.rows(list(page), organization),
        "searching": bool(wanted),
        **basket.context(request, everything),
    }
    template = "shares/catalog.html#results" if fragment(request) else "shares/catalog.html"
    return render(request, template, context)


@require_safe
@reader_required
def dataset(request: PageRequest, slug: str) -> HttpResponse:
    """One dataset; as a fragment only the counts, while they are being taken."""
    told = catalog_pages.with_version(visible.datasets(request.user)).annotate(policy=policies.newest_content())
    found = get_object_or_404(told, slug=slug)
    context = _counts(request, found) | {"section": "catalog"}
    if fragment(request):
        return render(request, "shares/parts/counted.html", context | {"oob": True})
    organization = own_organization(request)
    standing = versions.all_of(found)
    context["changelog"] = changes.changelog(standing)
    mine = visible.shares(request.user).filter(organization=organization) if organization else []
    moving = versions.are_moving(standing, now := timezone.now())
    holding = pages.holding(mine, found, moving=moving) if found.version else []
    context["coming"] = changes.coming_to(holding, standing, now) if moving else []
    context |= {"holding": holding, "trend": _trend(organization, found, holding)}
    context["queries"] = mount.queries_of(found, holding[0] if holding else None)
    context |= basket.context(request, catalog_pages.for_request(request.user).filter(slug__in=basket.slugs(request)))
    context["policy"] = _policy(request, found)
    context["keys"] = list(organization.workspaces.filter(is_active=True)) if organization else []
    return render(request, "shares/dataset.html", context)


def _policy(request: PageRequest, found: Dataset) -> list[policy_words.Told]:
    """Who decides about it, in words; names are for the provider's people."""
    content = getattr(found, "policy", None)
    named = visible.reads_all(request.user, Act.REQUEST_READ)
    return policy_words.of_policy(from_json(content), named=named) if content else []


def _trend(organization: Organization | None, found: Dataset, holding: list[Share]) -> Trend | None:
    """What the proofs of their shares saw of it; while they have none, what was counted."""
    if organization is None:
        return None
    items, now = versions.exposed(found), timezone.now()
    has_past = any(getattr(share, "has_past", True) for share in holding)
    seen = trends.of_shares(holding, {found.pk: items}, now)[found.pk] if has_past else None
    return seen if seen and seen.volume else trends.of_counts(organization, items, now)


@require_POST
@reader_required
def dataset_count(request: PageRequest, slug: str) -> HttpResponse:
    """Have this customer's rows counted; the page that is open asks for it when the last count is old."""
    found = get_object_or_404(catalog_pages.with_version(visible.datasets(request.user)), slug=slug)
    organization = own_organization(request)
    objects = versions.exposed(found)
    counts = catalog_pages.counts_of(objects, organization)
    if organization and catalog_pages.stale(objects, counts):
        readings.ask_readings(organization, found)
    if not fragment(request):
        return redirect("dataset", slug)
    return render(request, "shares/parts/counted.html", _counts(request, found) | {"oob": True})


def _counts(request: PageRequest, found: Dataset) -> dict[str, object]:
    organization = own_organization(request)
    objects = versions.exposed(found)
    counts = catalog_pages.counts_of(objects, organization)
    if request.user.seeing:
        counts = catalog_pages.without_rows(counts)
    look = int(request.GET.get("look", "0")) if request.GET.get("look", "0").isdecimal() else 0
    counting = any(count.counting for count in counts.values())
    return {
        "dataset": found,
        "kind": catalog_pages.kind_of(objects),
        "objects": [(item, counts.get(item.pk)) for item in objects],
        "organization": organization,
        "stale": bool(organization) and look == 0 and not request.user.seeing and catalog_pages.stale(objects, counts),
        "next_look": f"{reverse('dataset', args=[found.slug])}?look={look + 1}"
        if counting and look < MOST_LOOKS
        else "",
    }
