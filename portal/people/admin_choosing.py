"""Fields of the administration that search what they refer to."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.http import HttpRequest

from portal.ids import RowsField, is_id


class _KnownIds(AutocompleteMixin):
    """Django's looks up what was sent to show it again beside the error, and fails on what is no id."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_id(one)], attr)


class _One(_KnownIds, AutocompleteSelect):
    pass


class _Several(_KnownIds, AutocompleteSelectMultiple):
    pass


class Choosing(BaseModelAdmin):  # type: ignore[type-arg] # subscriptable in the stubs only
    """For whatever has autocomplete_fields: an id that is none is an error of its field, not of the server."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **self._searching(_One, db_field, request, kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs = {"form_class": RowsField, **self._searching(_Several, db_field, request, kwargs)}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _searching(self, widget: Any, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> dict[str, Any]:
        if db_field.name not in self.get_autocomplete_fields(request):
            return kwargs
        return {"widget": widget(db_field, self.admin_site, using=kwargs.get("using")), **kwargs}
