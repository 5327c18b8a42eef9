"""Incidents: what Firn found and may not mend, open ones first."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest

from portal.audit.admin import ReadOnlyAdmin
from portal.people import guards
from portal.people.permissions import Act
from shares.admin.base import actor, link
from shares.models import Incident
from shares.services import incidents


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ["words", "customer", "share_link", "for_customer", "opened_at", "seen_at", "closed_at"]
    ordering = [F("closed_at").desc(nulls_first=True), "-pk"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "code", "for_customer", "opened_at"]
    list_select_related = ["share__organization"]
    search_fields = ["words", "code", "share__public_id", "share__organization__name"]
    actions = ["settle"]
    fields = [
        "words", "what_to_do", "code", "customer", "share_link", "for_customer", "opened_at", "seen_at", "closed_at",
    ]  # fmt: skip
    readonly_fields = ["customer", "share_link"]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may act on shares may say that something about one of them is over."""
        return guards.may(request, Act.SHARE_OPERATE)

    @admin.display(description="customer", ordering="share__organization__name")
    def customer(self, incident: Incident) -> str:
        return incident.share.organization.name

    @admin.display(description="share", ordering="share")
    def share_link(self, incident: Incident) -> str:
        return link(incident.share)

    @admin.action(description="It is over (a look that finds it again opens it anew)", permissions=["operate"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Incident]) -> None:
        closed = sum(incidents.settle(incident, actor(request)) for incident in queryset.select_related("share"))
        self.message_user(request, f"{closed} closed.", messages.SUCCESS if closed else messages.WARNING)
