"""The second step of ending a share."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EndForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I understand that nobody can read these datasets through this share from now on."),
        error_messages={"required": _("Tick this to end the share.")},
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Reason"),
        help_text=_("Stands in the share's history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
