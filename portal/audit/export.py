"""Audit entries as JSON lines or CSV, for auditors and their tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from portal import spreadsheets
from portal.audit import pseudonyms
from portal.audit.models import AuditEntry

COLUMNS = (
    "id", "at", "actor", "action", "target_type", "target_id", "target", "organization_id", "data", "request_id",
    "address", "previous_mac", "mac",
)  # fmt: skip


def row(entry: AuditEntry) -> dict[str, Any]:
    """One entry by the names of COLUMNS; `data` is an object."""
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "actor": entry.actor_shown,
        "action": entry.action,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "target": entry.target_shown,
        "organization_id": entry.organization_id,
        "data": entry.data_shown,
        "request_id": entry.request_id,
        "address": entry.address,
        "previous_mac": entry.previous_mac,
        "mac": entry.mac,
    }


def jsonl(entries: Iterable[AuditEntry], called: pseudonyms.Called = pseudonyms.by_address) -> Iterator[str]:
    """One JSON object a line."""
    for entry in _named(entries, called):
        yield json.dumps(row(entry), cls=DjangoJSONEncoder, ensure_ascii=False) + "\n"


def csv(entries: Iterable[AuditEntry], called: pseudonyms.Called = pseudonyms.by_address) -> Iterator[str]:
    """A heading and a line for each entry; `data` is JSON in its cell."""
    rows = (_flat(row(entry)) for entry in _named(entries, called))
    return spreadsheets.lines(COLUMNS, rows)


def _named(entries: Iterable[AuditEntry], called: pseudonyms.Called) -> Iterator[AuditEntry]:
    """By the names that people have now, looked up a thousand entries at a time."""
    rest = iter(entries)
    while some := list(islice(rest, 1000)):
        yield from pseudonyms.attach(some, called)


def _flat(values: dict[str, Any]) -> list[Any]:
    values["data"] = json.dumps(values["data"], cls=DjangoJSONEncoder, ensure_ascii=False)
    return [values[name] for name in COLUMNS]
