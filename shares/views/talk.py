"""Questions and answers about a request."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.people.permissions import Act, allows
from shares.forms.talk import TalkForm
from shares.models import ShareRequest
from shares.services import talk, visible
from shares.views.http import PageRequest, reader_required


@require_POST
@reader_required
def request_talk(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Say something on the request's page."""
    found = get_object_or_404(visible.requests(request.user), public_id=public_id)
    if not talk.may_talk(request.user, found):
        raise PermissionDenied
    _say(request, found)
    return redirect("request", public_id)


@require_POST
def approval_talk(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Say something on the page of what one was asked to decide."""
    ask = get_object_or_404(visible.asks(request.user), public_id=public_id)
    if not allows(Act.REQUEST_TALK, provider="approver"):
        raise PermissionDenied
    _say(request, ask.request)
    return redirect("approval", public_id)


def _say(request: PageRequest, found: ShareRequest) -> None:
    form = TalkForm(request.POST)
    if form.is_valid():
        talk.say(found, request.user, form.cleaned_data["text"])
        messages.success(request, _("Sent. The others get a mail."))
    else:
        messages.error(request, str(form.errors["text"][0]))
