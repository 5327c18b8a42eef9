"""Requests to read, and to approve or decline through the same service as everywhere else."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join

from portal.audit.admin import ReadOnlyAdmin
from portal.people.confirming import ask_again, is_fresh
from shares.admin.base import ReadOnlyInline, ReasonForm, actor, ask_first, code, each, link, links
from shares.models import Ask, Share, ShareRequest, Vote
from shares.services import approvals
from shares.services.approvals import CannotDecide
from shares.services.sensitive import wants_fresh
from shares.services.translated import translated


class VotesInline(ReadOnlyInline):
    model = Vote
    fields = ["approver", "revision", "answer", "reason", "channel", "plan_digest", "created_at"]


class AsksInline(ReadOnlyInline):
    # Not its public id: whoever has the link and the code may decide.
    model = Ask
    fields = ["approver", "revision", "failures", "created_at"]
    verbose_name = "approver asked"
    verbose_name_plural = "approvers asked"


class DecideForm(ReasonForm):
    vouch = forms.CharField(
        required=False,
        max_length=500,
        strip=True,
        label="How you know that the accounts are theirs",
        help_text="Filled in, you vouch by your name for each account below that is not proved yet.",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )


@admin.register(ShareRequest)
class ShareRequestAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "kind", "state", "organization", "account", "requester", "submitted_at", "decided_by"]
    list_filter = ["state", "kind", ("organization", admin.RelatedOnlyFieldListFilter), "datasets", "submitted_at"]
    list_select_related = ["organization", "consumer_account", "requester", "decided_by"]
    search_fields = [
        "public_id", "organization__name", "requester__email", "consumer_account__snowflake_organization",
        "consumer_account__account_name", "consumer_account__locator", "reason",
    ]  # fmt: skip
    date_hierarchy = "submitted_at"
    inlines = [VotesInline, AsksInline]
    actions = ["approve", "decline"]
    fields = [
        "public_id", "kind", "state", "organization", "requester", "amended_by", "account", "provider", "dataset_links",
        "workspace_links", "difference", "reason", "valid_until", "submitted_at", "decided_at", "decided_by",
        "decision_reason", "share", "revision", "plan_digest", "plan",
    ]  # fmt: skip
    readonly_fields = [
        "amended_by", "account", "provider", "dataset_links", "workspace_links", "difference", "share", "plan",
    ]  # fmt: skip

    @admin.display(description="account", ordering="consumer_account__account_name")
    def account(self, request: ShareRequest) -> str:
        return link(request.consumer_account)

    @admin.display(description="from")
    def provider(self, request: ShareRequest) -> str:
        return link(request.provider_account)

    @admin.display(description="datasets")
    def dataset_links(self, request: ShareRequest) -> str:
        return links(request.datasets.all())

    @admin.display(description="workspaces")
    def workspace_links(self, request: ShareRequest) -> str:
        return links(request.workspaces.all())

    @admin.display(description="comes in, goes out")
    def difference(self, request: ShareRequest) -> str:
        lines = request.lines.select_related("dataset", "workspace")
        return format_html_join("", "{}<br>", ((str(line),) for line in lines)) or "–"

    @admin.display(description="share")
    def share(self, request: ShareRequest) -> str:
        return link(
            Share.data.filter(organization=request.organization, consumer_account=request.consumer_account).first()
        )

    @admin.display(description="SQL that approval runs")
    def plan(self, request: ShareRequest) -> str:
        steps = (
            (number, translated(step["purpose"]), code(step["sql"]))
            for number, step in enumerate(request.plan_sql, start=1)
        )
        return format_html_join("", "<p>{}. {}</p>{}", steps) or "–"

    @admin.action(description="Approve", permissions=["view"])
    def approve(self, request: HttpRequest, queryset: QuerySet[ShareRequest]) -> HttpResponse | None:
        return self._decide(request, queryset, Vote.Answer.APPROVE)

    @admin.action(description="Decline", permissions=["view"])
    def decline(self, request: HttpRequest, queryset: QuerySet[ShareRequest]) -> HttpResponse | None:
        return self._decide(request, queryset, Vote.Answer.DECLINE)

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[ShareRequest], answer: Vote.Answer
    ) -> HttpResponse | None:
        """The first post shows what would run; the second carries the revision that was shown."""
        if not is_fresh(request) and any(map(wants_fresh, queryset.select_related("consumer_account"))):
            return ask_again(request)
        confirmed = "confirmed" in request.POST
        form = DecideForm(request.POST if confirmed else None, help_text="The requester reads this.")
        if answer == Vote.Answer.DECLINE:
            del form.fields["vouch"]
        if not confirmed or not form.is_valid():
            return ask_first(
                self,
                request,
                form,
                action=answer.value,
                title=f"{answer.label.capitalize()} {queryset.count()} of the requests?",
                words=RUNS if answer == Vote.Answer.APPROVE else "One answer declines a request, and that is final.",
                button=answer.label.capitalize(),
                rows=queryset,
                template="admin/shares/decide.html",
            )

        def decide(row: ShareRequest) -> None:
            shown = request.POST.get(f"revision_{row.pk}", "")
            approvals.decide(
                row,
                actor(request),
                answer.value,
                channel=Vote.Channel.ADMIN,
                revision=int(shown) if shown.isdigit() else 0,
                reason=form.cleaned_data["reason"],
                vouch=form.cleaned_data.get("vouch", ""),
            )

        each(self, request, queryset, decide, CannotDecide, "your answer is counted.")
        return None


RUNS = "The SQL below runs. Nothing is added to an account that is not proved yet, unless you vouch for it."
