"""Who may write which field: what docs/fields.md is written from, by tests/admin/test_fields.py (ASVS 5.0, 8.1.2).

Read from the forms and the administration as they are, so a new field cannot be writable unnoticed: the document has to
be renewed with it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.http import HttpRequest

from portal.people.models import User
from portal.people.permissions import act_of_table

# The packages whose forms pages show, beside those of the administration.
ROOMS = ("shares.forms", "portal.people.forms")


def markdown() -> str:
    """Both tables as docs/fields.md shows them."""
    pages = [f"| `{name}` | {_list(fields)} |" for name, fields in forms_of_pages()]
    tables = [f"| {' | '.join(row)} |" for row in rows_of_administration()]
    return "\n".join(
        [
            "| form | fields that are read; whatever else is sent is not |",
            "|---|---|",
            *pages,
            "",
            "| table | written when it is added | written later | act that it takes |",
            "|---|---|---|---|",
            *tables,
        ]
    )


def forms_of_pages() -> Iterator[tuple[str, list[str]]]:
    """Name and fields of each form class, those of a form that is made for its reader included as far as declared."""
    found: dict[str, list[str]] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        below = [name for _, name, _ in pkgutil.iter_modules(getattr(package, "__path__", []), f"{room}.")]
        for module in [package, *map(importlib.import_module, below)]:
            for thing in vars(module).values():
                if _is_form(thing) and thing.__module__ == module.__name__:
                    found[f"{thing.__module__}.{thing.__name__}"] = list(getattr(thing, "base_fields", {}))
    yield from sorted(found.items())


def _is_form(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, forms.BaseForm)


def rows_of_administration() -> Iterator[tuple[str, str, str, str]]:
    """Each table that the administration shows, with what a superuser, who may write most, writes there."""
    for model, of in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label_lower):
        request = _superuser()
        added = _written(of, request, None) if of.has_add_permission(request) else []
        changed = _written(of, request, model()) if of.has_change_permission(request, model()) else []
        app, table = model._meta.app_label, str(model._meta.model_name)
        yield f"`{app}.{table}`", _list(added), _list(changed), f"`{act_of_table(app, 'change', table)}`"
        for inline in of.get_inline_instances(request, None):
            yield _inline(inline, request, table, app)


def _inline(inline: Any, request: HttpRequest, table: str, app: str) -> tuple[str, str, str, str]:
    may_add = inline.has_add_permission(request, None)
    may_change = inline.has_change_permission(request, None)
    written = _written(inline, request, None)
    name = f"`{app}.{table}`, in it `{inline.model._meta.model_name}`"
    return name, _list(written if may_add else []), _list(written if may_change else []), "as its table"


def _written(of: Any, request: HttpRequest, row: models.Model | None) -> list[str]:
    read_only = set(of.get_readonly_fields(request, row))
    return [name for name in flatten_fieldsets(of.get_fieldsets(request, row)) if name not in read_only]


def _superuser() -> HttpRequest:
    request = HttpRequest()
    request.user = User(is_active=True, is_staff=True, is_superuser=True)
    return request


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"
