"""The second step of ending a share."""

from __future__ import annotations

from django import forms


class EndForm(forms.Form):
    understood = forms.BooleanField(
        label="I understand that nobody can read these datasets through this share from now on.",
        error_messages={"required": "Tick this to end the share."},
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Reason",
        help_text="Stands in the share's history.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
