"""Rings for whatever is due. A lost ring, a killed worker and a closed window all look the same here: a row whose time
has come. Every sweep is bounded, and any number of workers may sweep at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.db.models import Case, Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now, RowNumber
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from portal.audit import anchors, webhook
from portal.mail import digest, imap, outbox, receive, send
from portal.mail.models import Outgoing
from shares.jobs.queue import ring, ring_account, ring_again, ring_reading
from shares.models import Beat, ProviderAccount, Reading, Run, Share
from shares.services import (
    bulks,
    delegating,
    digests,
    importing,
    looking,
    moves,
    notices,
    outcomes,
    rebinding,
    reminding,
    replies,
    reviews,
    samples,
    turns,
    unreachable,
    waiting,
    watch,
)
from shares.services.leases import MAX_ATTEMPTS

logger = logging.getLogger(__name__)

BATCH = 50
# Rings that nobody took yet. More of them would not make anything faster.
QUEUE_FULL = 200
# A ring that was lost is repeated after this.
AGAIN = timedelta(seconds=60)
MAIL_PATIENCE = timedelta(seconds=5)
TIDY_EVERY = 600.0
KEEP_CHECKS = timedelta(days=1)
KEEP_TASKS = timedelta(days=7)
TIDY_BATCH = 500

_tidied = -TIDY_EVERY


def sweep() -> None:
    """One round over everything that may be due. Takes a handful of short queries when nothing is.

    What fails keeps nothing else from its turn. Raises ExceptionGroup of all that failed, once the round is over.
    """
    failed: list[Exception] = []
    for step in _steps():
        try:
            step()
        except OperationalError:
            # The database is away or locked: each of the others would wait for it, too, and the next round comes soon.
            raise
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("parts of the sweep failed", failed)


def _steps() -> Iterator[Callable[[], object]]:
    yield quarantine_dead
    if OrmQ.objects.filter(lock__lte=Now()).count() < QUEUE_FULL:
        yield from (ring_due_shares, ring_due_accounts, ring_due_mails, ring_unanswered_readings)
        yield partial(looking.ring_again, BATCH)
        yield partial(bulks.ring_again, BATCH)
        yield partial(importing.ring_again, BATCH)
        yield from (notices.send_due, _ring_for_the_mailbox)
    yield from (replies.carry_out_due, moves.retire_due, rebinding.carry_on)
    yield from _now_and_then()


def _ring_for_the_mailbox() -> None:
    if imap.is_due():
        async_task("portal.mail.imap.poll_quietly")


def _ago(span: timedelta) -> Combinable:
    return ExpressionWrapper(Now() - span, output_field=DateTimeField())


def ring_due_shares() -> int:
    """How many shares were rung for: the longest due one of each organization, then the second of each, and so on, so
    that one with a thousand due shares does not keep another's waiting."""
    longest = F("next_check_at").asc(nulls_first=True)
    turn = Window(RowNumber(), partition_by=F("organization"), order_by=[longest, F("pk").asc()])
    due = Share.objects.filter(turns.come()).annotate(turn=turn).order_by("turn", longest, "pk")
    return sum(_ring(share_id) for share_id in list(due.values_list("pk", flat=True)[:BATCH]))


def ring_due_accounts() -> int:
    """Ring for provider accounts with shares at rest or in doubt, to be checked; a check that never ends is rung for
    again."""
    due = Q(next_check_at__isnull=True) | Q(next_check_at__lte=Now())
    worth_it = Exists(watch.watched(OuterRef("pk"))) | Q(claim__doubted_at__isnull=False)
    with_shares = ProviderAccount.objects.filter(due, worth_it)
    rung = 0
    for account_id in list(with_shares.values_list("pk", flat=True)):
        with transaction.atomic():
            later = ExpressionWrapper(Now() + watch.AGAIN, output_field=DateTimeField())
            if ProviderAccount.objects.filter(due, pk=account_id).update(next_check_at=later):
                ring_account(account_id)
                rung += 1
    return rung


def _ring(share_id: int) -> int:
    """Ring once for a share that is due; whoever sweeps at the same time finds it not due any more."""
    with transaction.atomic():
        trigger = turns.trigger_of(share_id)
        rung = Share.objects.filter(turns.come(), pk=share_id).update(
            next_check_at=ExpressionWrapper(Now() + AGAIN, output_field=DateTimeField()),
            rung_at=Coalesce(F("rung_at"), Now(), output_field=DateTimeField()),
            rung_for=Case(When(rung_at=None, then=Value(trigger)), default=F("rung_for")),
        )
        if rung:
            ring(share_id, trigger)
    return rung


def quarantine_dead() -> int:
    """Shares whose runs died too often are left to a person; how many that were now."""
    given_up = Share.objects.filter(turns.dead(), attempts__gte=MAX_ATTEMPTS).values_list("pk", flat=True)
    return sum(outcomes.quarantined(share_id) for share_id in list(given_up[:BATCH]))


def ring_due_mails() -> int:
    """Ring for mails whose time came a while ago; a fresh one was rung for when it was posted."""
    late = Outgoing.objects.filter(pk__in=send.due()[:BATCH], next_attempt_at__lte=_ago(MAIL_PATIENCE))
    ids = list(late.values_list("pk", flat=True))
    for outgoing_id in ids:
        async_task(outbox.DELIVER, outgoing_id)
    return len(ids)


def ring_unanswered_readings() -> int:
    """Ring for questions about row counts that nobody answered, and count the time anew."""
    unanswered = Q(measured_at__isnull=True) | Q(measured_at__lt=F("asked_at"))
    return ring_again(Reading.objects.filter(unanswered), ring_reading, AGAIN, BATCH, "asked_at")


def _now_and_then() -> Iterator[Callable[[], object]]:
    global _tidied
    if time.monotonic() - _tidied < TIDY_EVERY:
        return
    _tidied = time.monotonic()
    yield from (anchors.send_due, webhook.ring_due, reviews.ask_due)
    yield from (samples.forget_old, receive.forget_old, digest.forget_old)
    yield from (waiting.expire_due, delegating.begin_due, reminding.send_due, digests.send_due)
    yield from (unreachable.look, tidy)


def tidy() -> int:
    """Remove what nobody will read: checks that found nothing, old failures of the queue, beats of workers long gone,
    sessions that are over.

    A run with a proof is kept: the newest one is what a share's isolation stands on.
    """
    empty = Run.objects.annotate(proved=Count("proofs")).filter(
        trigger=Run.Trigger.CHECK,
        outcome=Run.Outcome.CONVERGED,
        planned=0,
        proved=0,
        started_at__lt=_ago(KEEP_CHECKS),
    )
    runs, _ = Run.objects.filter(pk__in=list(empty.values_list("pk", flat=True)[:TIDY_BATCH])).delete()
    old = Task.objects.filter(stopped__lt=_ago(KEEP_TASKS)).values_list("pk", flat=True)
    tasks, _ = Task.objects.filter(pk__in=list(old[:TIDY_BATCH])).delete()
    Beat.objects.filter(rung_at__lt=_ago(KEEP_CHECKS)).delete()
    over = Session.objects.filter(expire_date__lt=Now()).values_list("pk", flat=True)
    Session.objects.filter(pk__in=list(over[:TIDY_BATCH])).delete()
    return int(runs) + int(tasks)
