"""Search and filter of the catalog. It never refuses: what it does not understand filters nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shares.services.catalog_list import Wanted

Facets = dict[str, list[tuple[str, str, int]]]


class CatalogForm(forms.Form):
    q = forms.CharField(
        required=False,
        max_length=200,
        label=_("Search"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, topic or column")}),
    )
    topic = forms.ChoiceField(required=False, label=_("Topic"))
    kind = forms.ChoiceField(required=False, label=_("Kind"))
    region = forms.ChoiceField(required=False, label=_("Available in"))
    age = forms.ChoiceField(
        required=False,
        label=_("Newest row"),
        choices=(
            ("", _("Any age")),
            ("hour", _("in the last hour")),
            ("day", _("in the last day")),
            ("week", _("in the last week")),
        ),
    )

    def __init__(self, *args: Any, facets: Facets, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = {
            "topic": pgettext_lazy("topics", "All"),
            "kind": pgettext_lazy("kinds", "All"),
            "region": _("All regions"),
        }
        for name, words in everything.items():
            choices = [("", words), *((value, f"{label} ({number})") for value, label, number in facets[name])]
            self.fields[name] = forms.ChoiceField(required=False, label=self.fields[name].label, choices=choices)

    def wanted(self) -> Wanted:
        """What is looked for; a value that is not offered counts as none."""
        self.is_valid()
        found = self.cleaned_data
        names = ("topic", "kind", "region", "age")
        return Wanted(text=found.get("q", ""), **{name: found.get(name, "") for name in names})
