"""The catalog: datasets, their objects, and the columns that leave the lake."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from portal.audit.admin import AuditedAdmin
from portal.people.admin_choosing import Choosing
from shares.admin import columns, publishing
from shares.admin.base import NamedValues, ReadOnlyInline, actor, link
from shares.models import Dataset, DatasetColumn, DatasetObject
from shares.services.publishing import OF_NO_VERSION, NotPublished, propose, publish
from shares.services.soundness import flaws


class DatasetForm(forms.ModelForm):
    """Refuses to publish what could not be shared soundly."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("is_published"):
            return cleaned
        if not self.instance.pk:
            raise ValidationError({"is_published": "Save it as a draft, give it objects, then publish it."})
        if self.instance.version_id is not None:
            # Its draft may be unfinished: customers have the version, which was looked at when it was published.
            return cleaned
        found = [flaw for flaw in flaws(self.instance) if flaw.code not in OF_NO_VERSION]
        if found:
            raise ValidationError({"is_published": [f"{flaw.words} {flaw.hint}" for flaw in found]})
        return cleaned


class ObjectsInline(ReadOnlyInline):
    """To read: an object is edited on its own page, with its columns."""

    model = DatasetObject
    fields = ["shared_name", "kind", "is_exposed", "is_reference", "tenant_column", "freshness_column"]
    show_change_link = True


@admin.register(Dataset)
class DatasetAdmin(AuditedAdmin, Choosing, admin.ModelAdmin):
    form = DatasetForm
    list_display = ["name", "topic", "is_published", "object_count", "approver_names", "updated_at"]
    list_filter = ["is_published", ("topic", NamedValues), "provider_accounts"]
    search_fields = ["name", "slug", "summary", "dataset_objects__shared_name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["approvers", "privacy_approvers"]
    filter_horizontal = ["provider_accounts"]
    readonly_fields = ["public_id", "created_at", "updated_at"]
    inlines = [ObjectsInline]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/publish/",
                self.admin_site.admin_view(lambda request, pk: publishing.page(self, request, pk)),
                name="shares_dataset_publish",
            )
        ]
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dataset]:
        found: QuerySet[Dataset] = super().get_queryset(request).prefetch_related("approvers")
        return found.annotate(object_number=Count("dataset_objects", distinct=True))

    @admin.display(description="objects", ordering="object_number")
    def object_count(self, dataset: Any) -> int:
        return int(dataset.object_number)

    @admin.display(description="approvers")
    def approver_names(self, dataset: Dataset) -> str:
        return ", ".join(user.display_name for user in dataset.approvers.all()) or "every superuser"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._first_version(request, form.instance)
        warn(self, request, form.instance)

    def _first_version(self, request: HttpRequest, dataset: Dataset) -> None:
        """What is published has a version: the first one with the tick, the next ones on a page of their own."""
        if not dataset.is_published or dataset.version_id is not None:
            return
        try:
            publish(dataset, actor(request), "First published.")
        except NotPublished as refusal:
            Dataset.objects.filter(pk=dataset.pk).update(is_published=False)
            self.message_user(request, f"{dataset} stays a draft. {refusal}", messages.ERROR)


class ColumnsInline(admin.TabularInline):
    model = DatasetColumn
    fields = ["position", "name", "data_type", "is_personal", "treatment", "tags", "description"]
    readonly_fields = ["tags"]
    extra = 0


@admin.register(DatasetObject)
class DatasetObjectAdmin(AuditedAdmin, Choosing, admin.ModelAdmin):
    list_display = [
        "shared_name",
        "dataset_link",
        "kind",
        "is_exposed",
        "is_reference",
        "tenant_column",
        "column_count",
    ]
    list_filter = ["kind", "is_reference", "is_exposed", ("dataset", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["dataset"]
    search_fields = ["shared_name", "source_name", "dataset__name", "columns__name"]
    autocomplete_fields = ["dataset"]
    inlines = [ColumnsInline]
    actions = ["refresh_columns"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DatasetObject]:
        found: QuerySet[DatasetObject] = super().get_queryset(request)
        return found.annotate(column_number=Count("columns", distinct=True))

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/columns/",
                self.admin_site.admin_view(lambda request, pk: columns.page(self, request, pk)),
                name="shares_datasetobject_columns",
            )
        ]
        return own + super().get_urls()

    @admin.display(description="dataset", ordering="dataset__name")
    def dataset_link(self, item: DatasetObject) -> str:
        return link(item.dataset)

    @admin.display(description="columns", ordering="column_number")
    def column_count(self, item: Any) -> int:
        return int(item.column_number)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        warn(self, request, form.instance.dataset)

    @admin.action(description="Refresh columns", permissions=["change"])
    def refresh_columns(self, request: HttpRequest, queryset: QuerySet[DatasetObject]) -> HttpResponse | None:
        item = queryset.first()
        if item is None or queryset.count() != 1:
            self.message_user(
                request, "Choose one object: its changes are shown before they are saved.", messages.WARNING
            )
            return None
        return redirect("admin:shares_datasetobject_columns", pk=item.pk)


def warn(model_admin: admin.ModelAdmin, request: HttpRequest, dataset: Dataset) -> None:
    """Tell at once what a published dataset's draft lacks after a change, and that nobody has the change yet."""
    if not dataset.is_published:
        return
    for flaw in flaws(dataset):
        model_admin.message_user(request, f"{flaw.words} {flaw.hint}", messages.WARNING)
    dataset.refresh_from_db()
    if propose(dataset).is_new:
        words = "This is a draft until it is published: no share and no customer sees it before."
        url = reverse("admin:shares_dataset_publish", args=[dataset.pk])
        message = format_html('{} <a href="{}">Look at the changes and publish them…</a>', words, url)
        model_admin.message_user(request, message, messages.WARNING)
