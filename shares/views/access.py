"""Who has what, for staff and for owners about their own; as a page and as CSV; and an owner's "still needed"."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import spreadsheets
from portal.people import guards
from portal.people.permissions import Act, allows
from shares.services import reviews, visible
from shares.views.http import PageRequest, reader_required

PER_PAGE = 25


@require_safe
@never_cache
@reader_required
def access_review(request: PageRequest) -> HttpResponse | StreamingHttpResponse:
    """`?format=csv` gives all of it as a file."""
    if not guards.may(request, Act.ACCESS_READ):
        raise PermissionDenied
    shares = reviews.open_shares(request.user)
    if request.GET.get("format") == "csv":
        name = f"firn-access-{timezone.now():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        lines = spreadsheets.lines(reviews.HEADING, reviews.table(shares))
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
    page = Paginator(shares, PER_PAGE).get_page(request.GET.get("page"))
    owned = {one.organization_id for one in guards.memberships(request) if allows(Act.ACCESS_KEEP, customer=one.role)}
    context = {"section": "access", "page": page, "found": reviews.access(page), "owned": owned}
    return render(request, "shares/access.html", context)


@require_POST
@reader_required
def access_keep(request: PageRequest, public_id: UUID) -> HttpResponse:
    share = get_object_or_404(visible.shares(request.user), public_id=public_id)
    if not guards.may(request, Act.ACCESS_KEEP, share.organization):
        raise PermissionDenied
    try:
        reviews.keep(share, request.user)
    except reviews.NothingAsked as words:
        messages.warning(request, str(words))
    else:
        messages.success(request, _("Noted: %(account)s still needs it.") % {"account": share.consumer_account})
    return redirect("access-review")
