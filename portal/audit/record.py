"""Writes the audit log: the one way to add an entry, and the history of one object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.audit import chain, context, pseudonyms
from portal.audit.models import AuditEntry, AuditHead
from portal.people.models import Membership, Organization, User


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
    entry = _entry(action, actor, target, organization, data)
    with _with_the_caller():
        head = _head()
        _chain(head, entry)
        entry.save()
        head.save(update_fields=["mac", "entries", "seal"])
    return entry


def record_each(
    action: str,
    data: Iterable[Mapping[str, Any]],
    *,
    target: models.Model | None = None,
    organization: Organization | None = None,
    common: Mapping[str, Any] | None = None,
) -> None:
    """Adds an entry for each of `data`, as `record` does, with the head locked and written once. What stands in all of
    them comes as `common`: who is named there is looked up once.
    """
    shared = pseudonyms.hidden(common or {})
    with _with_the_caller():
        head = _head()
        entries = [_entry(action, None, target, organization, item) for item in data]
        for entry in entries:
            entry.data |= shared
        for entry in entries:
            _chain(head, entry)
        # Its own manager refuses this to everybody else.
        models.QuerySet[AuditEntry, AuditEntry](AuditEntry).bulk_create(entries)
        head.save(update_fields=["mac", "entries", "seal"])


def _with_the_caller() -> transaction.Atomic:
    """All of the caller's transaction is undone when an entry cannot be written, so a savepoint of its own would only
    be two statements more for each."""
    return transaction.atomic(savepoint=False)


def _entry(
    action: str,
    actor: User | None,
    target: models.Model | None,
    organization: Organization | None,
    data: Mapping[str, Any] | None,
) -> AuditEntry:
    origin = context.current()
    return AuditEntry(
        at=timezone.now(),
        actor=actor,
        actor_label=_label(actor),
        action=action,
        target_type=target._meta.label_lower if target else "",
        target_id=str(target.pk) if target else "",
        target_label=_label(target),
        organization=organization,
        data=pseudonyms.hidden(data or {}),
        request_id=origin.request_id,
        address=origin.address,
    )


def _label(subject: models.Model | None) -> str:
    if isinstance(subject, User):
        return pseudonyms.of(subject)
    if isinstance(subject, Membership):
        return f"{pseudonyms.of(subject.user)} · {pseudonyms.typed(str(subject.organization))}"[:255]
    return str(pseudonyms.hidden({"label": str(subject)})["label"])[:255] if subject else ""


def _head() -> AuditHead:
    # SQLite ignores the row lock; there BEGIN IMMEDIATE already keeps every other writer out.
    return AuditHead.objects.select_for_update(no_key=True).get_or_create(pk=1)[0]


def _chain(head: AuditHead, entry: AuditEntry) -> None:
    entry.previous_mac = head.mac
    entry.mac = chain.entry_mac(entry)
    head.mac, head.entries = entry.mac, head.entries + 1
    head.seal = chain.head_seal(head)


def history(target: models.Model) -> models.QuerySet[AuditEntry]:
    """The entries about this object, newest first."""
    return AuditEntry.objects.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).order_by("-id")
