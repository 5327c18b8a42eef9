"""What may be asked of the operations' lists. Every field is optional, and each form says what it found wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shares.core import regions
from shares.core.states import RequestKind, ShareState
from shares.models import Run
from shares.services import listings
from shares.templatetags import words

Choice = tuple[str, Any]


def _choice(label: Any, choices: Iterable[Choice], everything: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", everything), *choices])


class WordsForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=120)


# What was never granted is on no list.
_STATES = [(one.value, words.SHARE[one].word) for one in words.SHARE if one is not ShareState.WAITING]


class OwnShareFilter(WordsForm):
    """What a customer may ask of their own list."""

    state = _choice(_("State"), _STATES, _("every state"))


class ShareFilter(OwnShareFilter):
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(one, regions.label(one)) for one in listings.regions()]
        self.fields["region"].choices = [("", _("every region")), *known]  # type: ignore[attr-defined]


KINDS = {
    RequestKind.NEW: _("new share"),
    RequestKind.CHANGE: _("change"),
    RequestKind.RENEWAL: _("renewal"),
    RequestKind.ADOPTION: _("taken over"),
    RequestKind.MOVE: _("move"),
}


class RequestFilter(WordsForm):
    state = _choice(
        _("State"),
        [
            *((one.value, words.REQUEST[one].word) for one in words.REQUEST),
            (listings.LATE, _("waiting longer than it should")),
        ],
        _("every state"),
    )
    kind = _choice(_("Kind"), [(one.value, label) for one, label in KINDS.items()], _("every kind"))


class CustomerFilter(WordsForm):
    state = _choice(_("State"), [("active", _("active")), ("off", _("switched off"))], _("every customer"))


class IncidentFilter(WordsForm):
    state = _choice(_("State"), [("open", _("open")), ("closed", _("over"))], _("open and over"))
    whose = _choice(_("Who can mend it"), [("staff", _("our staff")), ("customer", _("the customer"))], _("anybody"))


class RunFilter(WordsForm):
    outcome = _choice(_("Outcome"), Run.Outcome.choices, _("every outcome"))
    trigger = _choice(_("Why"), Run.Trigger.choices, _("every reason"))
    did = _choice(_("What it did"), [("changed", _("changed something")), ("drift", _("mended drift"))], _("anything"))


class SavedFilterForm(forms.Form):
    """A name for what the address says; `query` is that part of it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        strip=True,
        error_messages={"required": _("Give it a name, for example “Stopped in Europe”.")},
    )
    query = forms.CharField(widget=forms.HiddenInput, max_length=1000, required=False)
