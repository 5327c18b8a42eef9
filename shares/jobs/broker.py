"""How a worker takes from the queue: several rows at once, and of rings for shares one for all that came with it.

django-q2's own broker claims and acknowledges each row by itself, which on SQLite is two commits of one writer each.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import BadSignature, SignedPackage

from shares.jobs.queue import RECONCILE

# So far what waits is counted. A worker takes a PART of it at once, so that others find work, too, and little waits
# in the memory of a process that may be killed.
COUNTED = 64
PART = 8


class Bell(ORM):
    """The queue in our own database. A ring is gone when it is taken: what it was for is in the shares' rows, where the
    sweeper finds it when the worker dies before it hears the ring. Any other task is gone when it is done."""

    def dequeue(self) -> list[tuple[int, str]] | None:
        """Rows to be worked on, oldest first: id (0 when it is gone already) and payload; None after a pause when there
        is nothing."""
        waiting = self.get_connection().filter(key=self.list_key, lock__lt=timezone.now()).order_by("pk")
        count = waiting[:COUNTED].count()
        taken = _take(waiting, 1 + count // PART) if count else []
        if not taken:
            time.sleep(Conf.POLL)
            return None
        return taken


def _take(waiting: QuerySet[OrmQ], limit: int) -> list[tuple[int, str]]:
    with transaction.atomic(using=waiting.db):
        rows = list(waiting.select_for_update(skip_locked=True)[:limit])
        rings = [row.pk for row in rows if _is_ring(row.payload)]
        others = [row.pk for row in rows if row.pk not in rings]
        if rings:
            OrmQ.objects.using(waiting.db).filter(pk__in=rings).delete()
        if others:
            later = timezone.now() + timedelta(seconds=Conf.RETRY)
            OrmQ.objects.using(waiting.db).filter(pk__in=others).update(lock=later)
    return [(0 if row.pk in rings else row.pk, row.payload) for row in rows if row.pk not in rings[1:]]


def _is_ring(payload: str) -> bool:
    try:
        return bool(SignedPackage.loads(payload)["func"] == RECONCILE)
    except (TypeError, BadSignature):
        # The pusher says so and takes it out.
        return False
