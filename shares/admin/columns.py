"""“Refresh columns”: what changed in the lake, shown before anything is saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from shares.admin.base import actor
from shares.admin.lake import TROUBLE, session
from shares.models import DatasetObject, Grant, Share
from shares.services import catalog_import
from shares.services.catalog_import import Changes, LakeColumn
from shares.services.readings import account_of


class ColumnsForm(forms.Form):
    """Which of the new columns are published. None is ticked: what is not listed never leaves the lake.

    `seen` is what the page showed: when the lake moved on in between, the page is shown again.
    """

    publish = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False, label="Publish these too")
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, changes: Changes, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["seen"].initial = fingerprint(changes)
        self.fields["publish"].choices = [  # type: ignore[attr-defined]
            (column.name, f"{column.name} {column.data_type}") for column in changes.new
        ]
        self.changes = changes

    def clean_seen(self) -> str:
        seen = str(self.cleaned_data["seen"])
        if seen != fingerprint(self.changes):
            raise forms.ValidationError("The source has changed again. Look at it once more.")
        return seen


def fingerprint(changes: Changes) -> str:
    """The changes as one line of text."""
    new = [f"+{column.name} {column.data_type}" for column in changes.new]
    gone = [f"-{column.name}" for column in changes.gone]
    retyped = [f"={old.name} {column.data_type}" for old, column in changes.retyped]
    return "; ".join([*new, *gone, *retyped])


def page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the changes, POST saves them."""
    item = get_object_or_404(DatasetObject.objects.select_related("dataset"), pk=pk)
    if not model_admin.has_change_permission(request, item):
        raise PermissionDenied
    back = redirect("admin:shares_datasetobject_change", item.pk)
    if item.is_function:
        model_admin.message_user(request, f"{item} is a function: it has no columns.", messages.WARNING)
        return back
    try:
        changes = catalog_import.compare(item, _live(item))
    except (LookupError, *TROUBLE) as error:
        model_admin.message_user(request, f"{item}: {error}", messages.ERROR)
        return back
    if not changes:
        model_admin.message_user(request, f"{item} is as in the lake: nothing changed.")
        return back
    form = ColumnsForm(changes, request.POST if request.method == "POST" else None)
    if form.is_valid():
        catalog_import.apply(item, changes, form.cleaned_data["publish"], actor(request))
        model_admin.message_user(request, f"The columns of {item} are refreshed.")
        return back
    return _show(model_admin, request, item, changes, form)


def _live(item: DatasetObject) -> list[LakeColumn]:
    with session(account_of(item.dataset)) as client:
        return catalog_import.columns(client, item.source)


def _show(
    model_admin: admin.ModelAdmin, request: HttpRequest, item: DatasetObject, changes: Changes, form: ColumnsForm
) -> HttpResponse:
    live = Grant.objects.in_force(timezone.now()).filter(dataset=item.dataset)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Columns of {item}",
        "item": item,
        "changes": changes,
        "form": form,
        "share_count": Share.objects.filter(grants__in=live).distinct().count(),
        "needed": {item.tenant_column, item.freshness_column} & {column.name for column in changes.gone},
    }
    return TemplateResponse(request, "admin/shares/columns.html", context, status=422 if form.errors else 200)
