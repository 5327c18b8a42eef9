"""Ring the bell. A ring carries one id and may be lost or doubled: the rows are the truth."""

from __future__ import annotations

from django_q.tasks import async_task

# What a worker that takes many rings needs to hear once only: whoever hears it works on everything that is due.
RECONCILE = "shares.jobs.entry.reconcile"


def ring(share_id: int, trigger: str) -> None:
    """Have `share_id` reconciled soon. In the caller's transaction: a rollback takes the ring back."""
    async_task(RECONCILE, share_id, trigger)


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
