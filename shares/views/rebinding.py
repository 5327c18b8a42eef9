"""An account that is to be another customer's: begun by the provider, called off by them or by its owners."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.people import guards
from portal.people.confirming import ask_again, confirmed_required, is_fresh
from portal.people.permissions import Act
from shares.forms.rebinding import RebindForm
from shares.models import ConsumerAccount
from shares.services import pages, rebinding, visible
from shares.views.http import PageRequest, reader_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def account_rebind(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The form for the provider; how it stands for both. A customer's others read nothing of it."""
    account, may_start = _account(request, public_id), rebinding.may_start(request.user)
    going = rebinding.of_account(account)
    if may_start and going is None and not is_fresh(request):
        return ask_again(request)
    form = RebindForm(request.POST or None, but=account.organization_id)
    if request.method == "POST" and not may_start:
        raise PermissionDenied
    if form.is_valid():
        said = form.cleaned_data
        try:
            rebinding.start(account, said["organization"], request.user, said["reason"])
        except rebinding.Refused as words:
            form.add_error(None, str(words))
        else:
            messages.success(request, _("It begins. Both customers have been told."))
            return redirect("account-rebind", public_id)
    context = {
        "section": "shares",
        "account": account,
        "going": going,
        "form": form,
        "may_start": may_start,
        "may_call_off": going is not None and rebinding.may_call_off(request.user, going),
        "rows": pages.share_rows(visible.shares(request.user).filter(consumer_account=account)),
        "hours": settings.FIRN_REBIND_HOURS,
    }
    return render(request, "shares/account_rebind.html", context, status=422 if form.errors else 200)


@require_POST
@reader_required
@confirmed_required
def account_rebind_off(request: PageRequest, public_id: UUID) -> HttpResponse:
    account = _account(request, public_id)
    going = rebinding.of_account(account)
    try:
        if going is None:
            raise rebinding.Refused(_("There is nothing to call off."))
        rebinding.call_off(going, request.user)
    except rebinding.Refused as words:
        messages.error(request, str(words))
    else:
        messages.success(request, _("Called off. Everything stays as it was, and both customers have been told."))
    return redirect("account-rebind", public_id)


def _account(request: PageRequest, public_id: UUID) -> ConsumerAccount:
    """Any for those who may begin it; of a customer's own people its owners only."""
    if rebinding.may_start(request.user):
        return get_object_or_404(ConsumerAccount.objects.select_related("organization"), public_id=public_id)
    account = get_object_or_404(visible.accounts(request.user), public_id=public_id)
    if not guards.may(request, Act.ACCOUNT_KEEP, account.organization):
        raise PermissionDenied
    return account
