"""What may be asked of the audit log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# What actions begin with, and what a customer's log has of it.
_OF_CUSTOMERS = [
    ("share", _("Shares")),
    ("request", _("Requests")),
    ("account", _("Snowflake accounts")),
    ("membership", _("People")),
    ("invitation", _("Invitations")),
    ("domain", _("Email domains")),
    ("organization", _("Organization")),
    ("customer", _("Looks of the data provider")),
]
_OF_STAFF = [
    *(item for item in _OF_CUSTOMERS if item[0] != "account"),
    ("account", _("Accounts and signing in")),
    ("dataset", _("Datasets")),
    ("policy", _("Policies")),
    ("approver", _("Approvers")),
    ("person", _("Preferences")),
    ("mail", _("Mail")),
    ("bulk", _("Many shares at once")),
    ("admin", _("Administration")),
    ("provider_account", _("Provider accounts")),
    ("audit", _("Audit log")),
]


class Narrow(forms.Form):
    """Every field is optional; a day is in UTC, as the log is. One action alone may be asked for by the address."""

    q = forms.CharField(label=_("Who or what"), required=False, max_length=120)
    action = forms.RegexField(
        r"\A[a-z_.]+\Z",
        label=_("Action"),
        required=False,
        max_length=80,
        widget=forms.Select,
        error_messages={"invalid": _("An action looks like share.ended, or share for all of them.")},
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, staff: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        known, asked = _OF_STAFF if staff else _OF_CUSTOMERS, self.data.get("action", "")
        alone = [(asked, asked)] if asked and asked not in dict(known) else []
        self.fields["action"].widget.choices = [("", _("Everything")), *known, *alone]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This is before the first day."))
        return cleaned
