"""Several shares side by side in one worker process: a crew of threads, each with a lease, a session and a database
connection of its own. Bounded by FIRN_SHARES_AT_ONCE; our tables say what there is to do, a ring only gathers the crew.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.models import Q

from shares.jobs import pulse
from shares.services import turns
from shares.services.reconcile import carry_out, worker_name

logger = logging.getLogger(__name__)

# Seconds in which a crew takes new shares. Then it finishes what it has, and whatever else waits in the queue goes on.
TAKING = 20.0
# Between two looks for more to do while somebody works.
LOOK_AGAIN = 0.2


def work() -> bool:
    """Work on whatever is due, until nothing is or TAKING is over. Whether something is left for the next ring."""
    if not turns.waiting(turns.due(), 1):
        return False
    with _lane() as mine:
        if not mine:
            return False
        until = time.monotonic() + TAKING
        while time.monotonic() < until and _one(turns.suspects()):
            pass
        hands = _gather(until)
    for hand in hands:
        hand.join()
    return turns.waiting(turns.due(), 1) > 0


def _gather(until: float) -> list[threading.Thread]:
    """As many hands as there are shares for them, while more may come; those that still work when it is over."""
    hands: list[threading.Thread] = []
    while time.monotonic() < until:
        hands = [hand for hand in hands if hand.is_alive()]
        free = settings.FIRN_SHARES_AT_ONCE - len(hands)
        more = turns.waiting(turns.ordinary(), free) if free else 0
        if not hands and not more:
            break
        for _ in range(more):
            hand = threading.Thread(target=_hand, args=(until,), name="share")
            hand.start()
            hands.append(hand)
        time.sleep(LOOK_AGAIN)
    return hands


def _hand(until: float) -> None:
    """One share after another; the thread's own database connection goes with it."""
    try:
        while time.monotonic() < until and _one(turns.ordinary()):
            pass
    except Exception:
        # Its lease lapses and the share is taken again. The others go on.
        logger.exception("a share was left in the middle")
    finally:
        connections.close_all()


def _one(wanted: Q) -> bool:
    """Whether there was one."""
    taken = turns.take(worker_name(), wanted)
    if taken is None:
        return False
    carry_out(*taken)
    return True


@contextmanager
def _lane() -> Iterator[bool]:
    """Leave to take shares. Of several processes of one worker all but one may have it at once: mails, checks and the
    heartbeat go through the last. The kernel takes it from whoever dies."""
    folder = os.environ.get(pulse.DIRECTORY)
    if not folder:
        yield True
        return
    for number in range(max(1, settings.FIRN_WORKERS - 1)):
        with (Path(folder) / f"lane-{number}").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield True
            return
    yield False
