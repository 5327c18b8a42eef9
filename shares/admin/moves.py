"""Moves to another account, to read: they begin with a request, and end by themselves or by their owner."""

from __future__ import annotations

from django.contrib import admin

from portal.audit.admin import ReadOnlyAdmin
from shares.admin.base import link
from shares.models import Move
from shares.services import move_facts


@admin.register(Move)
class MoveAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state", "overlap_days", "ready_at", "retires_at", "held_at", "retired_at"]
    list_filter = [("held_at", admin.EmptyFieldListFilter), ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["request", "old_share__consumer_account", "new_share__consumer_account"]
    search_fields = ["public_id", "old_share__public_id", "new_share__public_id", "old_share__organization__name"]
    fields = [
        "public_id", "state", "old", "new", "asked", "overlap_days", "ready_at", "retires_at", "held_at", "retired_at",
        "called_off_at",
    ]  # fmt: skip
    readonly_fields = ["state", "old", "new", "asked"]

    @admin.display(description="state")
    def state(self, move: Move) -> str:
        return move_facts.state_of(move).value

    @admin.display(description="old share")
    def old(self, move: Move) -> str:
        return link(move.old_share)

    @admin.display(description="new share")
    def new(self, move: Move) -> str:
        return link(move.new_share)

    @admin.display(description="request")
    def asked(self, move: Move) -> str:
        return link(move.request)
