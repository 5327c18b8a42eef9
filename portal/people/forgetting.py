"""Taking somebody's name and addresses out of everything that others wrote, keep or were sent.

It looks at every table there is, so that a new one is not forgotten. The audit log is not among them: it is written in
such a way that it names nobody (portal.audit.pseudonyms).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people.models import User

# A shorter name would be found in words that name nobody.
SHORTEST_NAME = 4

_kept: set[tuple[type[models.Model], str]] = set()


def forget(user: User, addresses: Iterable[str]) -> int:
    """Puts the person's number where an address of theirs stands, in any table, and where their name stands, in what
    they wrote or decided themselves and in mails. How many rows were changed.

    Their own row is for the caller to empty: the audit log finds their number by it until then.
    """
    called = f"person {user.pk}"
    changed = _replaced(_tables(but=user), _forms(addresses), called)
    name = user.name.strip()
    if len(name) >= SHORTEST_NAME:
        changed += _replaced(_of_their_own(user), _forms([name]), called)
        changed += _replaced([Outgoing._base_manager.all()], _forms([name]), called)
    return changed


def kept_as_it_is(model: type[models.Model], *names: str) -> None:
    """These columns are no words about anybody, but what a share shows or its SQL is made of: an address in them stays,
    or what is shared would change with it. For apps that have such."""
    _kept.update((model, name) for name in names)


def _tables(*, but: User) -> Iterator[models.QuerySet[Any]]:
    for model in apps.get_models(include_auto_created=True):
        if model is not AuditEntry and model._meta.managed and not model._meta.proxy:
            rows = model._base_manager.all()
            yield rows.exclude(pk=but.pk) if model is User else rows


def _of_their_own(user: User) -> Iterator[models.QuerySet[Any]]:
    """Of each table the rows that point at this person."""
    for rows in _tables(but=user):
        mine = models.Q()
        for field in rows.model._meta.concrete_fields:
            if field.related_model is User:
                mine |= models.Q((field.attname, user.pk))
        if mine:
            yield rows.filter(mine)


def _forms(texts: Iterable[str]) -> list[str]:
    """A text as it may stand in a column: as it is, in an address of a page, in JSON."""
    ways = {form for text in texts for form in (text, quote(text), quote_plus(text))}
    ways |= {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for text in texts for ascii_only in (True, False)}
    return sorted(ways, key=len, reverse=True)


def _replaced(tables: Iterable[models.QuerySet[Any]], forms: list[str], called: str) -> int:
    # Not inside a longer address or word: ann@x.example is not joann@x.example.
    found = re.compile(rf"(?<![\w.+-])(?:{'|'.join(map(re.escape, forms))})(?![\w-]|\.\w)", re.IGNORECASE)
    return sum(
        _in_column(rows, field, forms, found, called)
        for rows in tables
        for field in rows.model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and (rows.model, field.name) not in _kept
    )


def _in_column(
    rows: models.QuerySet[Any], field: models.Field[Any, Any], forms: list[str], found: re.Pattern[str], called: str
) -> int:
    wanted = models.Q()
    for form in forms:
        # A database that keeps JSON in a form of its own is asked for it as text.
        wanted |= models.Q(firn_text__icontains=form)
    hits = rows.order_by().annotate(firn_text=Cast(field.attname, models.TextField())).filter(wanted)
    changed = 0
    for key, value in list(hits.values_list("pk", field.attname)):
        new = _changed(value, found, called)
        if new != value:
            if isinstance(new, str) and field.max_length:
                new = new[: field.max_length]
            changed += rows.model._base_manager.filter(pk=key).update(**{field.attname: new})
    return changed


def _changed(value: Any, found: re.Pattern[str], called: str) -> Any:
    if isinstance(value, str):
        return found.sub(called, value)
    if isinstance(value, dict):
        return {_changed(name, found, called): _changed(item, found, called) for name, item in value.items()}
    if isinstance(value, list):
        return [_changed(item, found, called) for item in value]
    return value
