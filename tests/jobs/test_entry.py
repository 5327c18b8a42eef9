"""What django-q2 calls: nothing is raised, and nothing that forks has the connector in it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shares.jobs import entry, sweep
from shares.models import Beat
from tests.snowflake.world import ROOT

FORKS = """
import sys
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
import shares.jobs.entry, shares.jobs.heartbeat, shares.jobs.sweep, shares.jobs.worker
import shares.management.commands.worker, shares.services.reconcile, shares.services.readings
import django_q.cluster, django_q.management.commands.qcluster
from django.core.management import call_command
call_command("check")
found = [name for name in sys.modules if name.startswith("snowflake")]
sys.exit(f"imported: {found}" if found else 0)
"""


def test_no_process_that_forks_imports_the_connector() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKS],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PUBLIC_BASE_URL": "https://firn.test"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_a_beat_is_answered_although_the_sweep_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a row that nobody can read")

    monkeypatch.setattr(sweep, "sweep", broken)
    beat = Beat.objects.create(worker="here")
    entry.beat(beat.pk)
    beat.refresh_from_db()
    assert beat.answered_at is not None
