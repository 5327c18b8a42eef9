"""Connecting an account to another customer: to whom, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organization


class RebindForm(forms.Form):
    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("Customer whose account it is"),
        error_messages={"required": _("Choose the customer.")},
    )
    reason = forms.CharField(
        max_length=1000,
        label=_("Why"),
        help_text=_("Both customers read it: name neither in it. Say how you know."),
        error_messages={"required": _("Say why: both customers read it.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, but: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organization.objects.filter(is_active=True).exclude(pk=but)
        self.fields["organization"].queryset = others  # type: ignore[attr-defined]
