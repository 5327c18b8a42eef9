"""The heartbeat of a supervised worker: a task that must be executed and acknowledged, and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

from shares.jobs import pulse
from shares.models import Beat

# Seconds between two beats, until an unanswered one is rung again, and how long a worker that has a free hand may show
# no sign of life: after its start, alone, and among others, which may take its beats from it.
EVERY = 2.0
AGAIN = 5.0
STARTING = 60.0
ALONE = 15.0
AMONG_OTHERS = 60.0


def longest_task() -> float:
    """Seconds after which a task's worker is not busy but stuck: django-q2 ends it before that."""
    return float(str(settings.Q_CLUSTER["timeout"])) + 20


class _Noting(ORM):
    """The broker, which also keeps the id of the row that it wrote: it goes when the task is acknowledged."""

    row = 0

    def enqueue(self, task: str) -> int:
        self.row = int(super().enqueue(task))
        return self.row


@dataclass
class Heart:
    """What the supervisor knows of one cluster. `silence` counts seconds in which somebody was free to answer."""

    beat: Beat
    row: int = 0
    waited: float = 0.0
    silence: float = 0.0
    last_task: float = 0.0
    lived: bool = False


def ring(heart: Heart) -> None:
    """Ask for one beat."""
    broker = _Noting(list_key=Conf.CLUSTER_NAME)
    with transaction.atomic():
        Beat.objects.filter(pk=heart.beat.pk).update(rung_at=Now())
        async_task("shares.jobs.entry.beat", heart.beat.pk, broker=broker)
    heart.row, heart.waited = broker.row, 0.0


def answer(beat_id: int) -> None:
    """What the task does in the end: say that it was done, and by which worker."""
    Beat.objects.filter(pk=beat_id).update(answered_at=Now(), answered_by=pulse.worker())


def listen(heart: Heart, folder: Path, elapsed: float) -> bool:
    """Take one look, `elapsed` seconds after the last, ring when it is time, and say whether the cluster lives.

    A beat that was executed here and is not acknowledged means that the acknowledging process is gone, whatever else
    goes on: every task would be run again and again. A beat that was not executed may sit in another worker's
    memory, so then any task that began here counts as life.
    """
    heart.waited += elapsed
    if pulse.busy(folder, longest_task()) < settings.FIRN_WORKERS:
        heart.silence += elapsed
    answered_here = Beat.objects.filter(
        pk=heart.beat.pk, answered_at__gte=F("rung_at"), answered_by=heart.beat.worker
    ).exists()
    waiting = bool(heart.row) and OrmQ.objects.filter(pk=heart.row).exists()
    began = pulse.last(folder)
    if (answered_here and not waiting) or (began > heart.last_task and not (answered_here and waiting)):
        heart.silence = 0.0
    heart.lived = heart.lived or began > 0
    heart.last_task = began
    if heart.waited >= EVERY and not (waiting and heart.waited < AGAIN):
        ring(heart)
    return heart.silence < _limit(heart)


def _limit(heart: Heart) -> float:
    if not heart.lived:
        return STARTING
    others = Beat.objects.exclude(pk=heart.beat.pk).filter(rung_at__gte=Now() - timedelta(seconds=AMONG_OTHERS))
    return AMONG_OTHERS if others.exists() else ALONE
