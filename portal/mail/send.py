"""Delivers the outbox over SMTP or a provider's API: claim, send, note the outcome; backs off on failure and gives up
loudly."""

from __future__ import annotations

import hashlib
import logging
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from anymail.exceptions import (
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.audit.record import record
from portal.mail import marking, outbox
from portal.mail.models import Outgoing

log = logging.getLogger(__name__)

# 30 s, 1, 2, 4 … minutes, then every 2 hours: together more than three days, the length of a bad weekend.
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=2)
MAX_ATTEMPTS = 48


class NotTaken(OSError):
    """A provider's answer that is neither yes nor no."""


# Whatever a server, the network, a provider or its settings may say: tried again unless it is for good. Most of
# anymail's errors are OSErrors, too, but not all.
FAILURES = (OSError, smtplib.SMTPException, AnymailError, ImproperlyConfigured)
_IMPOSSIBLE = (
    AnymailRecipientsRefused,
    AnymailInvalidAddress,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
_REFUSED = (smtplib.SMTPRecipientsRefused, AnymailRecipientsRefused)
# Longer than the SMTP time limit, so that a claim only lapses when its process is gone.
CLAIM = timedelta(minutes=5)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after this many failed attempts (1 or more)."""
    doublings: int = 2 ** min(attempts - 1, 20)
    return min(FIRST_DELAY * doublings, LONGEST_DELAY)


def message_id(mail: Outgoing) -> str:
    """The same for every attempt, so that a mailbox can tell that a repeated delivery is the same mail."""
    return f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:40]}@{sender_domain()}>"


def sender_domain() -> str:
    """The domain that our mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def due() -> list[int]:
    """The mails whose time has come, oldest first; the sweeper rings for them."""
    waiting = Outgoing.objects.filter(sent_at=None, next_attempt_at__lte=timezone.now())
    return list(waiting.order_by("id").values_list("id", flat=True))


def deliver(outgoing_id: int) -> bool:
    """Sends one mail if it is due and nobody else is at it; True when it went out now.

    Once per claim. When a process dies between the server's OK and our note, the mail goes out again after
    CLAIM with the same Message-ID: a mail is never lost, and a repetition can be recognised.
    """
    mail = _claim(outgoing_id)
    if mail is None:
        return False
    if marking.is_marked(mail.to):
        _give_up(mail, "Mail to this address came back. Confirm that it works, then send this again.")
        return False
    try:
        _send(mail)
    except FAILURES as error:
        _note_failure(mail, error)
        return False
    _note_success(mail)
    return True


def _claim(outgoing_id: int) -> Outgoing | None:
    now = timezone.now()
    claimed = Outgoing.objects.filter(pk=outgoing_id, sent_at=None, next_attempt_at__lte=now).update(
        attempts=F("attempts") + 1, next_attempt_at=now + CLAIM
    )
    return Outgoing.objects.get(pk=outgoing_id) if claimed == 1 else None


def _send(mail: Outgoing) -> None:
    message = message_of(mail)
    message.connection = connection()
    message.send()
    status = getattr(message, "anymail_status", None)
    if status is not None and not status.status <= {"sent", "queued"}:
        # Anymail raises only for what is refused for good. Whatever else is not said to be on its way, is not.
        raise NotTaken(
            f"The provider answered, but did not say that it took the mail: {status.esp_response.text[:300]}"
        )


def connection() -> BaseEmailBackend:
    """What takes the mail. Tests of pages exchange Django's EMAIL_BACKEND, so that one is not asked."""
    provider = settings.FIRN_MAIL_PROVIDER
    if provider:
        return get_connection(f"anymail.backends.{provider}.EmailBackend")
    return get_connection("django.core.mail.backends.smtp.EmailBackend")


def message_of(mail: Outgoing) -> EmailMultiAlternatives:
    """The mail as it goes out, with all headers."""
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", **mail.headers}
    headers["Message-ID"] = message_id(mail)
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    return message


def _note_success(mail: Outgoing) -> None:
    done = {"sent_at": timezone.now(), "next_attempt_at": None, "error": ""}
    if mail.secret:
        done |= {"text": "", "html": ""}
    Outgoing.objects.filter(pk=mail.pk).update(**done)


def is_permanent(error: Exception) -> bool:
    """Whether the server refused this mail for good (5xx for the recipient or the content), or the provider its
    recipient.

    Everything else that a provider's API says may be about our account there, which somebody can set right.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, _IMPOSSIBLE):
        return True
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600


def _note_failure(mail: Outgoing, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"[:500]
    if is_permanent(error) or mail.attempts >= MAX_ATTEMPTS:
        with transaction.atomic():
            # First, since it locks the requests that wait for this mailbox, which nobody may do who has recorded.
            if is_permanent(error) and isinstance(error, _REFUSED):
                marking.mark(mail.to, reason)
            _give_up(mail, reason)
        return
    wait = delay_after(mail.attempts)
    Outgoing.objects.filter(pk=mail.pk).update(next_attempt_at=timezone.now() + wait, error=reason)
    log.warning("mail %s to %s failed, next attempt in %s: %s", mail.kind, mail.to, wait, reason)


def _give_up(mail: Outgoing, reason: str) -> None:
    log.error("gave up on mail %s to %s after %d attempts: %s", mail.kind, mail.to, mail.attempts, reason)
    with transaction.atomic():
        Outgoing.objects.filter(pk=mail.pk).update(next_attempt_at=None, error=reason)
        record("mail.given_up", target=mail, data={"attempts": mail.attempts, "error": reason})


def send_again(mail: Outgoing) -> bool:
    """Gives a mail that was given up a new start; False where it still waits or was sent."""
    with transaction.atomic():
        renewed = Outgoing.objects.filter(pk=mail.pk, sent_at=None, next_attempt_at=None).update(
            attempts=0, next_attempt_at=timezone.now()
        )
        if renewed:
            outbox.ring(mail.pk)
    return renewed == 1
