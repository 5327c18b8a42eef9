"""The daily mail of whoever chose it: on working days, in the morning of their zone."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from portal.mail import digest
from portal.mail.models import Collected
from portal.people.models import User
from shares import mails
from shares.core.working import FROM, is_office_hour
from shares.mail_topics import ASKS, CALLED_OFF
from shares.models import Ask
from shares.services.reminding import zone_of

BATCH = 200


def listen() -> None:
    digest.ended.connect(_ended, dispatch_uid="firn-digest-ended")


def send_due() -> int:
    """How many were sent, BATCH at most. Any number of sweepers may call it at once."""
    now, sent = timezone.now(), 0
    waiting = User.objects.filter(collected__told_at=None, collected__isnull=False)
    for user in waiting.annotate(oldest=Min("collected__created_at")).order_by("oldest", "pk"):
        # Cut only after this: whoever is not due yet keeps nobody waiting who is.
        if is_office_hour(now, zone_of(user)) and user.oldest < _begin_of_day(user, now):
            sent += _send(user, now)
        if sent == BATCH:
            break
    return sent


def _begin_of_day(user: User, now: datetime) -> datetime:
    local = now.astimezone(zone_of(user))
    return datetime.combine(local.date(), time(FROM), local.tzinfo)


def _send(user: User, now: datetime) -> int:
    """What was collected before this working day began; the rest waits for the next."""
    begins = _begin_of_day(user, now)
    day = begins.date().isoformat()
    with transaction.atomic():
        # Locked, so that of two sweepers the second finds nothing.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if digest.is_out(user, day):
            # They moved to a zone where the same day begins once more: nothing may be ticked off untold.
            return 0
        found = list(Collected.objects.filter(user=user, told_at=None, created_at__lt=begins).order_by("pk"))
        Collected.objects.filter(pk__in=[item.pk for item in found]).update(told_at=now)
        waiting = _waiting(user, found)
        told = [item for item in found if item.kind not in ASKS and not _never_asked(item, found)]
        if not user.is_active or not (waiting or told):
            return 0
        return 1 if digest.post(user, waiting, told, day) else 0


def _waiting(user: User, found: list[Collected]) -> list[Collected]:
    """Of what still waits for their answer the newest word about each request."""
    asks = [item for item in found if item.kind in ASKS and _open_ask(user, item)]
    return list({item.about: item for item in asks}.values())


def _open_ask(user: User, item: Collected) -> Ask | None:
    ask = Ask.objects.filter(request__public_id=item.about, approver=user).order_by("-revision").first()
    if ask is None or not ask.request.is_open or ask.revision != ask.request.revision:
        return None
    return None if ask.request.votes.filter(approver=user, revision=ask.revision).exists() else ask


def _never_asked(item: Collected, found: list[Collected]) -> bool:
    """Whether it calls off what nobody was told of."""
    return item.kind == CALLED_OFF and any(other.kind in ASKS and other.about == item.about for other in found)


def _ended(user: User, **_: Any) -> None:
    """What waited for the daily mail and for an answer goes out by itself; the rest is let go."""
    found = list(Collected.objects.filter(user=user, told_at=None).order_by("pk"))
    Collected.objects.filter(pk__in=[item.pk for item in found]).delete()
    for item in _waiting(user, found):
        ask = _open_ask(user, item)
        if ask:
            mails.ask(ask)
