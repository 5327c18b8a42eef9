"""A question or an answer about a request."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shares.services import talk


class TalkForm(forms.Form):
    text = forms.CharField(
        max_length=talk.LONGEST,
        label=_("Ask or answer"),
        help_text=_("Mention somebody with @name to mail them, too, if they may see this request."),
        error_messages={
            "required": _("Write what you want to ask or answer."),
            "max_length": _("Keep it under 4000 characters, or split it."),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )
