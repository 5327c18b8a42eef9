"""Who decides: groups of approvers, and policies with their stages, rules, words, versions and a preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from portal.audit.admin import AuditedAdmin
from portal.people.admin_choosing import Choosing
from shares.admin.base import ReadOnlyInline, actor
from shares.core.policies import Facts
from shares.models import ApproverGroup, Dataset, Policy, PolicyRule, PolicyStage, PolicyVersion
from shares.services import policy_versions, policy_words


class PolicyForm(forms.ModelForm):
    def clean_datasets(self) -> Any:
        chosen = self.cleaned_data["datasets"]
        taken = Dataset.objects.filter(pk__in=chosen, policies__isnull=False).exclude(policies=self.instance.pk or 0)
        if names := ", ".join(str(item) for item in taken):
            raise forms.ValidationError(f"Of another policy already: {names}. Take it out there first.")
        return chosen


class RuleForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        wanted = any(cleaned.get(name) for name in ("without_pii", "proved", "good_standing", "same_region"))
        if not wanted and cleaned.get("max_days") is None:
            raise forms.ValidationError("Tick at least one requirement: a rule without one decides nothing.")
        if cleaned.get("effect") == "refuse" and not cleaned.get("reason"):
            self.add_error("reason", "Say why, for the customer to read.")
        return cleaned


class StagesInline(Choosing, admin.StackedInline):
    model = PolicyStage
    autocomplete_fields = ["people", "groups"]
    extra = 0


class RulesInline(admin.StackedInline):
    model = PolicyRule
    form = RuleForm
    extra = 0


class VersionsInline(ReadOnlyInline):
    model = PolicyVersion
    fields = ["number", "made_at", "made_by"]


@admin.register(ApproverGroup)
class ApproverGroupAdmin(AuditedAdmin, Choosing, admin.ModelAdmin):
    search_fields = ["name"]
    autocomplete_fields = ["members"]


@admin.register(Policy)
class PolicyAdmin(AuditedAdmin, Choosing, admin.ModelAdmin):
    form = PolicyForm
    list_display = ["name", "code_suffices"]
    search_fields = ["name"]
    autocomplete_fields = ["datasets", "backups"]
    readonly_fields = ["in_words", "preview"]
    inlines = [StagesInline, RulesInline, VersionsInline]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(lambda request, pk: preview_page(self, request, pk)))
        return [path("<int:pk>/preview/", view, name="shares_policy_preview"), *super().get_urls()]

    @admin.display(description="in words")
    def in_words(self, policy: Policy) -> str:
        if not policy.pk:
            return "–"
        told = policy_words.of_policy(policy_versions.draft(policy), named=True)
        return format_html_join("", "<b>{}</b>: {}<br>", ((item.name, item.words) for item in told)) or "–"

    @admin.display(description="preview")
    def preview(self, policy: Policy) -> str:
        if not policy.pk:
            return "–"
        return format_html(
            '<a href="{}">What would a request go through?</a>',
            reverse("admin:shares_policy_preview", args=[policy.pk]),
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        made = policy_versions.publish(form.instance, actor(request))
        if made:
            self.message_user(request, f"{made} counts for requests from now on; those that wait keep theirs.")


class FactsForm(forms.Form):
    """What the preview asks about a request that somebody might send."""

    has_pii = forms.BooleanField(required=False, label="It asks for personal data")
    is_proved = forms.BooleanField(required=False, label="The account is proved", initial=True)
    good_standing = forms.BooleanField(required=False, label="The customer is in good standing", initial=True)
    same_region = forms.BooleanField(required=False, label="The account is in the data's region", initial=True)
    new_customer = forms.BooleanField(required=False, label="The customer never had a share")
    days = forms.IntegerField(required=False, min_value=1, label="Days of its window", help_text="Empty: no end.")


def preview_page(model_admin: PolicyAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What a request would go through, by the draft as it is now."""
    policy = get_object_or_404(Policy, pk=pk)
    if not model_admin.has_view_permission(request, policy):
        raise PermissionDenied
    form = FactsForm(request.GET if request.GET else None)
    told = None
    if form.is_valid():
        told = policy_words.preview(policy_versions.draft(policy), Facts(**form.cleaned_data))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"What would a request go through? {policy}",
        "opts": model_admin.model._meta,
        "original": policy,
        "form": form,
        "told": told,
    }
    return TemplateResponse(request, "admin/shares/policy_preview.html", context)
