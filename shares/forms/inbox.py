"""One answer to several questions at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shares.models import Ask, Vote


class InboxForm(forms.Form):
    """Nothing is ticked or chosen beforehand."""

    asks = forms.MultipleChoiceField(
        label=_("Requests"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one request."),
            "invalid_choice": _("One of these does not wait for you any more. Look at the list once more."),
        },
    )
    answer = forms.ChoiceField(
        label=_("Your answer to all that are ticked"),
        choices=[(Vote.Answer.APPROVE, _("Approve")), (Vote.Answer.DECLINE, _("Decline"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose approve or decline.")},
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Reason"),
        help_text=_("Each requester reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, asks: Iterable[Ask], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        old = self.fields["asks"]
        self.fields["asks"] = forms.MultipleChoiceField(
            label=old.label,
            choices=[(str(ask.public_id), str(ask.request)) for ask in asks],
            widget=forms.CheckboxSelectMultiple,
            error_messages=old.error_messages,
        )

    def ticked(self) -> set[str]:
        return set(self["asks"].value() or [])
