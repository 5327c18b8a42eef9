"""The audit log as a page and as a file, for the provider's staff and, about their own organization, for owners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.audit import export, pseudonyms, reading
from portal.audit.forms import Narrow
from portal.audit.models import AuditEntry
from portal.people import guards

PER_PAGE = 50
FILES = {"csv": (export.csv, "text/csv"), "jsonl": (export.jsonl, "application/jsonl")}


@require_safe
@never_cache
def audit_log(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Newest first. `?before=ID` goes on after an entry, `?format=csv|jsonl` gives everything that fits as a file."""
    if not reading.may_read(request):
        raise PermissionDenied
    form = Narrow(request.GET, staff=reading.reads_all(request))
    found = reading.narrowed(request, reading.entries(request), form) if form.is_valid() else AuditEntry.objects.none()
    if form.is_valid() and request.GET.get("format") in FILES:
        return _file(request, found)
    context = _page(request, found) | {
        "form": form,
        "section": "audit",
        "staff": reading.reads_all(request),
        "organization": guards.current_organization(request),
    }
    return render(request, "audit/log.html", context, status=200 if form.is_valid() else 422)


def _called(request: HttpRequest) -> pseudonyms.Called:
    if reading.reads_all(request):
        return pseudonyms.by_address
    return pseudonyms.as_customers_see(guards.current_organization(request))


def _page(request: HttpRequest, found: QuerySet[AuditEntry]) -> dict[str, Any]:
    """By the id of the last entry shown and not by number: pages stay the same while entries are added."""
    before = request.GET.get("before", "")
    here = found.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else found
    rows = list(here[: PER_PAGE + 1])
    return {
        "entries": pseudonyms.attach(rows[:PER_PAGE], _called(request)),
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
    }


def _file(request: HttpRequest, found: QuerySet[AuditEntry]) -> StreamingHttpResponse:
    kind = request.GET["format"]
    write, content_type = FILES[kind]
    lines: Iterator[str] = write(found.order_by("id").iterator(chunk_size=2000), _called(request))
    name = f"firn-audit-{timezone.now():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=f"{content_type}; charset=utf-8", headers=headers)
