"""Forms of the organization's pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.people.models import Role


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("Only the owner of this mailbox can use the invitation."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role,
        initial=Role.MEMBER,
        help_text=_("Viewers read. Members also ask for shares. Owners also end them and invite people."),
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role)


class SureForm(forms.Form):
    """A tick without which nothing happens."""

    sure = forms.BooleanField(label=_("I am sure"))
