"""“Publish…”: what differs from the version in force and whom it concerns, before anything changes for anybody."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from portal.audit.admin import ReadOnlyAdmin
from portal.people import guards
from portal.people.permissions import Act
from shares.admin.base import ReasonForm, actor, ask_first, each
from shares.admin.lake import TROUBLE, session
from shares.core.published import to_json
from shares.models import Dataset, DatasetVersion
from shares.services import publish_preview, publishing
from shares.services.publishing import NotPublished, Proposal
from shares.services.readings import account_of

# So many shares are shown with their steps; the others are counted.
MOST = 50


class PublishForm(forms.Form):
    """`seen` is what the page showed: when the draft moved on in between, the page is shown again."""

    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="Customers read it in the dataset's changelog.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, proposal: Proposal, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expected = fingerprint(proposal)
        self.fields["seen"].initial = self.expected

    def clean_seen(self) -> str:
        seen = str(self.cleaned_data["seen"])
        if seen != self.expected:
            raise forms.ValidationError("The draft has changed since. Look at it once more.")
        return seen


def fingerprint(proposal: Proposal) -> str:
    """The draft's content as one short text."""
    return hashlib.sha256(json.dumps(to_json(proposal.items), sort_keys=True).encode()).hexdigest()


def page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what would come, POST publishes it."""
    dataset = get_object_or_404(Dataset.objects.select_related("version"), pk=pk)
    if not model_admin.has_change_permission(request, dataset):
        raise PermissionDenied
    back = redirect("admin:shares_dataset_change", dataset.pk)
    proposal = publishing.propose(dataset)
    if not proposal.is_new:
        model_admin.message_user(request, f"The draft of {dataset} is what is published: edit its objects first.")
        return back
    lost = _lost(model_admin, request, dataset, proposal)
    form = PublishForm(proposal, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = publishing.publish(dataset, actor(request), form.cleaned_data["note"], hurried=" ".join(lost))
        except NotPublished as refusal:
            form.add_error(None, str(refusal))
        else:
            model_admin.message_user(request, f"{made} is published.", messages.SUCCESS)
            return back
    return _show(model_admin, request, dataset, proposal, lost, form)


def _lost(model_admin: admin.ModelAdmin, request: HttpRequest, dataset: Dataset, proposal: Proposal) -> list[str]:
    if not proposal.breaking or proposal.is_first:
        return []
    try:
        with session(account_of(dataset)) as client:
            return publish_preview.lost(client, dataset, proposal)
    except (LookupError, *TROUBLE) as error:
        words = f"Whether the lake still has what is taken away could not be asked: {error}"
        model_admin.message_user(request, words, messages.WARNING)
        return []


def _show(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    dataset: Dataset,
    proposal: Proposal,
    lost: list[str],
    form: PublishForm,
) -> HttpResponse:
    now = timezone.now()
    against = publishing.obstacles(dataset, proposal.items)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Publish {dataset}",
        "dataset": dataset,
        "proposal": proposal,
        "against": against,
        "lost": lost,
        "notice_until": None if lost else now + timedelta(days=dataset.notice_days),
        "outlooks": publish_preview.outlooks(dataset, proposal.items, now, MOST) if dataset.version else [],
        "share_count": len(publishing.affected(dataset, now)),
        "form": form,
    }
    return TemplateResponse(request, "admin/shares/publish.html", context, status=422 if form.errors else 200)


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadOnlyAdmin):
    """Versions never change; the newest can be withdrawn as long as nobody has it."""

    list_display = ["__str__", "published_at", "published_by", "notice_until", "withdrawn_at", "note"]
    list_filter = [("dataset", admin.RelatedOnlyFieldListFilter), ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["dataset", "published_by"]
    search_fields = ["dataset__name", "note"]
    actions = ["withdraw"]
    fields = [
        "dataset", "number", "note", "objects", "published_at", "published_by", "notice_until", "hurried",
        "withdrawn_at", "withdrawn_by",
    ]  # fmt: skip
    readonly_fields = ["objects"]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may change a dataset may withdraw its versions."""
        return guards.may(request, Act.CATALOG_EDIT)

    @admin.display(description="objects")
    def objects(self, version: DatasetVersion) -> str:
        return "; ".join(
            f"{item.shared_name} ({', '.join(cell.name for cell in item.columns) or item.arguments})"
            for item in version.items
        )

    @admin.action(description="Withdraw…", permissions=["operate"])
    def withdraw(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        confirmed = "confirmed" in request.POST
        form = ReasonForm(request.POST if confirmed else None, help_text="It goes on record.")
        if not confirmed or not form.is_valid():
            words = "Who was told of it keeps what they have. A version that some share has cannot be withdrawn."
            return ask_first(
                self, request, form, action="withdraw", title="Withdraw these versions?", words=words,
                button="Withdraw", rows=queryset,
            )  # fmt: skip
        by, reason = actor(request), form.cleaned_data["reason"]
        each(
            self,
            request,
            queryset.select_related("dataset"),
            lambda version: publishing.withdraw(version, by, reason),
            NotPublished,
            "is withdrawn.",
        )
        return None
