"""What a person changed by hand, before and after, as an audit entry keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from portal.people.models import User

# Never written down, not even what it was: that something was changed is enough.
_SECRET = re.compile(r"secret|password|token|private|code")
# What a person is called leaves with them, and an entry stays.
_PERSONAL = frozenset({"name", "email"})
LONGEST = 300


def values(obj: Model, names: Iterable[str]) -> dict[str, Any]:
    """The values that these fields of a saved row have in the database now; nothing of what is secret or personal."""
    known = {field.name: field for field in (*obj._meta.fields, *obj._meta.many_to_many)}
    wanted = [name for name in names if name in known and _may_be_kept(obj, name)]
    row = type(obj)._base_manager.filter(pk=obj.pk).first() if wanted else None
    if row is None:
        return {}
    return {name: _told(getattr(row, name), many=bool(known[name].many_to_many)) for name in wanted}


def between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Both sides of whatever differs."""
    return {
        name: {"before": before[name], "after": after.get(name)} for name in before if before[name] != after.get(name)
    }


def _may_be_kept(obj: Model, name: str) -> bool:
    return not _SECRET.search(name) and not (isinstance(obj, User) and name in _PERSONAL)


def _told(value: Any, *, many: bool) -> Any:
    if many:
        rows: QuerySet[Any] = value.order_by("pk")
        return [_told(row, many=False) for row in rows]
    if isinstance(value, bool | int | None):
        return value
    # A person becomes a number on the way into the log.
    text = value.email if isinstance(value, User) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
