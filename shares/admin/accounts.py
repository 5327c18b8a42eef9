"""The provider's accounts with their tests and the import from the lake; customers' workspaces and accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from portal.audit.admin import AuditedAdmin
from portal.people.admin_choosing import Choosing
from portal.people.admin_confirming import ConfirmedAdmin
from portal.people.confirming import confirmed_required
from shares.admin import adopting, claims, lake
from shares.admin.base import actor
from shares.models import AccountClaim, ConsumerAccount, ProviderAccount, Workspace
from shares.services import watch


@admin.register(ProviderAccount)
class ProviderAccountAdmin(ConfirmedAdmin, AuditedAdmin, admin.ModelAdmin):
    list_display = [
        "name",
        "identifier",
        "region_label",
        "edition",
        "connection_name",
        "is_active",
        "checked_at",
        "breaker",
    ]
    list_filter = ["is_active", "region", "edition"]
    search_fields = ["name", "snowflake_organization", "account_name", "locator"]
    readonly_fields = [
        "doubt", "breaker_until", "breaker_reason", "checked_at", "check_words", "next_check_at", "created_at",
    ]  # fmt: skip
    actions = ["test_connection", "check_now", "import_from_lake", "take_over"]

    @admin.display(description="stopped")
    def breaker(self, account: ProviderAccount) -> str:
        return account.breaker_reason[:80] or "–"

    @admin.display(description="belongs to")
    def doubt(self, account: ProviderAccount) -> str:
        if account._state.adding:
            return "–"
        claim = AccountClaim.objects.filter(account=account).exclude(doubted_at=None).first()
        url = reverse("admin:shares_provideraccount_claim", args=[account.pk])
        words = claim.doubt_words if claim else "Nothing speaks against this portal."
        return format_html('{} <a href="{}">Which portal?</a>', words, url)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/lake/",
                self.admin_site.admin_view(lambda request, pk: lake.page(self, request, pk)),
                name="shares_provideraccount_lake",
            ),
            path(
                "<int:pk>/claim/",
                self.admin_site.admin_view(confirmed_required(lambda request, pk: claims.page(self, request, pk))),
                name="shares_provideraccount_claim",
            ),
            path(
                "<int:pk>/adopt/",
                self.admin_site.admin_view(confirmed_required(lambda request, pk: adopting.page(self, request, pk))),
                name="shares_provideraccount_adopt",
            ),
        ]
        return own + super().get_urls()

    @admin.action(description="Test connection", permissions=["change"])
    def test_connection(self, request: HttpRequest, queryset: QuerySet[ProviderAccount]) -> None:
        for account in queryset:
            findings = lake.findings(account)
            for finding in findings:
                self.message_user(request, f"{account}: {finding}", messages.ERROR)
            if not findings:
                self.message_user(request, f"{account}: signed in, and it is the account that it should be.")

    @admin.action(description="Check all shares now", permissions=["change"])
    def check_now(self, request: HttpRequest, queryset: QuerySet[ProviderAccount]) -> None:
        for account in queryset:
            watch.ask(account, by=actor(request))
        self.message_user(request, "The worker looks at all shares there now. Its findings stand on the account page.")

    @admin.action(description="Import from the lake", permissions=["change"])
    def import_from_lake(self, request: HttpRequest, queryset: QuerySet[ProviderAccount]) -> HttpResponse | None:
        account = queryset.first()
        if account is None or queryset.count() != 1:
            self.message_user(request, "Choose one account to import from.", messages.WARNING)
            return None
        return redirect("admin:shares_provideraccount_lake", pk=account.pk)

    @admin.action(description="Take over shares…", permissions=["change"])
    def take_over(self, request: HttpRequest, queryset: QuerySet[ProviderAccount]) -> HttpResponse | None:
        account = queryset.first()
        if account is None or queryset.count() != 1:
            self.message_user(request, "Choose one account whose shares should be looked at.", messages.WARNING)
            return None
        return redirect("admin:shares_provideraccount_adopt", pk=account.pk)


@admin.register(Workspace)
class WorkspaceAdmin(AuditedAdmin, Choosing, admin.ModelAdmin):
    """Whose rows were asked for or granted stays so: what a share shows changes by a decision only."""

    list_display = ["name", "tenant_key", "organization", "is_active", "created_at"]
    list_filter = ["is_active", ("organization", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["organization"]
    search_fields = ["name", "tenant_key", "organization__name"]
    autocomplete_fields = ["organization"]
    readonly_fields = ["stays", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Workspace | None = None) -> list[str]:
        fixed = {"organization": _is_asked_for(obj) or _is_granted(obj), "tenant_key": _is_granted(obj)}
        return [*(name for name, holds in fixed.items() if holds), *self.readonly_fields]

    def has_delete_permission(self, request: HttpRequest, obj: Workspace | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_asked_for(obj) and not _is_granted(obj)

    @admin.display(description="stays")
    def stays(self, workspace: Workspace) -> str:
        if _is_granted(workspace):
            return (
                "Rows of it were granted, so it keeps its organization and its key and is not deleted. End the shares, "
                "switch it off, and add another."
            )
        if _is_asked_for(workspace):
            return "A request names it, so it keeps its organization and is not deleted. Switch it off instead."
        return "–"


def _is_granted(workspace: Workspace | None) -> bool:
    return workspace is not None and workspace.pk is not None and workspace.grants.exists()


def _is_asked_for(workspace: Workspace | None) -> bool:
    return workspace is not None and workspace.pk is not None and workspace.share_requests.exists()


@admin.register(ConsumerAccount)
class ConsumerAccountAdmin(AuditedAdmin, admin.ModelAdmin):
    """Accounts come from requests. What is bound to a share is not changed by hand, and proofs never are."""

    list_display = ["__str__", "organization", "region_label", "edition", "proof", "proved_by", "proved_at"]
    list_filter = ["proof", "region", ("organization", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["organization", "proved_by"]
    search_fields = ["snowflake_organization", "account_name", "locator", "organization__name"]
    fields = [
        "public_id", "organization", "snowflake_organization", "account_name", "locator", "region", "edition",
        "proof", "proved_at", "proved_by", "proof_note", "leaving", "created_at",
    ]  # fmt: skip
    readonly_fields = [
        "leaving",
        "public_id", "organization", "snowflake_organization", "account_name", "locator", "region",
        "proof", "proved_at", "proved_by", "proof_note", "created_at",
    ]  # fmt: skip

    @admin.display(description="to another customer")
    def leaving(self, account: ConsumerAccount) -> str:
        url = reverse("account-rebind", args=[account.public_id])
        words = f"leaves on {account.leaving_at:%d %b %Y, %H:%M} UTC" if account.leaving_at else "nothing is under way"
        return format_html('{}. <a href="{}">Connect to another customer…</a>', words, url)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
