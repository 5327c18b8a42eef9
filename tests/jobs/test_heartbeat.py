"""The verdict on a worker: which silence means that it is ill, and which that it is busy or not the only one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from shares.jobs import heartbeat, pulse
from shares.jobs.heartbeat import ALONE, AMONG_OTHERS, STARTING, Heart
from shares.models import Beat
from shares.services import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def heart(settings: Settings) -> Heart:
    """A cluster that has lived, with nothing asked of it."""
    settings.FIRN_WORKERS = 1
    return Heart(Beat.objects.create(worker="here"), lived=True)


def executed(heart: Heart, by: str = "here") -> None:
    Beat.objects.filter(pk=heart.beat.pk).update(answered_at=timezone.now() + timedelta(seconds=1), answered_by=by)


def acknowledged() -> None:
    OrmQ.objects.all().delete()


def silent(heart: Heart, folder: Path, seconds: float) -> bool:
    """Whether it is still taken for alive after a silence."""
    return heartbeat.listen(heart, folder, seconds)


def test_a_beat_that_is_executed_and_acknowledged_is_life(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    assert silent(heart, tmp_path, ALONE - 1)
    executed(heart)
    acknowledged()
    assert silent(heart, tmp_path, 2)
    assert heart.silence == 0


def test_a_beat_that_nobody_executes_is_death(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    assert not silent(heart, tmp_path, ALONE)


def test_a_beat_that_is_executed_but_never_acknowledged_is_death(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    executed(heart)
    (tmp_path / "last").touch()
    assert not silent(heart, tmp_path, ALONE)


def test_the_beat_is_rung_every_two_seconds_and_not_faster(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    executed(heart)
    acknowledged()
    silent(heart, tmp_path, 1)
    assert OrmQ.objects.count() == 0
    silent(heart, tmp_path, 1)
    assert OrmQ.objects.count() == 1


def test_a_lost_beat_is_rung_again_before_the_verdict(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    silent(heart, tmp_path, 4)
    assert OrmQ.objects.count() == 1
    silent(heart, tmp_path, 1)
    assert OrmQ.objects.count() == 2


def test_a_cluster_that_starts_is_given_time(settings: Settings, tmp_path: Path, heart: Heart) -> None:
    heart.lived = False
    assert silent(heart, tmp_path, STARTING - 1)
    assert not silent(heart, tmp_path, 1)


def test_while_everybody_is_busy_nobody_is_dead(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    (tmp_path / str(os.getpid())).touch()
    assert silent(heart, tmp_path, 100)
    assert heart.silence == 0


def test_a_task_that_hangs_longer_than_any_may_is_not_busy(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    file = tmp_path / str(os.getpid())
    file.touch()
    long_ago = time.time() - heartbeat.longest_task() - 1
    os.utime(file, (long_ago, long_ago))
    assert not silent(heart, tmp_path, ALONE)


def test_a_killed_process_is_not_busy(heart: Heart, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    (tmp_path / str(gone.pid)).touch()
    assert pulse.busy(tmp_path, 60) == 0


def test_among_others_who_may_take_its_beats_it_is_given_longer(heart: Heart, tmp_path: Path) -> None:
    Beat.objects.create(worker="there", rung_at=timezone.now())
    heartbeat.ring(heart)
    assert silent(heart, tmp_path, AMONG_OTHERS - 1)
    assert not silent(heart, tmp_path, 1)


def test_a_beat_in_anothers_memory_is_no_sickness_of_ours(heart: Heart, tmp_path: Path) -> None:
    heartbeat.ring(heart)
    silent(heart, tmp_path, ALONE - 1)
    (tmp_path / "last").touch()
    assert silent(heart, tmp_path, 1)
    assert heart.silence == 0


def test_health_knows_the_last_beat(heart: Heart) -> None:
    assert not health.worker_ok()
    Beat.objects.update(answered_at=timezone.now())
    assert health.worker_ok()
    assert health.last_beat() is not None
    Beat.objects.update(answered_at=timezone.now() - timedelta(seconds=61))
    assert not health.worker_ok()
