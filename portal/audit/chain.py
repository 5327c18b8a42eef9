"""The HMAC chain over audit entries: what is signed, and the check of the whole chain."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from portal.audit.models import AuditEntry, AuditHead

_FIELDS = [
    "actor_id",
    "actor_label",
    "action",
    "target_type",
    "target_id",
    "target_label",
    "organization_id",
    "data",
    "request_id",
    "address",
    "previous_mac",
]


def _sign(key: str, message: str) -> str:
    # A key of its own for this purpose, so that a MAC made elsewhere with SECRET_KEY never verifies here.
    derived = hashlib.sha256(b"firn.audit:" + key.encode()).digest()
    return hmac.new(derived, message.encode(), hashlib.sha256).hexdigest()


def _keys() -> list[str]:
    return [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def canonical(value: Any) -> Any:
    """JSON data as it reads back from either database: PostgreSQL's jsonb writes 1e5 and 100000.0 as
    integers.
    """
    if isinstance(value, Mapping):
        return {str(name): canonical(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _entry_text(entry: AuditEntry) -> str:
    content = {name: getattr(entry, name) for name in _FIELDS}
    content["at"] = entry.at.isoformat()
    content["data"] = canonical(entry.data)
    return json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder)


def entry_mac(entry: AuditEntry) -> str:
    return _sign(_keys()[0], _entry_text(entry))


def head_seal(head: AuditHead) -> str:
    return _sign(_keys()[0], f"head {head.entries} {head.mac}")


def _genuine(mac: str, message: str) -> bool:
    """Whether one of the present or former keys made this MAC, so that rotating SECRET_KEY keeps old entries
    valid.
    """
    return any(hmac.compare_digest(mac, _sign(key, message)) for key in _keys())


def faults() -> Iterator[str]:
    """Every fault of the chain in words; nothing when it is whole. Reads all entries, oldest first."""
    previous, count = "", 0
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous_mac != previous:
            yield f"entry {entry.pk}: does not follow the entry before it (one was removed, added or moved)"
        if not _genuine(entry.mac, _entry_text(entry)):
            yield f"entry {entry.pk}: was changed after it was written"
        previous, count = entry.mac, count + 1
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        if count:
            yield "the head is gone"
        return
    if not _genuine(head.seal, f"head {head.entries} {head.mac}"):
        yield "the head's seal does not match: it was changed by hand"
    if (head.entries, head.mac) != (count, previous):
        yield f"the head counts {head.entries} entries and {count} are there, or the newest is another one"
