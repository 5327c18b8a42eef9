"""A mail server that is away for a long weekend: nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from portal.mail import outbox, send
from portal.mail.models import Outgoing
from tests.portal.conftest import Mailbox

pytestmark = pytest.mark.django_db
AWAY = timedelta(hours=72)
CONTEXT = {"name": "Ada", "organization": "United", "role": "Owner", "home_url": "http://firn.test/"}


def _post(number: int) -> None:
    assert outbox.post("attached", f"person{number}@ua.example", CONTEXT, key=f"attached:{number}")


def _next_sweep() -> timedelta:
    """How long until a mail's time comes."""
    soonest = (
        Outgoing.objects.filter(sent_at=None).order_by("next_attempt_at").values_list("next_attempt_at", flat=True)
    )
    assert soonest[0], "given up"
    return max(soonest[0] - timezone.now(), timedelta(seconds=1))


def _sweep() -> None:
    """Every mail that is due, rung for twice, as two workers do."""
    for pk in send.due():
        send.deliver(pk)
        send.deliver(pk)


def test_a_server_that_is_away_for_72_hours_loses_and_doubles_nothing(mailbox: Mailbox, settings: Settings) -> None:
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    with time_machine.travel(timezone.now(), tick=False) as clock:
        back = timezone.now() + AWAY
        posted = 0
        while timezone.now() < back:
            if posted < 20:
                _post(posted)
                posted += 1
            _sweep()
            clock.shift(min(_next_sweep(), back - timezone.now()) or timedelta(seconds=1))
        assert mailbox.mails == []
        settings.EMAIL_PORT = there
        while Outgoing.objects.filter(sent_at=None).exists():
            clock.shift(_next_sweep())
            _sweep()

    arrived = Counter(str(mail["To"]) for mail in mailbox.mails)
    assert arrived == {f"person{number}@ua.example": 1 for number in range(posted)}
    assert posted == 20
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == posted
    assert max(Outgoing.objects.values_list("attempts", flat=True)) > 30
