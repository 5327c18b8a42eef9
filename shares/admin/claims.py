"""“Which portal?”: what speaks against this portal in a provider account, and a person's decision about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from portal.audit.models import AuditEntry
from shares.admin.base import ReasonForm, actor
from shares.admin.lake import signed_in
from shares.core import claims as words
from shares.core.names import derived_name
from shares.models import ProviderAccount, Share
from shares.services import claims, watch
from shares.services.claims import Doubt
from shares.snowflake import inspect
from shares.snowflake.client import Client


@dataclass(frozen=True)
class Findings:
    """What the account shows now. `moved` are shares known here that do not look as this portal left them."""

    comment: str
    marks: frozenset[str]
    doubt: Doubt | None
    epoch: int | None
    strange: list[str]
    moved: list[str]


def look(client: Client, account: ProviderAccount) -> Findings:
    """Read everything that the decision stands on. Raises SnowflakeError."""
    comment = inspect.database_comment(client, account.outbound_database) or ""
    seen = watch.listed(client, account)
    marks = claims.marks_in(seen.comments)
    epoch = words.read(comment, settings.FIRN_INSTANCE)
    strange = {derived_name(Share.PREFIX, mark) for mark in claims.unknown_shares(marks)}
    known = watch.watched(account).only("public_id", "adopted_name", "listed_print")
    moved = (share for share in known if seen.prints.get(share.name, watch.NOTHING_LISTED) != share.listed_print)
    return Findings(
        comment,
        frozenset(marks),
        claims.doubt_in(claims.claim_of(account), comment, marks),
        epoch.number if epoch else None,
        sorted(strange),
        sorted(share.name for share in moved),
    )


def page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found; a POST with a reason says that this portal is the one."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    return signed_in(model_admin, request, pk, _page)


def _page(
    model_admin: admin.ModelAdmin, request: HttpRequest, account: ProviderAccount, client: Client
) -> HttpResponse:
    found = look(client, account)
    help_text = "It goes on record. Say how you know that the other database is not the one in use."
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True, help_text=help_text)
    if form.is_valid() and found.doubt:
        claims.take(client, account, found.comment, found.marks, actor(request), form.cleaned_data["reason"])
        model_admin.message_user(
            request, f"{account}: this portal is the one. Every share there is looked at now; the others stop."
        )
        return redirect("admin:shares_provideraccount_change", account.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Which portal does {account.name} belong to?",
        "account": account,
        "claim": claims.claim_of(account),
        "found": found,
        "newest": AuditEntry.objects.first(),
        "here": claims.here(),
        "form": form,
    }
    return TemplateResponse(request, "admin/shares/claim.html", context, status=422 if form.errors else 200)
