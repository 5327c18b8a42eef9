"""Reads a report that a mail could not be delivered (RFC 3464), and whether it is about a mail of ours.

Anybody can write such a report. Believed is one that quotes the Message-ID of a mail that we sent to that very address:
the id is the hash of a key with ids in it that nobody outside has.
"""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import NamedTuple

from django.utils import timezone

from portal.mail import send
from portal.mail.models import Outgoing

# Servers give up after five days at the latest.
OLDEST = timedelta(days=14)


class Bounce(NamedTuple):
    """For good: `status` is 5.x.x."""

    address: str
    status: str
    message_id: str


def read(raw: bytes) -> Bounce | None:
    """What a report says; None for any other mail, and for a report of a delay."""
    message = message_from_bytes(raw, policy=compat32)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    fields = _fields(message)
    address = fields.get("final-recipient", "").partition(";")[2].strip().strip("<>").lower()
    failed = fields.get("action", "").strip().lower() == "failed"
    status = fields.get("status", "").strip()[:20]
    if not failed or not status.startswith("5.") or not address:
        return None
    return Bounce(address, status, _original(message))


def is_ours(bounce: Bounce) -> bool:
    recent = Outgoing.objects.filter(to__iexact=bounce.address, created_at__gte=timezone.now() - OLDEST)
    return any(send.message_id(mail) == bounce.message_id for mail in recent.order_by("-id")[:500])


def _fields(message: Message) -> dict[str, str]:
    """Of the part about one recipient; {} where there are several, or none."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            told = [block for block in _inside(part) if "Final-Recipient" in block]
            return {name.lower(): str(value) for name, value in told[0].items()} if len(told) == 1 else {}
    return {}


def _inside(part: Message) -> list[Message]:
    blocks = part.get_payload()
    return [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []


def _original(message: Message) -> str:
    """The Message-ID of the mail that came back, "" where it is not quoted."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            return next((str(inner.get("Message-ID", "")).strip() for inner in _inside(part)), "")
        if kind == "text/rfc822-headers":
            found = re.search(r"^Message-ID:\s*(<[^>\s]+>)", str(part.get_payload()), re.IGNORECASE | re.MULTILINE)
            return found[1] if found else ""
    return ""
