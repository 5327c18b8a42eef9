"""`manage.py worker`: carries out jobs until it is told to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Carries out jobs: provisions, checks and repairs shares, sends mail. Runs until SIGTERM or SIGINT, "
        "finishes what it is doing, and may run on several machines when the database is PostgreSQL."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        from shares.jobs.worker import supervise

        supervise()
