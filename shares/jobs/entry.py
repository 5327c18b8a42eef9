"""What django-q2 calls. Arguments are ids; nothing is raised, because retries are ours."""

from __future__ import annotations

import logging

logger = logging.getLogger(__name__)


def reconcile(share_id: int, trigger: str) -> None:
    """Reconcile whatever is due, this share among it unless that was done already; what is left is rung for again,
    behind whatever else waits in the queue."""
    from shares.jobs import crew
    from shares.jobs.queue import ring

    if crew.work():
        ring(share_id, trigger)


def check(account_id: int) -> str:
    """Check all shares of one provider account; how it went."""
    from shares.services.watch import check as work

    return work(account_id)


def look_inbound(handshake_id: int) -> str:
    """Look for the share of their own by which a customer proves an account; what was found."""
    from shares.services.inbound import look as work

    return work(handshake_id)


def look(look_id: int) -> str:
    """Carry out a dry run of one share; how it went."""
    from shares.services.looking import work

    return work(look_id)


def bulk(bulk_id: int) -> str:
    """Carry an operation on many shares on; how far it came."""
    from shares.services.bulks import work

    return work(bulk_id)


def lake_import(import_id: int) -> str:
    """Carry an import from the lake on; how far it came."""
    from shares.services.importing import work

    return work(import_id)


def measure(reading_id: int) -> None:
    """Measure one reading of the catalog."""
    from shares.services.readings import measure as work

    work(reading_id)


def beat(beat_id: int) -> None:
    """The worker's heartbeat: proves that the whole path runs, and sweeps what is due."""
    from shares.jobs.heartbeat import answer
    from shares.jobs.sweep import sweep

    try:
        sweep()
    except Exception:
        # One broken row must not look like a dead worker: the worker is alive, and the log says what is wrong.
        logger.exception("the sweep failed")
    answer(beat_id)
