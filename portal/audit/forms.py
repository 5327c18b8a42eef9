"""What may be asked of the audit log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Narrow(forms.Form):
    """Every field is optional; a day is in UTC, as the log is."""

    q = forms.CharField(label=_("Who or what"), required=False, max_length=120)
    action = forms.RegexField(
        r"\A[a-z_.]+\Z",
        label=_("Action"),
        required=False,
        max_length=80,
        error_messages={"invalid": _("An action looks like share.ended, or share for all of them.")},
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This is before the first day."))
        return cleaned
