"""What a worker takes from the queue: a part of what waits, one ring for several, and nothing that others hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from shares.jobs import queue
from shares.jobs.broker import COUNTED, PART, Bell
from shares.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def bell() -> Bell:
    return Bell(list_key="firn")


def ring(count: int) -> None:
    for number in range(count):
        queue.ring(number, Run.Trigger.CHECK)


def taken(bell: Bell) -> list[tuple[str, bool]]:
    """What is handed out: the function's name, and whether its row is still to be acknowledged."""
    return [(SignedPackage.loads(payload)["func"].rpartition(".")[2], bool(pk)) for pk, payload in bell.dequeue() or []]


def test_one_ring_stands_for_those_that_are_taken_with_it_and_they_are_gone(bell: Bell) -> None:
    ring(COUNTED)
    assert taken(bell) == [("reconcile", False)]
    assert OrmQ.objects.count() == COUNTED - 1 - COUNTED // PART


def test_of_few_rings_one_is_taken_at_a_time_so_that_other_workers_hear_the_next(bell: Bell) -> None:
    ring(3)
    assert [taken(bell), taken(bell), taken(bell)] == [[("reconcile", False)]] * 3
    assert not OrmQ.objects.exists()


def test_a_ring_is_heard_before_what_came_earlier_and_tasks_get_their_turn(bell: Bell) -> None:
    for number in range(COUNTED):
        queue.ring_reading(number)
    ring(2)
    part = [("measure", True)] * (1 + COUNTED // PART)
    assert taken(bell) == [("reconcile", False), *part]
    assert taken(bell)[:2] == [("reconcile", False), ("measure", True)]
    assert taken(bell)[0] == ("measure", True)


def test_a_ring_from_before_the_update_is_carried_out_like_any_task(bell: Bell) -> None:
    async_task(queue.RECONCILE, 7, Run.Trigger.CHECK)
    assert taken(bell) == [("reconcile", True)]


def test_another_task_stays_until_it_is_acknowledged_and_nobody_takes_it_twice(bell: Bell) -> None:
    queue.ring_reading(7)
    before = timezone.now()
    (pk, _), *more = bell.dequeue() or []
    assert more == []
    assert OrmQ.objects.get().pk == pk
    assert OrmQ.objects.get().lock - before > timedelta(minutes=10)
    assert bell.dequeue() is None
    bell.acknowledge(pk)
    assert not OrmQ.objects.exists()


def test_every_other_task_is_handed_out_in_the_order_in_which_it_came(bell: Bell) -> None:
    for number in range(COUNTED):
        (queue.ring_reading if number % 2 else queue.ring_look)(number)
    first = 1 + COUNTED // PART
    names = ["measure" if number % 2 else "look" for number in range(first)]
    assert taken(bell) == [(name, True) for name in names]


def test_the_queue_of_another_cluster_is_left_alone(bell: Bell) -> None:
    async_task("shares.jobs.entry.look", 1, broker=Bell(list_key="other"))
    assert bell.dequeue() is None


def test_what_nobody_can_read_is_handed_on_to_be_thrown_away(bell: Bell) -> None:
    OrmQ.objects.create(key="firn", payload="", lock=timezone.now() - timedelta(seconds=1))
    assert [payload for _, payload in bell.dequeue() or []] == [""]
