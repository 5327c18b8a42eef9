"""Wake the worker for a share because a person decided something."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F
from django.db.models.functions import Coalesce, Least, Now

from shares.jobs.queue import ring
from shares.models import Share

# A ring that was lost is repeated by the sweeper after this.
PATIENCE = timedelta(seconds=20)


def wake(share_id: int, trigger: str) -> None:
    """Ring, and note that somebody waits: the row, not the ring, makes sure that it is done.

    A person's decision also ends a quarantine: what killed five runs may be what they just changed.
    """
    soon = ExpressionWrapper(Now() + PATIENCE, output_field=DateTimeField())
    Share.objects.filter(pk=share_id).update(
        next_check_at=Least(Coalesce(F("next_check_at"), soon), soon, output_field=DateTimeField()),
        rung_at=Coalesce(F("rung_at"), Now(), output_field=DateTimeField()),
        rung_for=trigger,
        attempts=0,
    )
    ring(share_id, trigger)
