"""Shares with what was granted, done and proved; what staff may do to them goes through the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from portal.audit.admin import ReadOnlyAdmin
from shares.admin.base import ReadOnlyInline, ReasonForm, actor, ask_first, each, link
from shares.models import Grant, Proof, Run, Share
from shares.services import grants
from shares.services.grants import NotNow
from shares.services.pages import share_rows

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
    inlines = [GrantsInline, RunsInline, ProofsInline]
    actions = ["reconcile_now", "suspend", "resume", "end"]
    fields = [
        "name", "public_id", "state", "organization", "account", "provider", "created_at", "ready_at", "mounted_at",
        "converged_at", "checked_at", "next_check_at", "blocked_at", "blocked_reason", "blocked_what_to_do",
        "suspended_at", "closes_at", "taken_back_at", "attempts", "failures", "fence", "lease_owner", "lease_until",
    ]  # fmt: skip
    readonly_fields = ["state", "account", "provider"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Share]:
        return super().get_queryset(request).prefetch_related("grants__dataset")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Operators change no field, but they may act on shares."""
        return bool(request.user.has_perm("shares.change_share"))

    @admin.display(description="state")
    def state(self, share: Share) -> str:
        return share_rows([share])[0].state.value

    @admin.display(description="datasets")
    def datasets(self, share: Share) -> str:
        return ", ".join(str(dataset) for dataset in share_rows([share])[0].datasets) or "–"

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

    @admin.action(description="Resume", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Share]) -> None:
        by = actor(request)
        each(self, request, queryset, lambda share: grants.resume(share, by), NotNow, "comes back after the leak test.")

    @admin.action(description="Suspend…", permissions=["operate"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Share]) -> HttpResponse | None:
        words = "The objects leave the share at once. The customer's database stays, and fills again on “Resume”."
        return self._with_reason(request, queryset, "suspend", words, grants.suspend, "is suspended.")

    @admin.action(description="End…", permissions=["operate"])
    def end(self, request: HttpRequest, queryset: QuerySet[Share]) -> HttpResponse | None:
        words = (
            "The objects leave the share at once. After the grace days the share itself goes, and the customer's "
            "database stops working for good. Until then an owner can undo this."
        )
        return self._with_reason(request, queryset, "end", words, grants.end, "has ended.")

    def _with_reason(
        self,
        request: HttpRequest,
        queryset: QuerySet[Share],
        action: str,
        words: str,
        act: Callable[..., None],
        done: str,
    ) -> HttpResponse | None:
        confirmed = "confirmed" in request.POST
        form = ReasonForm(request.POST if confirmed else None, required=True, help_text="It goes on record.")
        if not confirmed or not form.is_valid():
            verb = action.capitalize()
            title = f"{verb} {queryset.count()} of the shares?"
            return ask_first(self, request, form, action=action, title=title, words=words, button=verb, rows=queryset)
        by, reason = actor(request), form.cleaned_data["reason"]
        each(self, request, queryset, lambda share: act(share, by, reason), NotNow, done)
        return None
