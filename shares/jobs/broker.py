"""How a worker takes from the queue: several rows at once, of rings for shares one for all that came with it, and these
before what else waits.

django-q2's own broker claims and acknowledges each row by itself, which on SQLite is two commits of one writer each.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ

# So far what waits is counted. A worker takes a PART of it at once, so that others find work, too, and little waits
# in the memory of a process that may be killed.
COUNTED = 64
PART = 8


def rings_of(list_key: str) -> str:
    """The key under which rings for shares wait, beside the tasks of `list_key`."""
    return f"{list_key}-rings"


def rings() -> Bell:
    """Where to put a ring for a share."""
    return Bell(list_key=rings_of(Conf.CLUSTER_NAME))


class Bell(ORM):
    """The queue in our own database. A ring is gone when it is taken: what it was for is in the shares' rows, where the
    sweeper finds it when the worker dies before it hears the ring. Any other task is gone when it is done."""

    def dequeue(self) -> list[tuple[int, str]] | None:
        """Rows to be worked on: id (0 when it is gone already) and payload; None after a pause when there is nothing.

        One ring, because whoever hears it works on everything that is due, and then some tasks, the oldest first. So
        an approved share does not wait until all that others asked to be counted is counted, nor mails for all shares.
        """
        waiting = self.get_connection().filter(lock__lt=timezone.now()).order_by("pk")
        heard = _take(waiting.filter(key=rings_of(self.list_key)), _forget)[:1]
        tasks = _take(waiting.filter(key=self.list_key), _hold)
        if not heard and not tasks:
            time.sleep(Conf.POLL)
            return None
        return [*((0, ring.payload) for ring in heard), *((task.pk, task.payload) for task in tasks)]


def _take(waiting: QuerySet[OrmQ], mark: Callable[[QuerySet[OrmQ]], object]) -> list[OrmQ]:
    """A part of what waits, which nobody else takes once it is marked."""
    count = waiting[:COUNTED].count()
    if not count:
        return []
    with transaction.atomic(using=waiting.db):
        rows = list(waiting.select_for_update(skip_locked=True, no_key=True)[: 1 + count // PART])
        if rows:
            mark(OrmQ.objects.using(waiting.db).filter(pk__in=[row.pk for row in rows]))
    return rows


def _forget(rows: QuerySet[OrmQ]) -> None:
    rows.delete()


def _hold(rows: QuerySet[OrmQ]) -> None:
    rows.update(lock=timezone.now() + timedelta(seconds=Conf.RETRY))
