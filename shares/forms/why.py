"""What every request says besides what it asks for: what it is for, and until when."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DEFAULT_DAYS = 365
# Whoever means for ever leaves it empty; beyond lie slips of the finger, and days that cannot be calculated with.
LONGEST = timedelta(days=50 * 366)


def in_a_year() -> date:
    return today() + timedelta(days=DEFAULT_DAYS)


def today() -> date:
    """Windows end with a day in UTC, wherever the reader is."""
    return timezone.localdate(timezone=UTC)


def latest() -> date:
    """The last day that a window may have."""
    return today() + LONGEST


class WhyForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        label=_("What is it for?"),
        help_text=_("One or two sentences. The data owner decides by them."),
        error_messages={
            "required": _("Say in a sentence what the data is for, such as: route planning for summer 2027.")
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    valid_until = forms.DateField(
        required=False,
        label=_("Until"),
        help_text=_("The last day, in UTC. Leave it empty for no end."),
        error_messages={"invalid": _("That is not a day. Write it like 2027-11-22.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input-short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].widget.attrs["min"] = (today() + timedelta(days=1)).isoformat()

    def clean_valid_until(self) -> date | None:
        day: date | None = self.cleaned_data["valid_until"]
        if day and day <= today():
            words = gettext("Choose a day after today, such as %(day)s, or leave it empty.")
            raise forms.ValidationError(words % {"day": f"{in_a_year():%Y-%m-%d}"})
        # What stands there already may stay: it was taken before there was a latest day.
        if day and day > latest() and day != self.initial.get("valid_until"):
            words = gettext("Choose a day until %(day)s at the latest, or leave it empty for no end.")
            raise forms.ValidationError(words % {"day": f"{latest():%Y-%m-%d}"})
        return day
