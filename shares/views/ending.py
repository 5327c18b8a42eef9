"""Ending a share in two steps, and taking that back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.people import guards
from portal.people.confirming import confirmed_required
from portal.people.permissions import Act
from shares.forms.ending import EndForm
from shares.models import Share
from shares.services import endings, grants, visible
from shares.views.http import PageRequest, reader_required


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
@confirmed_required
def share_end(request: PageRequest, public_id: UUID) -> HttpResponse:
    """First what breaks; then, with the tick, the end."""
    share = _own_share(request, public_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grants.end(share, request.user, form.cleaned_data["reason"])
        except grants.NotNow as words:
            messages.error(request, str(words))
        else:
            messages.success(request, _("Ended. The datasets leave the share within seconds."))
        return redirect("share", public_id)
    return render(request, "shares/share_end.html", _consequences(share, form), status=422 if form.errors else 200)


def _consequences(share: Share, form: EndForm) -> dict[str, object]:
    [loss] = endings.losses([share])
    return {
        "section": "shares",
        "share": share,
        "loss": loss,
        "form": form,
        "datasets": loss.datasets,
        "grace_days": settings.FIRN_GRACE_DAYS,
        "until": timezone.now() + timedelta(days=settings.FIRN_GRACE_DAYS),
    }


@require_POST
@reader_required
def share_undo(request: PageRequest, public_id: UUID) -> HttpResponse:
    share = _own_share(request, public_id)
    try:
        grants.undo_end(share, request.user)
    except grants.NotNow as words:
        messages.error(request, str(words))
    else:
        messages.success(request, _("Undone. Firn puts everything back as it was and proves it again first."))
    return redirect("share", public_id)


def _own_share(request: PageRequest, public_id: UUID) -> Share:
    """The share, for an owner of its organization. 404 for strangers, 403 for the others."""
    share = get_object_or_404(visible.shares(request.user), public_id=public_id)
    if not guards.may(request, Act.SHARE_END, share.organization):
        raise PermissionDenied
    return share
