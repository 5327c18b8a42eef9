"""The outbox in the administration: what was sent, what waits, what was given up and can be sent again."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.audit.admin import ReadOnlyAdmin
from portal.audit.record import record
from portal.mail import marking, preview, send
from portal.mail.models import Incoming, MarkedAddress, Outgoing
from portal.people import guards
from portal.people.models import User
from portal.people.permissions import Act


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting")), ("sent", _("sent")), ("given-up", _("given up"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Outgoing]) -> QuerySet[Outgoing]:
        match self.value():
            case "waiting":
                return queryset.filter(sent_at=None, next_attempt_at__isnull=False)
            case "sent":
                return queryset.filter(sent_at__isnull=False)
            case "given-up":
                return queryset.filter(sent_at=None, next_attempt_at=None)
        return queryset


@admin.register(Outgoing)
class OutgoingAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "to", "subject", "state", "attempts", "next_attempt_at"]
    list_filter = [StateFilter, "kind"]
    search_fields = ["to", "subject", "key"]
    actions = ["send_again"]
    # The body of a mail with a code is nobody's business but the recipient's, so no body is shown at all.
    fields = [
        "key",
        "kind",
        "to",
        "subject",
        "state",
        "created_at",
        "sent_at",
        "attempts",
        "next_attempt_at",
        "error",
    ]

    def get_urls(self) -> list[URLPattern]:
        return [*preview.urls(self.admin_site), *super().get_urls()]

    @admin.display(description=_("state"))
    def state(self, mail: Outgoing) -> str:
        return mail.state

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Looking at the outbox is one right, making it send is another."""
        return guards.may(request, Act.MAIL_SEND_AGAIN)

    @admin.action(description=_("Send again what was given up"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Outgoing]) -> None:
        renewed = [mail for mail in queryset if send.send_again(mail)]
        for mail in renewed:
            record("mail.sent_again", actor=cast(User, request.user), target=mail)
        text = ngettext("%d mail is on its way again.", "%d mails are on their way again.", len(renewed)) % len(renewed)
        self.message_user(request, text, messages.SUCCESS if renewed else messages.WARNING)


@admin.register(Incoming)
class IncomingAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "sender", "subject", "outcome"]
    list_filter = ["outcome"]
    search_fields = ["sender", "subject"]
    fields = ["received_at", "sender", "subject", "outcome"]


@admin.register(MarkedAddress)
class MarkedAddressAdmin(ReadOnlyAdmin):
    list_display = ["address", "marked_at", "why"]
    search_fields = ["address"]
    fields = ["address", "marked_at", "why"]
    actions = ["confirm"]

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return guards.may(request, Act.MAIL_SEND_AGAIN)

    @admin.action(description=_("Mail arrives there again"), permissions=["resend"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[MarkedAddress]) -> None:
        done = sum(marking.confirm(row, cast(User, request.user)) for row in queryset)
        text = ngettext("%d address gets mail again.", "%d addresses get mail again.", done) % done
        self.message_user(request, text, messages.SUCCESS if done else messages.WARNING)
