"""From when to when somebody is away, and who answers meanwhile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from shares.services import delegating


class NamedPeople(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        error_messages={"invalid": _("That is not a day. Write it like 2027-11-22.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input-short"}),
    )


class AwayForm(forms.Form):
    first_day = _day(_("From"))
    last_day = _day(_("Until, that day included"))
    to = NamedPeople(queryset=User.objects.none(), label=_("Who answers meanwhile"), empty_label=_("Choose somebody"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = delegating.deputies(user)  # type: ignore[attr-defined]
        self.initial.setdefault("first_day", delegating.today())
