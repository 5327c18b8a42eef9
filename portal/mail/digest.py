"""What is collected for somebody's daily mail. When it goes out, and what is worth telling by then, others say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone

from portal.audit.record import record
from portal.mail import choices, links, outbox
from portal.mail.models import Collected, Outgoing
from portal.people.models import User

KEEP = timedelta(days=90)
SALT = "portal.mail.digest"
# Sent with user= when somebody wants no daily mail any more: what waits for it and cannot wait goes out by itself.
ended = Signal()


def collect(kind: str, user: User, context: Any, *, key: str, url: str, about: str) -> None:
    """Keep the subject of a mail, in the words of its own, and where it leads. Once per key, as mails are."""
    if Outgoing.objects.filter(key=key).exists() or Collected.objects.filter(key=key).exists():
        return
    language = outbox.language_of(user.email) or settings.LANGUAGE_CODE
    subject = outbox.write(kind, user.email, context, language=language).subject
    try:
        with transaction.atomic():
            Collected.objects.create(key=key, user=user, kind=kind, subject=subject, url=url, about=about)
    except IntegrityError:
        # Another transaction collected the same event between the look and the insert.
        return


def was_told(key: str) -> bool:
    """Whether a daily mail told of it: then no single one does."""
    return Collected.objects.filter(key=key, told_at__isnull=False).exists()


def is_out(user: User, day: str) -> bool:
    """Whether they got one for this day already: whatever else there is waits for the next."""
    return Outgoing.objects.filter(key=_key(user, day)).exists()


def _key(user: User, day: str) -> str:
    return f"digest:{day}:{user.pk}"


def post(user: User, waiting: Iterable[Collected], told: Iterable[Collected], day: str) -> Outgoing | None:
    """One mail for all of them; None where today's is out. `day` is a date of the reader's, as 2026-11-26."""
    stop = links.absolute(reverse("digest-stop", args=[token_for(user)]))
    context = {
        "recipient": user.display_name,
        "waiting": [{"subject": item.subject, "url": item.url} for item in waiting],
        "told": [{"subject": item.subject, "url": item.url} for item in told],
        "preferences_url": links.absolute(reverse("preferences")),
        "stop_url": stop,
    }
    return outbox.post("digest", user.email, context, key=_key(user, day), headers=headers(stop))


def headers(stop_url: str) -> dict[str, str]:
    """RFC 8058: the mail program ends it with one POST. Of all mails only this one, since the others always come."""
    return {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def token_for(user: User) -> str:
    """Holds for this person and address, for good: old mails must be able to end it."""
    return signing.dumps([user.pk, user.email], salt=SALT)


def of_token(token: str) -> User | None:
    try:
        pk, email = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return User.objects.filter(pk=pk, email=email, is_active=True).first()


def stop(user: User) -> bool:
    """No daily mail, and nothing either that one may do without; False where it is so already."""
    names = sorted(topic.name for topic in choices.topics())
    with transaction.atomic():
        stopped = User.objects.filter(pk=user.pk, digest=True).update(digest=False, muted=names)
        if stopped:
            ended.send(sender=User, user=user)
            record("person.digest_stopped", actor=user, target=user)
    return bool(stopped)


def forget_old() -> int:
    """Remove what was told long ago."""
    gone, _each = Collected.objects.filter(told_at__lt=timezone.now() - KEEP).delete()
    return int(gone)
