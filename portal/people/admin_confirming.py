"""What the portal's pages ask of whoever does something grave, the administration asks as well."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.people.confirming import ask_again, is_fresh


class ConfirmedAdmin:
    """Mixed into a ModelAdmin: whoever changes something here has shown a moment ago who they are. Asked when the page
    is opened, so that nothing that was typed is lost; readers are not asked.
    """

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **options: Any) -> Any:
        changes: Any = self.has_change_permission if object_id else self.has_add_permission  # type: ignore[attr-defined]
        if changes(request) and not is_fresh(request):
            return ask_again(request)
        return super().changeform_view(request, object_id, *args, **options)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        if not is_fresh(request):
            return ask_again(request)
        return super().delete_view(request, *args, **options)  # type: ignore[misc]

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **options: Any) -> Any:
        if not is_fresh(request):
            return ask_again(request)
        return super().response_action(request, queryset, *args, **options)  # type: ignore[misc]
