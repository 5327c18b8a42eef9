"""Shares with what was granted, done and proved; what staff may do to them goes through the services."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.audit.admin import ReadOnlyAdmin
from portal.people import guards
from portal.people.permissions import Act
from shares.admin.base import ReadOnlyInline, actor, each, link
from shares.models import Ending, Grant, Incident, Proof, Run, Share
from shares.services import grants
from shares.services.grants import NotNow
from shares.services.pages import share_row

RECENT = 20


class RecentInline(ReadOnlyInline):
    """The newest rows only: a share that is checked every quarter of an hour has many."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request)
        share = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        newest = found.filter(share_id=share).order_by("-pk").values_list("pk", flat=True)[:RECENT]
        return found.filter(pk__in=list(newest)).order_by("-pk")


class GrantsInline(ReadOnlyInline):
    model = Grant
    fields = ["dataset", "request_link", "valid_from", "valid_until", "revoked_at", "revoked_by", "revoke_reason"]
    readonly_fields = ["request_link"]

    @admin.display(description="request")
    def request_link(self, grant: Grant) -> str:
        return link(grant.request)


class EndingsInline(ReadOnlyInline):
    model = Ending
    fields = ["decided_at", "by", "by_provider", "reason", "effective_at", "undone_at", "undone_by"]


class IncidentsInline(RecentInline):
    model = Incident
    fields = ["incident_link", "code", "what_to_do", "opened_at", "seen_at", "closed_at"]
    readonly_fields = ["incident_link"]
    verbose_name_plural = f"the {RECENT} newest incidents"

    @admin.display(description="what")
    def incident_link(self, incident: Incident) -> str:
        return link(incident)


class RunsInline(RecentInline):
    model = Run
    fields = ["run_link", "trigger", "outcome", "words", "planned", "changed", "drift", "started_at", "finished_at"]
    readonly_fields = ["run_link"]
    verbose_name_plural = f"the {RECENT} newest runs"

    @admin.display(description="run")
    def run_link(self, run: Run) -> str:
        return link(run, f"run {run.fence}")


class ProofsInline(RecentInline):
    model = Proof
    fields = ["proved_at", "isolated", "rows", "foreign_rows", "words"]
    verbose_name_plural = f"the {RECENT} newest proofs"


@admin.register(Share)
class ShareAdmin(ReadOnlyAdmin):
    list_display = ["name", "state", "organization", "account", "datasets", "checked_at", "next_check_at"]
    list_filter = [
        ("blocked_at", admin.EmptyFieldListFilter), ("suspended_at", admin.EmptyFieldListFilter),
        ("taken_back_at", admin.EmptyFieldListFilter), ("organization", admin.RelatedOnlyFieldListFilter),
        "provider_account", "grants__dataset",
    ]  # fmt: skip
    list_select_related = ["organization", "consumer_account", "provider_account"]
    search_fields = [
        "public_id", "organization__name", "consumer_account__snowflake_organization", "consumer_account__account_name",
        "consumer_account__locator",
    ]  # fmt: skip
    inlines = [IncidentsInline, GrantsInline, EndingsInline, RunsInline, ProofsInline]
    actions = ["reconcile_now", "suspend", "resume", "end", "keep"]
    fields = [
        "name", "public_id", "state", "organization", "account", "provider", "created_at", "ready_at", "mounted_at",
        "converged_at", "checked_at", "next_check_at", "blocked_at", "blocked_reason", "blocked_what_to_do",
        "suspended_at", "suspended_by", "suspend_reason", "closes_at", "taken_back_at", "attempts", "failures", "fence",
        "lease_owner", "lease_until",
    ]  # fmt: skip
    readonly_fields = ["state", "account", "provider"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Share]:
        return super().get_queryset(request).prefetch_related("grants__dataset")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Operators change no field, but they may act on shares."""
        return guards.may(request, Act.SHARE_OPERATE)

    @admin.display(description="state")
    def state(self, share: Share) -> str:
        return share_row(share).state.value

    @admin.display(description="datasets")
    def datasets(self, share: Share) -> str:
        return ", ".join(share_row(share).datasets) or "–"

    @admin.display(description="account", ordering="consumer_account__account_name")
    def account(self, share: Share) -> str:
        return link(share.consumer_account)

    @admin.display(description="from")
    def provider(self, share: Share) -> str:
        return link(share.provider_account)

    @admin.action(description="Reconcile now", permissions=["operate"])
    def reconcile_now(self, request: HttpRequest, queryset: QuerySet[Share]) -> None:
        by = actor(request)
        each(self, request, queryset, lambda share: grants.reconcile_now(share, by), NotNow, "is looked at now.")

    @admin.action(description="Open again…", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Share]) -> HttpResponse:
        return _page("resume", queryset)

    @admin.action(description="Close for now…", permissions=["operate"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Share]) -> HttpResponse:
        return _page("suspend", queryset)

    @admin.action(description="End…", permissions=["operate"])
    def end(self, request: HttpRequest, queryset: QuerySet[Share]) -> HttpResponse:
        return _page("end", queryset)

    @admin.action(description="Keep after all…", permissions=["operate"])
    def keep(self, request: HttpRequest, queryset: QuerySet[Share]) -> HttpResponse:
        return _page("keep", queryset)


def _page(verb: str, shares: QuerySet[Share]) -> HttpResponse:
    """The portal's page for it, which says what breaks and asks why: there is one such page."""
    chosen = urlencode([("share", share.public_id) for share in shares])
    return redirect(f"{reverse('share-operate', args=[verb])}?{chosen}")
