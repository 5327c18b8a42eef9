"""The evidence of a share's isolation: a page to print and to hand on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shares.services import desired, evidence, visible
from shares.views.http import PageRequest, reader_required


@require_safe
@never_cache
@reader_required
def share_evidence(request: PageRequest, public_id: UUID) -> HttpResponse:
    share = get_object_or_404(visible.shares(request.user), public_id=public_id)
    context = {"section": "shares", "share": share, "account": share.consumer_account, "found": evidence.of(share)}
    context["is_its_customers"] = desired.is_its_customers(share)
    return render(request, "shares/evidence.html", context)
