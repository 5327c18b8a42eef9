"""Search and filter of the catalog. It never refuses: what it does not understand filters nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from shares.services.catalog_pages import FUNCTION, REFERENCE, ROWS


class CatalogForm(forms.Form):
    q = forms.CharField(
        required=False,
        max_length=200,
        label="Search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Name, topic or column"}),
    )
    topic = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(
        required=False,
        choices=(("", "All kinds"), (ROWS, "Filtered rows"), (REFERENCE, "Reference data"), (FUNCTION, "Functions")),
    )

    def __init__(self, *args: Any, topics: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All topics"), *((topic, topic) for topic in topics)]
        self.fields["topic"] = forms.ChoiceField(required=False, choices=choices)

    def wanted(self) -> dict[str, str]:
        """Keyword arguments of services.catalog_pages.catalog; a value that is not offered counts as none."""
        self.is_valid()
        found = self.cleaned_data
        return {"text": found.get("q", ""), "topic": found.get("topic", ""), "kind": found.get("kind", "")}
