"""What every request says besides what it asks for: what it is for, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

DEFAULT_DAYS = 365


def in_a_year() -> date:
    return timezone.localdate() + timedelta(days=DEFAULT_DAYS)


class WhyForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        label="What is it for?",
        help_text="One or two sentences. The data owner decides by them.",
        error_messages={"required": "Say in a sentence what the data is for, such as: route planning for summer 2027."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    valid_until = forms.DateField(
        required=False,
        label="Until",
        help_text="The last day. Leave it empty for no end.",
        error_messages={"invalid": "That is not a day. Write it like 2027-11-22."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input-short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].widget.attrs["min"] = (timezone.localdate() + timedelta(days=1)).isoformat()

    def clean_valid_until(self) -> date | None:
        day: date | None = self.cleaned_data["valid_until"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(f"Choose a day after today, such as {in_a_year():%Y-%m-%d}, or leave it empty.")
        return day
