"""Handing over while one is away."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people.permissions import Act, allows
from shares.forms.away import AwayForm
from shares.services import delegating
from shares.services.desk import desk
from shares.services.requests import Refused
from shares.views.http import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: PageRequest) -> HttpResponse:
    """From when to when, and to whom; and being back early."""
    if not allows(Act.REQUEST_DECIDE, provider="approver" if desk(request).approves else None):
        raise PermissionDenied
    if request.method == "POST" and "back" in request.POST:
        delegating.end(request.user)
        messages.success(request, _("You are back: what waits is yours again."))
        return redirect("approval-away")
    form = AwayForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid() and _hand_over(request, form):
        messages.success(request, _("Handed over. Whoever answers in your place is asked by mail."))
        return redirect("approval-away")
    context = {"section": "approvals", "form": form, "standing": delegating.standing(request.user)}
    return render(request, "shares/away.html", context, status=422 if form.errors else 200)


def _hand_over(request: PageRequest, form: forms.Form) -> bool:
    said = form.cleaned_data
    try:
        delegating.hand_over(request.user, said["to"], said["first_day"], said["last_day"])
    except Refused as refused:
        form.add_error(refused.field or None, refused.words)
        return False
    return True
