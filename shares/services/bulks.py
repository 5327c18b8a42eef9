"""One operation on many shares: asked for by a person, carried out by the worker share by share, each once and with an
answer of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from portal.audit.record import record
from portal.people import guards
from portal.people.models import User
from shares.core.said import Said, together
from shares.jobs import queue
from shares.jobs.queue import ring_bulk
from shares.models import Bulk, BulkRow, Share
from shares.services.grants import NotNow
from shares.services.operating import ACTS

logger = logging.getLogger(__name__)

# More at once is not looked at by anybody.
MOST = 1000
# Seconds in which one task takes rows; then it rings for the rest, behind whatever else waits.
TAKING = 15.0
AGAIN = timedelta(seconds=60)

Outcome = BulkRow.Outcome


@dataclass(frozen=True)
class Progress:
    done: int
    refused: int
    failed: int
    total: int

    @property
    def over(self) -> int:
        return self.done + self.refused + self.failed


def start(verb: str, shares: Sequence[Share], by: User, reason: str = "", notice_days: int = 0) -> Bulk:
    """Write down what is to be done, and ring."""
    with transaction.atomic():
        now = timezone.now()
        bulk = Bulk.objects.create(verb=verb, by=by, reason=reason.strip(), notice_days=notice_days, rung_at=now)
        BulkRow.objects.bulk_create(BulkRow(bulk=bulk, share=share) for share in shares)
        ring_bulk(bulk.pk)
        record("bulk.asked", actor=by, target=bulk, data={"verb": verb, "shares": len(shares), "reason": bulk.reason})
    return bulk


def progress(bulk: Bulk) -> Progress:
    def count(outcome: str) -> Count:
        return Count("pk", filter=Q(outcome=outcome))

    found = bulk.rows.aggregate(
        done=count(Outcome.DONE), refused=count(Outcome.REFUSED), failed=count(Outcome.FAILED), total=Count("pk")
    )
    return Progress(**found)


def work(bulk_id: int) -> str:
    """Take rows until none waits or TAKING is over; how far it came."""
    bulk = Bulk.objects.filter(pk=bulk_id, finished_at=None).select_related("by").first()
    if bulk is None:
        return "done already"
    until = time.monotonic() + TAKING
    while time.monotonic() < until:
        waiting = bulk.rows.filter(outcome=Outcome.WAITING).select_related("share__organization")
        row = waiting.select_related("share__provider_account", "share__consumer_account").first()
        if row is None:
            Bulk.objects.filter(pk=bulk.pk, finished_at=None).update(finished_at=timezone.now())
            return "finished"
        _carry_out(bulk, row)
    with transaction.atomic():
        Bulk.objects.filter(pk=bulk.pk).update(rung_at=timezone.now())
        ring_bulk(bulk.pk)
    return "goes on"


def _carry_out(bulk: Bulk, row: BulkRow) -> None:
    """The row's answer and what was done stand in one transaction: a killed worker leaves either both or neither."""
    try:
        with transaction.atomic():
            if not _answer(row, Outcome.DONE, ""):
                return
            # The right to it may have been taken away since.
            if not guards.may_operate(User.objects.get(pk=bulk.by_id)):
                raise NotNow(Said("%(who)s may not do this any more.", who=str(bulk.by)))
            ACTS[bulk.verb](row.share, bulk.by, bulk.reason, bulk.notice_days)
    except NotNow as refused:
        _answer(row, Outcome.REFUSED, refused.words)
    except Exception as error:
        logger.exception("%s of %s", bulk.verb, row.share)
        words = Said("Firn stopped at an error of its own: %(value)s.", value=type(error).__name__)
        _answer(row, Outcome.FAILED, together(words, Said("See the log.")))


def _answer(row: BulkRow, outcome: str, words: str) -> int:
    waiting = BulkRow.objects.filter(pk=row.pk, outcome=Outcome.WAITING)
    return waiting.update(outcome=outcome, words=words, at=timezone.now())


def ring_again(most: int) -> int:
    """Ring for work on many shares that stands still; two at it at once share the rows."""
    return queue.ring_again(Bulk.objects.filter(finished_at=None), ring_bulk, AGAIN, most, "rung_at")
