"""Where an entry of the audit log leads: to the share or the request that it is about, for whoever may see that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from portal.audit.models import AuditEntry
from portal.people.models import User
from shares.services import visible


@dataclass(frozen=True)
class Subject:
    """The page about it, and the account whose it is."""

    path: str
    account: str


def of(entries: Iterable[AuditEntry], user: User) -> list[tuple[AuditEntry, Subject | None]]:
    """Each entry with its subject, in two queries at most."""
    found = list(entries)
    known = {
        "shares.share": _pages(found, "shares.share", visible.shares(user), "share"),
        "shares.sharerequest": _pages(found, "shares.sharerequest", visible.requests(user), "request"),
    }
    return [(entry, known.get(entry.target_type, {}).get(entry.target_id)) for entry in found]


def _pages(entries: list[AuditEntry], kind: str, seen: QuerySet[Any], page: str) -> dict[str, Subject]:
    wanted = {entry.target_id for entry in entries if entry.target_type == kind and entry.target_id.isdecimal()}
    if not wanted:
        return {}
    rows = seen.filter(pk__in=wanted).order_by().select_related(None).select_related("consumer_account")
    return {
        str(row.pk): Subject(reverse(page, args=[row.public_id]), str(row.consumer_account))
        for row in rows.prefetch_related(None)
    }
