"""The code that was read in the account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ProofForm(forms.Form):
    code = forms.CharField(
        max_length=60,
        label=_("The code that the query printed"),
        error_messages={"required": _("Paste the code: 26 letters and digits in six groups.")},
        widget=forms.TextInput(attrs={"class": "input-code", "autocomplete": "off", "spellcheck": "false"}),
    )
