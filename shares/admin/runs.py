"""Runs with every statement, to read."""

from __future__ import annotations

from django.contrib import admin

from portal.audit.admin import ReadOnlyAdmin
from shares.admin.base import ReadOnlyInline, code, link
from shares.models import Run, Statement


class StatementsInline(ReadOnlyInline):
    model = Statement
    fields = ["position", "stage", "purpose", "text", "changes", "outcome", "query_id", "milliseconds", "error"]
    readonly_fields = ["text"]

    @admin.display(description="SQL")
    def text(self, statement: Statement) -> str:
        return code(statement.sql)


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "trigger", "outcome", "words", "changed", "drift", "started_at", "finished_at"]
    list_filter = ["outcome", "trigger", "drift", "started_at"]
    list_select_related = ["share"]
    search_fields = ["public_id", "share__public_id", "share__organization__name", "statements__query_id"]
    show_full_result_count = False
    inlines = [StatementsInline]
    fields = [
        "public_id", "share_link", "trigger", "outcome", "words", "fence", "worker", "planned", "changed", "drift",
        "started_at", "finished_at",
    ]  # fmt: skip
    readonly_fields = ["share_link"]

    @admin.display(description="share")
    def share_link(self, run: Run) -> str:
        return link(run.share)
