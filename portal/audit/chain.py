"""The HMAC chain over audit entries: what is signed, and the check of the whole chain."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from portal.audit.models import Anchor, AuditEntry, AuditHead

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


def faults(anchors: Iterable[Anchor] = ()) -> Iterator[str]:
    """Every fault of the chain in words; nothing when it is whole and agrees with the anchors.

    Reads all entries, oldest first. What others record meanwhile is no fault.
    """
    before = _head()
    expected: dict[int, set[str]] = {}
    for anchor in anchors:
        expected.setdefault(anchor.entries, set()).add(anchor.mac)
    previous, count = "", 0
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous_mac != previous:
            yield f"entry {entry.pk}: does not follow the entry before it (one was removed, added or moved)"
        if not _genuine(entry.mac, _entry_text(entry)):
            yield f"entry {entry.pk}: was changed after it was written"
        previous, count = entry.mac, count + 1
        if expected.pop(count, {previous}) != {previous}:
            yield f"entry {entry.pk}: is not the one that the anchor after {count} entries names"
        if before and count == before.entries and before.mac != previous:
            yield f"entry {entry.pk}: is not the one that the head names"
    yield from _faults_of_the_end(before, count)
    for entries in sorted(expected):
        yield f"an anchor counts {entries} entries and only {count} are there: the newest were removed"


def _faults_of_the_end(before: AuditHead | None, count: int) -> Iterator[str]:
    now = _head()
    if before is None or now is None:
        if count:
            yield "the head is gone"
        return
    for head in {before.seal: before, now.seal: now}.values():
        if not _genuine(head.seal, f"head {head.entries} {head.mac}"):
            yield "the head's seal does not match: it was changed by hand"
    if not before.entries <= count <= now.entries:
        yield f"the head counts {now.entries} entries and {count} are there: some were removed or added"


def _head() -> AuditHead | None:
    return AuditHead.objects.filter(pk=1).first()
