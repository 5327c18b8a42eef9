"""Anchors: what the chain looked like at a moment, written down where whoever owns the database cannot reach it.

The chain shows every change made without the key. An anchor that left, by mail or webhook, also shows a log that was
cut off and sealed anew, or rewritten from an entry on, by somebody who has the key.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.utils import timezone

from portal.audit import webhook
from portal.audit.models import Anchor, AuditHead
from portal.mail import outbox

_LINE = re.compile(r"FIRN-AUDIT-ANCHOR entries=([0-9]{1,18}) mac=([0-9a-f]{64})")


def current() -> Anchor | None:
    """The anchor of this moment; None while nothing was recorded."""
    head = AuditHead.objects.filter(pk=1, entries__gt=0).first()
    return Anchor(head.entries, head.mac) if head else None


def found_in(text: str) -> list[Anchor]:
    """Every anchor in a text, for example in a folder of mails, in any order; soft line breaks of mails are undone."""
    joined = text.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
    return [Anchor(int(entries), mac) for entries, mac in _LINE.findall(joined)]


def send_due() -> int:
    """Send today's anchor (UTC) off, once to each of FIRN_AUDIT_ANCHOR_TO and once to FIRN_AUDIT_ANCHOR_URL; how many
    left now.
    """
    recipients: list[str] = settings.FIRN_AUDIT_ANCHOR_TO
    anchor = current() if recipients or settings.FIRN_AUDIT_ANCHOR_URL else None
    if anchor is None:
        return 0
    today = timezone.now().date()
    day = today.isoformat()
    context = {"day": day, "anchor": str(anchor), "entries": anchor.entries}
    posted = [outbox.post("audit-anchor", to, context, key=f"audit-anchor:{day}:{to}") for to in recipients]
    put_down = bool(settings.FIRN_AUDIT_ANCHOR_URL) and webhook.put_down(today, anchor)
    return sum(mail is not None for mail in posted) + put_down
