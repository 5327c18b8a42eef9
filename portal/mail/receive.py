"""Takes a mail that arrived: once, from somebody we know, to whoever registered for what it answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.mail import bounces, letters, marking, outbox
from portal.mail.letters import Letter
from portal.mail.models import Incoming
from portal.people.models import User

log = logging.getLogger(__name__)

KEEP = timedelta(days=90)
TAKEN, BOUNCED = "taken", "mail that came back"
# Answers TAKEN, or why not, in a word or two that the administration shows.
Handler = Callable[[Letter, User], str]
_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """`handler` gets the mails whose token is of this kind; it checks the seal and says when it changed something."""
    _handlers[kind] = handler


def take(raw: bytes, *, size: int = 0) -> str:
    """What became of it: `taken`, or why not. Whatever is not understood is answered once, where that answer cannot
    reach a stranger, and changes nothing."""
    letter = letters.read(raw, settings.FIRN_AUTHSERV_ID, size=size)
    sender = User.objects.filter(email=letter.sender, is_active=True).first() if letter.sender else None
    try:
        with transaction.atomic():
            # First, and unique: of two workers that read the same mailbox one goes on.
            row = Incoming.objects.create(message_id=letter.id, sender=letter.sender[:254], subject=letter.subject)
            outcome = _bounced(raw) or _outcome(letter, sender)
            Incoming.objects.filter(pk=row.pk).update(outcome=outcome[:60])
            if outcome not in (TAKEN, BOUNCED):
                _say_once(letter, sender)
    except IntegrityError:
        return "seen before"
    log.info("a mail that arrived: %s", outcome)
    return outcome


def _bounced(raw: bytes) -> str:
    """Marks the address that a mail of ours came back from; "" for everything else."""
    bounce = bounces.read(raw)
    if bounce is None or not bounces.is_ours(bounce):
        return ""
    marking.mark(bounce.address, f"Came back with {bounce.status}")
    return BOUNCED


def _outcome(letter: Letter, sender: User | None) -> str:
    refusals = (
        (letter.automatic, "written by a machine"),
        (sender is None, "sender not known"),
        (letter.too_long, "too long"),
        (letter.token is None or letter.token.kind not in _handlers, "answers nothing of ours"),
        (not letter.authentic, "sender not proved"),
    )
    why = next((words for applies, words in refusals if applies), "")
    if why or sender is None or letter.token is None:
        return why
    return _handlers[letter.token.kind](letter, sender)


def _say_once(letter: Letter, sender: User | None) -> None:
    """One answer for each thread and person; none to machines or to whoever has no account here: nobody can make us
    write to strangers."""
    if letter.automatic or sender is None:
        return
    thread = f"{letter.token.kind}{letter.token.number}" if letter.token else f"{timezone.now():%Y-%m-%d}"
    context = {"recipient": sender.display_name, "received_subject": letter.subject}
    outbox.post("not-understood", sender.email, context, key=f"not-understood:{thread}:{sender.pk}")


def forget_old() -> int:
    """Remove what arrived long ago: what it could answer is decided."""
    gone, _each = Incoming.objects.filter(received_at__lt=timezone.now() - KEEP).delete()
    return int(gone)
