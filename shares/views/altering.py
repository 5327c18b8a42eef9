"""Asking for a change of a live share, or for a later end."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people import guards
from portal.people.permissions import Act
from shares.forms.altering import AlterForm, RenewForm
from shares.models import Share, ShareRequest
from shares.services import altering, endings, share_pages, visible
from shares.services.altering import Alteration
from shares.services.requests import Refused
from shares.templatetags.words import FORM
from shares.views.http import PageRequest, reader_required, who_can

Send = Callable[[Alteration], ShareRequest]


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def share_edit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What is in the share, to tick and untick."""
    return _altering(request, public_id, AlterForm, altering.change)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def share_renew(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What of the share has an end, with a later one filled in."""
    return _altering(request, public_id, RenewForm, altering.renew)


def _altering(request: PageRequest, public_id: UUID, kind: type[AlterForm], send: Send) -> HttpResponse:
    share = get_object_or_404(share_pages.with_endings(visible.shares(request.user)), public_id=public_id)
    if not guards.may(request, Act.SHARE_CHANGE, share.organization):
        return who_can(request, share.organization)
    form = kind(request.POST or None, share=share, user=request.user, again=_asked_before(request, share))
    if objection := _objection(share, form):
        messages.info(request, objection)
        return redirect("share", public_id)
    if request.method == "POST" and form.is_valid():
        try:
            sent = send(form.draft())
        except Refused as refused:
            form.add_error(refused.field or None, refused.words)
        else:
            return redirect("request", sent.public_id)
    context = {"section": "shares", "form": form, "share": share, "words": FORM[form.kind]}
    return render(request, "shares/alter_form.html", context, status=422 if form.errors else 200)


def _asked_before(request: PageRequest, share: Share) -> ShareRequest | None:
    """What `?again=` asked of this share, to ask it once more."""
    try:
        public_id = UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    return (
        visible.requests(request.user)
        .filter(organization=share.organization, consumer_account=share.consumer_account, public_id=public_id)
        .first()
    )


def _objection(share: Share, form: AlterForm) -> str:
    """Why there is nothing to fill in."""
    if not form.had:
        return _("This share has ended. Send a new request for what you still need.")
    if isinstance(form, RenewForm) and form.is_empty:
        return _("This share has no end, so there is nothing to renew.")
    return endings.objection(share)
