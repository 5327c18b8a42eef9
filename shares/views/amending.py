"""Changing a request that waits for its decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people import guards
from portal.people.permissions import Act
from shares.forms.request import RequestForm
from shares.services import amending, visible
from shares.services.requests import Refused
from shares.templatetags.words import AMEND
from shares.views.http import PageRequest, reader_required, who_can
from shares.views.requests import about_form


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def request_change(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The request form, filled in with what was asked; a refused change comes back with everything that was typed."""
    found = get_object_or_404(visible.requests(request.user).prefetch_related(None), public_id=public_id)
    if not guards.may(request, Act.REQUEST_MAKE, found.organization):
        return who_can(request, found.organization)
    if not amending.may_change(found):
        messages.info(request, _("Only a new request that waits for its decision can be changed."))
        return redirect("request", public_id)
    form = RequestForm(request.POST or None, organization=found.organization, user=request.user, again=found)
    if request.method == "POST" and form.is_valid():
        try:
            amending.amend(found, form.draft())
        except Refused as refused:
            form.add_error(refused.field or None, refused.words)
        else:
            messages.success(request, _("Changed. Whoever decides on it now was asked anew; earlier answers are void."))
            return redirect("request", public_id)
    context = {"section": "requests", "words": AMEND, "changing": found, **about_form(form, request)}
    return render(request, "shares/request_form.html", context, status=422 if form.errors else 200)
