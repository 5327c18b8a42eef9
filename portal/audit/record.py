"""Writes the audit log: the one way to add an entry, and the history of one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.audit import chain, context
from portal.audit.models import AuditEntry, AuditHead
from portal.people.models import Organization, User


def record(
    action: str,
    *,
    actor: User | None = None,
    target: models.Model | None = None,
    organization: Organization | None = None,
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Adds one entry in the caller's transaction, which fails with it.

    The head row stays locked until that transaction ends: this is what keeps the chain linear. So record
    last, after the other writes, or two transactions may wait for each other.
    """
    origin = context.current()
    entry = AuditEntry(
        at=timezone.now(),
        actor=actor,
        actor_label=str(actor)[:255] if actor else "",
        action=action,
        target_type=target._meta.label_lower if target else "",
        target_id=str(target.pk) if target else "",
        target_label=str(target)[:255] if target else "",
        organization=organization,
        data=dict(data or {}),
        request_id=origin.request_id,
        address=origin.address,
    )
    with transaction.atomic():
        # SQLite ignores the row lock; there BEGIN IMMEDIATE already keeps every other writer out.
        head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
        _append(head, entry)
    return entry


def _append(head: AuditHead, entry: AuditEntry) -> None:
    entry.previous_mac = head.mac
    entry.mac = chain.entry_mac(entry)
    entry.save()
    head.mac, head.entries = entry.mac, head.entries + 1
    head.seal = chain.head_seal(head)
    head.save(update_fields=["mac", "entries", "seal"])


def history(target: models.Model) -> models.QuerySet[AuditEntry]:
    """The entries about this object, newest first."""
    return AuditEntry.objects.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).order_by("-id")
