"""Mails that anybody can have sent to any address: codes, links, and “there is an account already”.

They are counted in the audit log, which no restart empties, by a print of the address: an entry must not say who was
written to, as there may be nobody of that address here.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from portal.audit import context
from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.people.models import User

ACTION = "account.mail_asked"
WINDOW = timedelta(hours=1)
TO_ONE_MAILBOX = 10
# A whole company may sit behind one address.
FROM_ONE_ADDRESS = 100


def may_be_sent(event: str, mailbox: str) -> bool:
    """Notes that it was asked for, and says whether it goes out: whoever asks for more is told the same and gets none,
    known or not.
    """
    mark = _print(mailbox)
    before = _lately().filter(data__mailbox=mark).count()
    known = User.objects.filter(email=mailbox.lower()).first()
    record(ACTION, target=known, data={"kind": event, "mailbox": mark, "sent": before < TO_ONE_MAILBOX})
    return before < TO_ONE_MAILBOX


def too_many_from_here() -> bool:
    """Whether this request's address has had so many sent within the hour that it has to wait."""
    here = context.current().address
    return bool(here) and _lately().filter(address=here).count() >= FROM_ONE_ADDRESS


def _lately() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(action=ACTION, at__gt=timezone.now() - WINDOW)


def _print(mailbox: str) -> str:
    key = f"firn.mailbox:{settings.SECRET_KEY}".encode()
    return hmac.new(key, mailbox.strip().lower().encode(), hashlib.sha256).hexdigest()[:24]
