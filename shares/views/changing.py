"""What a new version of a dataset means for a share, and “we have adapted”."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people import guards
from portal.people.permissions import Act
from shares.models import DatasetVersion
from shares.services import changes, moving, visible
from shares.services.grants import NotNow
from shares.views.http import PageRequest, reader_required


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def share_change(request: PageRequest, public_id: UUID, slug: str, number: int) -> HttpResponse:
    """The difference and until when; an owner's POST moves the share now."""
    share = get_object_or_404(visible.shares(request.user), public_id=public_id)
    held = DatasetVersion.objects.filter(dataset__grants__share=share).distinct().select_related("dataset")
    version = get_object_or_404(held, dataset__slug=slug, number=number)
    is_owner = guards.may(request, Act.NOTICE_ACKNOWLEDGE, share.organization)
    if request.method == "POST":
        if not is_owner:
            raise PermissionDenied
        try:
            moving.acknowledge(share, version, request.user)
        except NotNow as words:
            messages.error(request, str(words))
        else:
            messages.success(request, _("Thank you. The share moves to the new version within seconds."))
        return redirect("share", public_id)
    waiting = changes.coming(share, [version.dataset], timezone.now())
    found = next((item for item in waiting if item.version.pk == version.pk), None)
    context = {"section": "shares", "share": share, "version": version, "coming": found, "is_owner": is_owner}
    return render(request, "shares/share_change.html", context)
