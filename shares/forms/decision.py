"""An approver's answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shares.core.states import RequestKind
from shares.models import Vote

# What each answer leads to.
ANSWERS = {
    RequestKind.NEW: (_("Approve: run this SQL"), _("Decline: share nothing")),
    RequestKind.CHANGE: (_("Approve: run this SQL"), _("Decline: leave the share as it is")),
    RequestKind.RENEWAL: (_("Approve: let it go on"), _("Decline: let it end on its day")),
}


class DecisionForm(forms.Form):
    """Nothing is chosen beforehand, so that one careless click decides nothing."""

    answer = forms.ChoiceField(
        choices=Vote.Answer.choices,
        widget=forms.RadioSelect,
        label=_("Your answer"),
        error_messages={"required": _("Choose approve or decline.")},
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Reason"),
        help_text=_("The requester reads it, and so does everybody who sees the request."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    vouch = forms.CharField(
        required=False,
        max_length=500,
        label=_("How you know that the account is theirs"),
        help_text=_(
            "Filled in, you vouch for it by your name, and the data goes there at once. Empty, nothing is "
            "added to it before the customer has proved it with a one-time code."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, kind: str, is_proved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approve, decline = ANSWERS.get(RequestKind(kind), ANSWERS[RequestKind.NEW])
        choices = [(Vote.Answer.APPROVE, approve), (Vote.Answer.DECLINE, decline)]
        old = self.fields["answer"]
        self.fields["answer"] = forms.ChoiceField(
            choices=choices, widget=forms.RadioSelect, label=old.label, error_messages=old.error_messages
        )
        if is_proved:
            del self.fields["vouch"]


class CodeDecisionForm(DecisionForm):
    """The same for somebody who is not signed in as the approver: the code stands only in the approver's mail."""

    code = forms.CharField(
        max_length=40,
        label=_("Code from the mail"),
        help_text=_("Eight letters and digits. It shows that the mail reached you."),
        error_messages={"required": _("Type the code that stands in the mail, such as K7MW-2QXP.")},
        widget=forms.TextInput(attrs={"class": "input-digits", "autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    field_order = ("code", "answer", "vouch", "reason")
