"""Asking for a move: where to, for how long both stay, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shares.core import accounts
from shares.forms.request import region_choices
from shares.models.moves import LONGEST, SHORTEST
from shares.services.translated import translated

DEFAULT_OVERLAP = 14


class MoveForm(forms.Form):
    """`cleaned_data["identity"]` is what the account was read as."""

    account = forms.CharField(
        max_length=400,
        label=_("New account, in any form you have it"),
        help_text=_("MYORG.MYACCOUNT, myorg-myaccount, a locator, or the address in your browser."),
        error_messages={"required": _("Say which Snowflake account it should move to. It looks like MYORG.MYACCOUNT.")},
        widget=forms.TextInput(attrs={"class": "input-code", "autocomplete": "off", "spellcheck": "false"}),
    )
    region = forms.ChoiceField(
        required=False, help_text=_("Only needed for a locator such as XY12345, or when Firn asks for it.")
    )
    overlap_days = forms.IntegerField(
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=DEFAULT_OVERLAP,
        label=_("Days in which both stay"),
        help_text=_("Counted from when the new share can be read. After them the old one ends; undo is possible."),
        error_messages={
            "required": _("Say how many days you need to switch."),
            "invalid": _("A whole number of days, such as 14."),
        },
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )
    reason = forms.CharField(
        max_length=2000,
        label=_("Why does it move?"),
        help_text=_("One or two sentences. The data owner decides by them."),
        error_messages={"required": _("Say in a sentence why it moves, such as: we close our old account in May.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = forms.ChoiceField(
            choices=region_choices(), required=False, help_text=self.fields["region"].help_text
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("account"):
            try:
                cleaned["identity"] = accounts.parse(cleaned["account"], cleaned.get("region", ""))
            except accounts.Unreadable as error:
                self.add_error("account", translated(error.words))
        return cleaned
