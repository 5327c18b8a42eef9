"""Work on many shares: from the ticked rows of a list to the page that shows what became of each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.people.confirming import ask_again, is_fresh
from portal.people.guards import operator_required, staff_required
from shares.forms.listing import ShareFilter
from shares.models import Bulk, Share
from shares.services import bulks, endings, listings, saved_filters, visible
from shares.services.operating import ACTS
from shares.views.http import PageRequest, fragment
from shares.views.operating import OPERATIONS, Operation, told

PER_PAGE = 50
# Losses told one by one; beyond them a number says it.
TOLD = 20


@require_POST
@operator_required
def choose(request: PageRequest) -> HttpResponse:
    """What is about to happen to the chosen shares; `confirmed` carries it out, on exactly those that the page showed:
    they travel in the form."""
    verb, back = request.POST.get("verb", ""), f"{reverse('operations-list', args=['shares'])}?{_query(request)}"
    if verb not in ACTS:
        raise Http404
    if not is_fresh(request):
        return ask_again(request, back)
    shares = _chosen(request)
    if not shares or len(shares) > bulks.MOST:
        words = _("Tick at least one share first.") if not shares else _too_many()
        messages.error(request, words)
        return redirect(back)
    operation = OPERATIONS[verb]
    form = operation.form(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        said = form.cleaned_data
        bulk = bulks.start(verb, shares, request.user, said.get("reason", ""), said.get("notice_days") or 0)
        return redirect("operations-bulk", bulk.public_id)
    context = {
        "section": "operations",
        "verb": verb,
        "operation": operation,
        "words": told(operation),
        "losses": endings.losses(shares[:TOLD]),
        "number": len(shares),
        "more": max(0, len(shares) - TOLD),
        "chosen": ",".join(share.public_id.hex for share in shares),
        "query": _query(request),
        "form": form,
    }
    return render(request, "operations/choose.html", context, status=422 if form.errors else 200)


def _query(request: PageRequest) -> str:
    """What the list was narrowed to."""
    return saved_filters.canonical(request.POST.get("query", ""))


def _too_many() -> str:
    most = bulks.MOST
    return ngettext("That is more than %(most)d share at once. Narrow the list.",
                    "That is more than %(most)d shares at once. Narrow the list.", most) % {"most": most}  # fmt: skip


def _chosen(request: PageRequest) -> list[Share]:
    """The ticked ones, those of the page before, or everything that fits the filter. 404 for what is not there."""
    if request.POST.get("all"):
        form = ShareFilter(QueryDict(_query(request)))
        found = listings.shares(request.user, form.cleaned_data) if form.is_valid() else Share.objects.none()
        return list(found.order_by("pk")[: bulks.MOST + 1])
    told = [*request.POST.getlist("share"), *filter(None, request.POST.get("chosen", "").split(","))]
    if len(told) > 2 * bulks.MOST:
        raise Http404
    try:
        wanted = {UUID(text) for text in told}
    except ValueError:
        raise Http404 from None
    found = visible.shares(request.user).filter(public_id__in=wanted).order_by("pk")
    shares = list(found)
    if len(shares) != len(wanted):
        raise Http404
    return shares


@require_safe
@staff_required
def bulk_page(request: PageRequest, public_id: UUID) -> HttpResponse:
    """How far it is, and what became of each share; polled until it is over."""
    bulk = get_object_or_404(Bulk.objects.select_related("by"), public_id=public_id)
    found = bulk.rows.select_related("share__organization", "share__consumer_account", "share__provider_account")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    operation: Operation = OPERATIONS[bulk.verb]
    context = {"bulk": bulk, "page": page, "progress": bulks.progress(bulk), "operation": operation}
    if fragment(request):
        return render(request, "operations/parts/bulk.html", context)
    return render(request, "operations/bulk.html", context | {"section": "operations"})
