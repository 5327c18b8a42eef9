"""F51, F54, F55: mail away for a weekend, workers in other time zones, another secret key."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from portal.audit import chain
from portal.mail import send
from portal.mail.models import Outgoing
from shares.models import Ask, Run, Share
from shares.services import approvals
from shares.services.codes import code_for
from tests.faults.effort import tallied
from tests.faults.invariants import broken_at_rest
from tests.portal.conftest import Mailbox, mailbox
from tests.services import rows
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.processes import environment
from tests.snowflake.world import ROOT, Snowflake

__all__ = ["mailbox"]

HOURS_AWAY = 72
_LOOK = """
import django; django.setup()
from shares.models import Share
from shares.services.reconcile import reconcile
run = reconcile({share}, "check")
share = Share.objects.get(pk={share})
print(run.outcome, run.changed, share.next_check_at.isoformat())
"""


@pytest.mark.django_db
def test_f51_mail_is_away_for_three_days_and_each_arrives_once(mailbox: Mailbox) -> None:
    """The server answers 451 or ends the connection; nothing is lost, and each has one Message-ID."""
    with tallied("world", f"F51 mail away for {HOURS_AWAY} hours"):
        rows.Scene().approved()
        wanted = set(Outgoing.objects.values_list("pk", flat=True))
        assert len(wanted) >= 3
        passed = timedelta()
        tries = 0
        while passed < timedelta(hours=HOURS_AWAY):
            mailbox.answer = ("451 come back later", "421 closing")[tries % 2]
            tries += sum(not send.deliver(pk) for pk in send.due())
            passed += _to_the_next_attempt()
        assert not mailbox.mails
        assert tries > len(wanted)
        mailbox.answer = "250 OK"
        for _ in range(3):
            _to_the_next_attempt()
            for pk in send.due():
                send.deliver(pk)
        assert len({mail["Message-ID"] for mail in mailbox.mails}) == len(mailbox.mails) == len(wanted)
        assert not Outgoing.objects.filter(sent_at=None).exists()


def _to_the_next_attempt() -> timedelta:
    """Time passes until something is due; how long that was."""
    waiting = (
        Outgoing.objects.filter(sent_at=None).order_by("next_attempt_at").values_list("next_attempt_at", flat=True)
    )
    first = waiting.first()
    if first is None:
        return timedelta(hours=HOURS_AWAY)
    span = max(first - timezone.now(), timedelta()) + timedelta(seconds=1)
    for mail in Outgoing.objects.filter(sent_at=None):
        Outgoing.objects.filter(pk=mail.pk).update(next_attempt_at=(mail.next_attempt_at or first) - span)
    return span


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_f54_a_worker_in_another_time_zone_sees_the_same_share(scene: Scene, snowflake: Snowflake, zone: str) -> None:
    with tallied("world", f"F54 a worker in {zone}"):
        until = timezone.now() + timedelta(hours=2)
        share = ready(scene.share(None, scene.flights, until=until))
        since = snowflake.now()
        done = subprocess.run(
            [sys.executable, "-c", _LOOK.format(share=share.pk)],
            cwd=ROOT,
            env={**environment(snowflake.connections), "TZ": zone, "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        outcome, changed, next_look = done.stdout.split()
        assert (outcome, changed) == (Run.Outcome.CONVERGED, "0")
        # The window's end, or a look before it: never hours beside it.
        assert next_look <= until.isoformat()
        settle(share)
        assert broken_at_rest(snowflake, share, since) == []


@pytest.mark.django_db
def test_f55_another_secret_key_keeps_links_codes_rings_and_the_audit_log(settings: Settings) -> None:
    with tallied("world", "F55 another secret key"):
        scene = rows.Scene()
        request = scene.request()
        ask = Ask.objects.get(request=request, approver=scene.dan)
        old_code = code_for(ask)
        approvals.decide(
            scene.request(datasets=[scene.fleet]),
            scene.dan,
            "approve",
            channel="session",
            revision=1,
            vouch="I know them.",
        )
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
            "another key, forty letters long, for tests",
            [settings.SECRET_KEY],
        )
        assert code_for(ask) != old_code
        assert approvals.check_code(ask, old_code)
        assert approvals.check_code(ask, code_for(ask))
        assert list(chain.faults()) == []
        # A ring is signed with the old key and may be lost: the row says that it is due.
        OrmQ.objects.all().delete()
        assert Share.data.get().next_check_at
        settings.SECRET_KEY_FALLBACKS = []
        assert not approvals.check_code(ask, old_code)
        assert list(chain.faults()) != []
