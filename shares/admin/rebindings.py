"""Accounts that were connected to another customer, to read: begun and called off on the portal's page."""

from __future__ import annotations

from django.contrib import admin

from portal.audit.admin import ReadOnlyAdmin
from shares.models import Rebinding


@admin.register(Rebinding)
class RebindingAdmin(ReadOnlyAdmin):
    list_display = ["account", "old_organization", "new_organization", "asked_by", "effective_at", "done_at"]
    list_filter = [("done_at", admin.EmptyFieldListFilter), ("called_off_at", admin.EmptyFieldListFilter)]
    list_select_related = ["account", "old_organization", "new_organization", "asked_by"]
    search_fields = ["account__snowflake_organization", "account__account_name", "reason"]
    fields = [
        "public_id", "account", "old_organization", "new_organization", "reason", "asked_by", "asked_at",
        "effective_at", "ended_at", "done_at", "called_off_at", "called_off_by",
    ]  # fmt: skip
