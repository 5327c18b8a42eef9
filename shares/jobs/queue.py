"""Ring the bell. A ring carries one id and may be lost or doubled: the rows are the truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, QuerySet
from django.db.models.functions import Now
from django_q.tasks import async_task

from shares.jobs.broker import rings

RECONCILE = "shares.jobs.entry.reconcile"


def ring(share_id: int, trigger: str) -> None:
    """Have `share_id` reconciled soon. In the caller's transaction: a rollback takes the ring back."""
    async_task(RECONCILE, share_id, trigger, broker=rings())


def ring_reading(reading_id: int) -> None:
    """Have one reading of the catalog measured soon."""
    async_task("shares.jobs.entry.measure", reading_id)


def ring_inbound(handshake_id: int) -> None:
    """Have a customer's own share looked for, which proves their account."""
    async_task("shares.jobs.entry.look_inbound", handshake_id)


def ring_account(account_id: int) -> None:
    """Have all shares of one provider account checked soon."""
    async_task("shares.jobs.entry.check", account_id)


def ring_look(look_id: int) -> None:
    """Have a dry run of one share carried out soon."""
    async_task("shares.jobs.entry.look", look_id)


def ring_bulk(bulk_id: int) -> None:
    """Have an operation on many shares carried on."""
    async_task("shares.jobs.entry.bulk", bulk_id)


def ring_import(import_id: int) -> None:
    """Have an import from the lake carried on."""
    async_task("shares.jobs.entry.lake_import", import_id)


def ring_again(unanswered: QuerySet[Any], bell: Callable[[int], None], after: timedelta, most: int, rung: str) -> int:
    """Ring for the `most` oldest of `unanswered` whose ring, at the field `rung`, is `after` old and may be lost; how
    many. Of two who see the same row one rings, which counts its time anew.
    """
    late = unanswered.filter(**{f"{rung}__lte": ExpressionWrapper(Now() - after, output_field=DateTimeField())})
    number = 0
    for pk, at in list(late.order_by(rung).values_list("pk", rung)[:most]):
        with transaction.atomic():
            if unanswered.filter(pk=pk, **{rung: at}).update(**{rung: Now()}):
                bell(pk)
                number += 1
    return number
