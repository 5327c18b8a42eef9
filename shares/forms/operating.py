"""What staff say when they close, open or end a customer's share."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

# Enough for a customer to move what they built on it.
NOTICE_DAYS = 30
_REASON = forms.Textarea(attrs={"rows": 3})


class WhyForm(forms.Form):
    """A reason that the customer reads."""

    reason = forms.CharField(
        max_length=2000,
        label=_("Reason"),
        help_text=_("The customer reads it on the share's page and in a mail. It goes on record."),
        widget=_REASON,
        error_messages={"required": _("Say why: the customer reads it.")},
    )


class NoteForm(forms.Form):
    """A note for the record; nobody needs one."""

    reason = forms.CharField(required=False, max_length=2000, label=_("Note"), help_text=_("It goes on record."))


class EndByProviderForm(WhyForm):
    notice_days = forms.IntegerField(
        min_value=0,
        max_value=365,
        initial=NOTICE_DAYS,
        label=_("Notice, in days"),
        help_text=_("The share stays up until the end of that day, UTC. 0 closes it at once."),
    )
