"""Prove that an account is the customer's: read a code in it and type it here."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.people import guards
from portal.people.permissions import Act
from shares.forms.proving import ProofForm
from shares.models import ConsumerAccount, Handshake, ProviderAccount
from shares.services import handshakes, inbound, pages, preflight, proving, visible
from shares.views.http import PageRequest, fragment, reader_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def account_proof(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What to run in the account, and the field for what it prints. Polled while the code is on its way."""
    account = get_object_or_404(visible.accounts(request.user), public_id=public_id)
    form = ProofForm(request.POST or None)
    if request.method == "POST":
        _require_member(request, account)
        if form.is_valid() and _take(request, account, form):
            newest = pages.newest_asked(account)
            return redirect("request", newest.public_id) if newest else redirect("account-proof", public_id)
    context = {"section": "requests", "account": account, "proving": proving.of(account), "form": form}
    context["may_prove"] = guards.may(request, Act.ACCOUNT_PROVE, account.organization)
    template = "shares/parts/proof.html" if fragment(request) else "shares/account_proof.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _take(request: PageRequest, account: ConsumerAccount, form: ProofForm) -> bool:
    try:
        handshakes.answer(account, form.cleaned_data["code"], request.user)
    except handshakes.NotNow as words:
        form.add_error("code", str(words))
        return False
    messages.success(
        request, _("Proved: %(account)s is yours. What was approved for it goes there now.") % {"account": account}
    )
    return True


@require_POST
@reader_required
def account_proof_new(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A new code; the old one counts no more."""
    account = get_object_or_404(visible.accounts(request.user), public_id=public_id)
    _require_member(request, account)
    provider = _provider(account)
    try:
        if provider is None:
            raise handshakes.NotNow(_("No account of the data provider is in that region. Write to support."))
        handshakes.start(account, provider, request.user)
    except handshakes.NotNow as words:
        messages.error(request, str(words))
    else:
        messages.success(request, _("A new code is on its way; the old one counts no more."))
    return redirect("account-proof", public_id)


@require_POST
@reader_required
def account_proof_look(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The customer made a share of their own: look for it."""
    account = get_object_or_404(visible.accounts(request.user), public_id=public_id)
    _require_member(request, account)
    try:
        inbound.ask(account)
    except handshakes.NotNow as words:
        messages.error(request, str(words))
    return redirect("account-proof", public_id)


def _provider(account: ConsumerAccount) -> ProviderAccount | None:
    """Where the code went before, or what reaches the region."""
    before = Handshake.objects.filter(share__consumer_account=account).select_related("share__provider_account").first()
    return before.share.provider_account if before else preflight.provider_in(account.region)


def _require_member(request: PageRequest, account: ConsumerAccount) -> None:
    if not guards.may(request, Act.ACCOUNT_PROVE, account.organization):
        raise PermissionDenied
