"""The audit log in the administration: to read, never to change."""

from __future__ import annotations

from copy import copy
from typing import Any, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from portal.audit import changes
from portal.audit.models import AnchorPost, AuditEntry
from portal.audit.record import record
from portal.people.models import User


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows; adds, changes and deletes none."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuditedAdmin:
    """Mixed into a ModelAdmin: what is added, changed (which fields) and deleted by hand stands in the audit
    log.
    """

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        form.firn_before = changes.values(obj, form.changed_data) if change else {}
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Written down here, when also what the row has many of is saved."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        if change and not form.changed_data:
            return
        data: dict[str, Any] = {"fields": sorted(form.changed_data)}
        if told := changes.between(form.firn_before, changes.values(form.instance, form.changed_data)):
            data["changes"] = told
        _record(request, form.instance, "changed" if change else "added", data)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        gone = copy(obj)
        super().delete_model(request, obj)  # type: ignore[misc]
        _record(request, gone, "deleted", {})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        gone = list(queryset)
        super().delete_queryset(request, queryset)  # type: ignore[misc]
        for obj in gone:
            _record(request, obj, "deleted", {})


def _record(request: HttpRequest, obj: Model, verb: str, data: dict[str, Any]) -> None:
    record(f"admin.{obj._meta.model_name}.{verb}", actor=cast("User", request.user), target=obj, data=data)


@admin.register(AnchorPost)
class AnchorPostAdmin(ReadOnlyAdmin):
    list_display = ["day", "state", "entries", "attempts", "next_attempt_at", "sent_at", "error"]
    fields = ["day", "state", "entries", "mac", "attempts", "next_attempt_at", "sent_at", "error"]
    date_hierarchy = "day"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_label", "action", "target_label", "address"]
    list_filter = ["action", "at"]
    search_fields = ["actor_label", "target_label", "action", "request_id"]
    show_full_result_count = False
    # Shown as text: the rows that these name may be gone.
    fields = [
        "at", "actor_label", "action", "target_type", "target_id", "target_label", "organization_id", "data",
        "request_id", "address", "previous_mac", "mac",
    ]  # fmt: skip
