"""The operations' lists: searched, narrowed, paged, kept under a name, and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal import spreadsheets
from portal.people import guards
from portal.people.guards import staff_required
from portal.people.models import Organization, User
from shares.forms.listing import (
    CustomerFilter,
    IncidentFilter,
    RequestFilter,
    RunFilter,
    SavedFilterForm,
    ShareFilter,
)
from shares.models import Incident, Run, ShareRequest
from shares.services import listings, pages, saved_filters
from shares.views.http import PageRequest

PER_PAGE = 25
CHUNK = 2000

_NOTHING = gettext_lazy("Nothing yet"), gettext_lazy("It fills by itself as customers ask for shares.")


@dataclass(frozen=True)
class Listing:
    """`find` narrows by what a valid form says; `rows` is what the table shows of one page of it; `file` prepares
    the whole for `line`, which makes one row of the CSV under `heading`; `nothing` is what an empty list says, as a
    heading and a sentence."""

    title: Any
    lead: Any
    form: type[forms.Form]
    find: Callable[[User, listings.Said], QuerySet[Any]]
    heading: Sequence[str]
    line: Callable[[Any], Sequence[object]]
    rows: Callable[[QuerySet[Any]], Sequence[Any]] = list
    file: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda found: found
    nothing: tuple[Any, Any] = _NOTHING


def _share_line(share: Any) -> Sequence[object]:
    datasets = sorted({str(grant.dataset) for grant in share.grants.all()})
    return (
        share.name, share.organization, share.consumer_account, share.provider_account.region, share.state,
        ", ".join(datasets), share.created_at, share.ready_at, share.mounted_at, share.checked_at, share.blocked_reason,
    )  # fmt: skip


def _request_line(one: ShareRequest) -> Sequence[object]:
    return (
        one.short_id, one.kind, one.title, one.organization, one.consumer_account, one.requester, one.state,
        one.submitted_at, one.decided_at, one.reason,
    )  # fmt: skip


def _customer_line(one: Organization) -> Sequence[object]:
    counted: Any = one
    return one.name, one.slug, "active" if one.is_active else "off", counted.people, counted.held, one.created_at


def _incident_line(one: Incident) -> Sequence[object]:
    return (
        one.share.organization, one.share.name, one.code, one.words, one.what_to_do, one.opened_at, one.seen_at,
        one.closed_at,
    )  # fmt: skip


def _run_line(one: Run) -> Sequence[object]:
    return (
        one.share.organization, one.share.name, one.fence, one.trigger, one.outcome, one.planned, one.changed,
        one.drift, one.started_at, one.finished_at, one.words,
    )  # fmt: skip


def _heads(names: str) -> list[str]:
    return names.split()


LISTINGS: dict[str, Listing] = {
    "shares": Listing(
        gettext_lazy("Shares"),
        gettext_lazy("Every share of every customer. Tick some to close, open, end or look at them together."),
        ShareFilter,
        listings.shares,
        [
            "share",
            "customer",
            "account",
            "region",
            "state",
            "datasets",
            "created",
            "ready",
            "mounted",
            "checked",
            "stopped",
        ],
        _share_line,
        lambda found: pages.share_rows(pages.listed_with_regions(found)),
        lambda found: listings.with_states(found).prefetch_related("grants__dataset"),
    ),
    "requests": Listing(
        gettext_lazy("Requests"),
        gettext_lazy("Who asked for what, and how long they have been waiting."),
        RequestFilter,
        listings.requests,
        ["request", "kind", "title", "customer", "account", "requester", "state", "submitted", "decided", "reason"],
        _request_line,
    ),
    "customers": Listing(
        gettext_lazy("Customers"),
        gettext_lazy("Each organization, its people and its shares."),
        CustomerFilter,
        listings.customers,
        ["customer", "short_name", "state", "people", "shares", "created"],
        _customer_line,
    ),
    "incidents": Listing(
        gettext_lazy("Incidents"),
        gettext_lazy("What Firn found and may not mend itself, with what to do. Each closes once it is over."),
        IncidentFilter,
        listings.incidents,
        ["customer", "share", "code", "words", "what_to_do", "opened", "seen", "closed"],
        _incident_line,
        nothing=(gettext_lazy("No incident"), gettext_lazy("That is how it should be.")),
    ),
    "runs": Listing(
        gettext_lazy("Runs"),
        gettext_lazy("Each time that Firn compared a share with what was approved, and what it did."),
        RunFilter,
        listings.runs,
        [
            "customer",
            "share",
            "run",
            "trigger",
            "outcome",
            "planned",
            "changed",
            "drift",
            "started",
            "finished",
            "words",
        ],
        _run_line,
    ),
}


@require_safe
@staff_required
def listing(request: PageRequest, code: str) -> HttpResponseBase:
    """One list; `?format=csv` gives everything that fits as a file."""
    if code not in LISTINGS:
        raise Http404
    shown = LISTINGS[code]
    form = shown.form(request.GET)
    valid = form.is_valid()
    found = shown.find(request.user, form.cleaned_data if valid else {})
    if not valid:
        found = found.none()
    elif request.GET.get("format") == "csv":
        return file(code, found)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = saved_filters.canonical(request.GET.urlencode())
    context = {
        "section": "operations",
        "code": code,
        "shown": shown,
        "form": form,
        "page": page,
        "rows": shown.rows(cast("QuerySet[Any]", page.object_list)),
        "saved": saved_filters.of(request.user, code),
        "query": query,
        "save_form": SavedFilterForm(initial={"query": query}),
        "part": f"operations/lists/{code}.html",
        "may_operate": guards.may_operate(request.user),
        "late_since": listings.late_since(),
    }
    return render(request, "operations/listing.html", context, status=200 if valid else 422)


def file(code: str, found: QuerySet[Any]) -> StreamingHttpResponse:
    """All of `found` as CSV, with the columns of the list `code`."""
    shown = LISTINGS[code]
    rows = shown.file(found).iterator(chunk_size=CHUNK)
    lines = spreadsheets.lines(shown.heading, (shown.line(row) for row in rows))
    name = f"firn-{code}-{timezone.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@staff_required
def filter_keep(request: PageRequest, code: str) -> HttpResponse:
    """Keep what the list is narrowed to under a name of one's own."""
    if code not in LISTINGS:
        raise Http404
    form = SavedFilterForm(request.POST)
    query = saved_filters.canonical(request.POST.get("query", "")[:1000])
    if not form.is_valid():
        for error in form.errors.values():
            messages.error(request, str(error[0]))
    elif not query:
        messages.error(request, _("Narrow the list first; what is kept is what you looked for."))
    else:
        try:
            saved_filters.keep(request.user, code, form.cleaned_data["name"], query)
        except saved_filters.TooMany:
            messages.error(request, _("You keep %(most)d filters here already. Forget one first.") % _most())
        else:
            messages.success(request, _("Kept. Only you see it."))
    return redirect(f"{reverse('operations-list', args=[code])}?{query}")


def _most() -> dict[str, int]:
    return {"most": saved_filters.MOST}


@require_POST
@staff_required
def filter_forget(request: PageRequest, pk: int) -> HttpResponse:
    code = saved_filters.forget(request.user, pk)
    if code is None:
        raise Http404
    messages.success(request, _("Forgotten."))
    return redirect("operations-list", code)
