"""Whether jobs are being carried out, for the health page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max
from django.db.models.functions import Now

from shares.models import Beat

# Beats come every few seconds; a restart of a hung worker takes less than this.
FRESH = timedelta(seconds=60)


def worker_ok() -> bool:
    """Whether some worker answered a beat lately, on the database's clock."""
    return Beat.objects.filter(answered_at__gte=Now() - FRESH).exists()


def last_beat() -> datetime | None:
    """When a worker last answered, None when none runs (a worker that is stopped takes its row with it)."""
    newest: datetime | None = Beat.objects.aggregate(newest=Max("answered_at"))["newest"]
    return newest
