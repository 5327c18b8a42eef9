"""What the administration's modules share: links, code blocks, and the page that asks before an action acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from portal.people.models import User


def actor(request: HttpRequest) -> User:
    """The signed-in member of staff: the administration lets nobody else in."""
    return cast(User, request.user)


def link(target: Model | None, label: str = "") -> str:
    """A link to the row's page in the administration."""
    if target is None:
        return "–"
    url = reverse(f"admin:{target._meta.app_label}_{target._meta.model_name}_change", args=[target.pk])
    return format_html('<a href="{}">{}</a>', url, label or str(target))


def links(targets: Iterable[Model]) -> str:
    return format_html_join(", ", "{}", ((link(target),) for target in targets)) or "–"


def code(text: str) -> str:
    """SQL and the like as it is."""
    return format_html('<pre class="firn-code">{}</pre>', text) if text else "–"


class NamedValues(admin.AllValuesFieldListFilter):
    """A filter by value whose link for "no value" has words, too."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield choice | {"display": choice["display"] or "(none)"}


class ReadOnlyInline(admin.TabularInline):
    """Rows that belong to another's page, to read."""

    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReasonForm(forms.Form):
    """The reason that goes on record with an action; people outside may read it."""

    reason = forms.CharField(
        required=False, max_length=2000, strip=True, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )

    def __init__(self, *args: Any, required: bool = False, help_text: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = required
        self.fields["reason"].help_text = help_text


def ask_first(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    form: forms.Form,
    *,
    action: str,
    title: str,
    words: str,
    button: str,
    rows: Iterable[Model],
    template: str = "admin/shares/ask_first.html",
) -> HttpResponse:
    """The page between choosing an action and carrying it out; it posts back to the same action with `confirmed`."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "words": words,
        "button": button,
        "rows": list(rows),
        "form": form,
        "action": action,
        "checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, template, context)


def each(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    rows: Iterable[Model],
    act: Callable[[Any], object],
    refusals: type[Exception] | tuple[type[Exception], ...],
    done: str,
) -> None:
    """Act on each row; what is refused is told with its words, and does not stop the rest."""
    for row in rows:
        try:
            act(row)
        except refusals as refusal:
            model_admin.message_user(request, f"{row}: {refusal}", messages.ERROR)
        else:
            model_admin.message_user(request, f"{row}: {done}", messages.SUCCESS)
