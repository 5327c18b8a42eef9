"""Take over shares that were there before Firn: the list of them, and for each the mapping and the plan to confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from portal.people import confirming, guards
from portal.people.models import Organization
from portal.people.permissions import Act
from shares.admin.base import actor
from shares.admin.lake import signed_in
from shares.models import ProviderAccount
from shares.services import adopting
from shares.services.adoption_plans import CannotAdopt, Proposal, propose
from shares.services.candidates import Candidate, candidates
from shares.snowflake.client import Client

MOVED = "What is there is not what you were shown any more, or the catalog changed. Look at it once more."


class AdoptForm(forms.Form):
    """What goes with the digest of the plan that the person saw."""

    days = forms.IntegerField(
        min_value=0,
        max_value=90,
        initial=14,
        label="Days in which what they have stays beside ours",
        help_text="Only what shows no other rows than ours; the rest leaves once ours is there.",
    )
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="It goes on record. Say how you know that the account and the rows are this customer's.",
    )
    vouch = forms.BooleanField(
        label="I have read the plan, and answer by my name for this account being the customer's.",
        error_messages={"required": "Tick this to take the share over."},
    )


def may_adopt(request: HttpRequest) -> bool:
    """It acts on a share, and vouches for the account that reads it."""
    return guards.may(request, Act.SHARE_OPERATE) and guards.may(request, Act.ACCOUNT_VOUCH)


def page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`?share=NAME` shows one of them; a POST with its digest takes it over."""
    if not model_admin.has_change_permission(request) or not may_adopt(request):
        raise PermissionDenied
    if not confirming.is_fresh(request):
        return confirming.ask_again(request)
    return signed_in(model_admin, request, pk, _page)


def _page(
    model_admin: admin.ModelAdmin, request: HttpRequest, account: ProviderAccount, client: Client
) -> HttpResponse:
    found = candidates(client, account)
    chosen = next((item for item in found if item.name == request.GET.get("share")), None)
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Take over shares of {account.name}",
        "account": account,
        "candidates": found,
        "chosen": chosen,
    }
    if chosen is None or chosen.obstacle:
        return TemplateResponse(request, "admin/shares/adopt.html", context)
    return _one(model_admin, request, account, client, chosen, context)


def _one(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    account: ProviderAccount,
    client: Client,
    chosen: Candidate,
    context: dict[str, Any],
) -> HttpResponse:
    organization = _organization(request, chosen)
    context |= {"organization": organization, "organizations": Organization.objects.filter(is_active=True)}
    if organization is None:
        return TemplateResponse(request, "admin/shares/adopt.html", context)
    form = AdoptForm(request.POST if request.method == "POST" else None)
    try:
        proposal = propose(client, account, chosen, organization)
        if form.is_valid() and _as_shown(form, proposal):
            return _confirm(model_admin, request, account, proposal, organization, form)
    except CannotAdopt as words:
        context["refusal"] = str(words)
        return TemplateResponse(request, "admin/shares/adopt.html", context, status=422)
    context |= {"proposal": proposal, "form": form}
    return TemplateResponse(request, "admin/shares/adopt.html", context, status=422 if form.errors else 200)


def _organization(request: HttpRequest, chosen: Candidate) -> Organization | None:
    """Whose it is: by its account where that is known, else as the person says."""
    if chosen.account:
        return chosen.account.organization
    wanted = request.GET.get("organization", "")
    return Organization.objects.filter(is_active=True, pk=wanted).first() if wanted.isdecimal() else None


def _as_shown(form: AdoptForm, proposal: Proposal) -> bool:
    if form.data.get("digest") == proposal.digest:
        return True
    form.add_error(None, MOVED)
    return False


def _confirm(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    account: ProviderAccount,
    proposal: Proposal,
    organization: Organization,
    form: AdoptForm,
) -> HttpResponse:
    data = form.cleaned_data
    share = adopting.confirm(
        account, proposal, organization, actor(request), days=data["days"], reason=data["reason"].strip()
    )
    model_admin.message_user(request, f"{share.name}: the worker carries out the plan that you confirmed.")
    return redirect("admin:shares_share_change", share.pk)
