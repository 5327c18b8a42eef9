"""`manage.py worker` for real: it does what is rung for, and comes back from the death of any of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django_q.models import OrmQ

from shares.models import Beat, Run, Share
from shares.services import health
from shares.services.bell import wake
from tests.snowflake.builders import Scene, let_lease_lapse
from tests.snowflake.processes import environment
from tests.snowflake.reading import mounted, rows_of
from tests.snowflake.world import ROOT, Snowflake

pytestmark = pytest.mark.slow
PATIENCE = 40.0


def until(true: Callable[[], bool], seconds: float = PATIENCE, log: Path | None = None) -> float:
    """Wait for it; how many seconds that took. Fails with the worker's log."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds, log.read_text() if log else "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - started


class Worker:
    """A running `manage.py worker`."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    @property
    def parent(self) -> int:
        """qcluster's parent process."""
        return _children(self.process.pid)[0]

    @property
    def sentinel(self) -> int:
        return _children(self.parent)[0]

    @property
    def others(self) -> list[int]:
        """In the order in which the sentinel starts them: two workers, the monitor, the pusher."""
        return sorted(_children(self.sentinel))

    def said(self, text: str) -> int:
        return self.log.read_text().count(text)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def worker(scene: Scene, snowflake: Snowflake, tmp_path: Path) -> Iterator[Worker]:
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=ROOT,
            env={**environment(snowflake.connections), "FIRN_LOG_LEVEL": "INFO"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(health.worker_ok, log=log)
        yield Worker(process, log)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(40)
        connection.close()


def _tasks() -> set[int]:
    return set(OrmQ.objects.values_list("pk", flat=True))


def is_ready(share: Share) -> bool:
    share.refresh_from_db()
    return share.ready_at is not None


def finishes(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    """A share that is asked for now is built, and its rows are read."""
    share = scene.share()
    wake(share.pk, Run.Trigger.DECISION)
    until(lambda: is_ready(share), log=worker.log)
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    scene.forget(share)


def test_it_provisions_one_share_after_another(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    for _ in range(3):
        finishes(scene, snowflake, worker)


def test_a_lost_ring_is_made_up_for(scene: Scene, worker: Worker) -> None:
    share = scene.share()
    Share.objects.filter(pk=share.pk).update(next_check_at=Now())
    until(lambda: is_ready(share), log=worker.log)


def test_it_recovers_when_the_parent_is_killed(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    parent, others = worker.parent, worker.others
    os.kill(parent, signal.SIGKILL)
    until(lambda: worker.said("qcluster started") == 2)
    finishes(scene, snowflake, worker)
    assert worker.parent != parent
    assert not [pid for pid in others if _runs(pid)]


def test_it_recovers_when_an_idle_worker_is_killed(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    os.kill(worker.others[0], signal.SIGKILL)
    finishes(scene, snowflake, worker)


def test_it_recovers_when_the_monitor_is_killed(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    os.kill(worker.others[2], signal.SIGKILL)
    finishes(scene, snowflake, worker)
    # Tasks are acknowledged again: without that each would be executed for ever.
    before, seen = _tasks(), set[int]()

    def acknowledged() -> bool:
        seen.update(_tasks() - before)
        return bool(seen - _tasks())

    until(acknowledged, log=worker.log)


def test_it_recovers_when_the_pusher_is_killed(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    pusher = worker.others[3]
    os.kill(pusher, signal.SIGKILL)
    finishes(scene, snowflake, worker)
    assert not _runs(pusher)


def test_it_recovers_when_the_sentinel_is_killed(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    sentinel, others = worker.sentinel, worker.others
    os.kill(sentinel, signal.SIGKILL)
    until(lambda: worker.said("qcluster started") == 2, log=worker.log)
    finishes(scene, snowflake, worker)
    # Nobody works beside those who came in the place of what it had started.
    assert not [pid for pid in others if _runs(pid)]


def test_a_share_whose_worker_is_killed_is_finished_by_another(
    scene: Scene, snowflake: Snowflake, worker: Worker
) -> None:
    share = scene.share()
    wake(share.pk, Run.Trigger.DECISION)
    until(lambda: Run.objects.filter(share=share).exists())
    for pid in worker.others[:2]:
        os.kill(pid, signal.SIGKILL)
    let_lease_lapse(share)
    until(lambda: is_ready(share), log=worker.log)
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    assert Run.objects.filter(share=share, outcome=Run.Outcome.DIED).count() <= 1


def test_all_shares_of_a_killed_process_are_finished_by_another(
    scene: Scene, snowflake: Snowflake, worker: Worker
) -> None:
    shares = [scene.share(), scene.share(scene.account("CARRIERDL")), scene.share(scene.account("MALLORY", "LAB"))]
    for share in shares:
        wake(share.pk, Run.Trigger.DECISION)
    until(lambda: Run.objects.filter(outcome=Run.Outcome.RUNNING).count() >= 2, log=worker.log)
    for pid in worker.others[:2]:
        os.kill(pid, signal.SIGKILL)
    for share in shares:
        let_lease_lapse(share)
    until(lambda: all(is_ready(share) for share in shares), log=worker.log)
    with mounted(snowflake.ua, shares[0]) as database:
        assert rows_of(snowflake.ua, database, shares[0]) == {"UA": 3}
    assert [share.name for share in shares if Run.objects.filter(share=share, outcome="died").count() > 1] == []


def test_it_recovers_when_every_process_of_it_hangs(scene: Scene, snowflake: Snowflake, worker: Worker) -> None:
    # Not in the middle of a write: SQLite's lock would stop the test as well.
    with transaction.atomic():
        Beat.objects.update(started_at=Now())
        for pid in worker.others:
            os.kill(pid, signal.SIGSTOP)
    finishes(scene, snowflake, worker)
    assert worker.said("qcluster has not answered for") == 1


def test_it_stops_cleanly_and_leaves_nothing_behind(scene: Scene, worker: Worker) -> None:
    processes = [worker.parent, worker.sentinel, *worker.others]
    worker.process.terminate()
    assert worker.process.wait(20) == 0
    assert not [pid for pid in processes if _runs(pid)]
    assert not Beat.objects.exists()


def test_told_to_stop_it_finishes_the_running_share(scene: Scene, worker: Worker) -> None:
    share = scene.share()
    wake(share.pk, Run.Trigger.DECISION)
    until(lambda: Run.objects.filter(share=share).exists())
    worker.process.terminate()
    assert worker.process.wait(30) == 0
    assert [run.outcome for run in Run.objects.filter(share=share)] == [Run.Outcome.CONVERGED]


def test_when_the_supervisor_is_killed_its_processes_end(scene: Scene, worker: Worker) -> None:
    processes = [worker.parent, worker.sentinel, *worker.others]
    worker.process.kill()
    worker.process.wait()
    until(lambda: not [pid for pid in processes if _runs(pid)])


def _runs(pid: int) -> bool:
    """Whether it is there and no zombie that nobody collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        # The second when it ends between the opening of the file and the reading.
        return False


def test_it_waits_for_a_database_that_is_not_ready(snowflake: Snowflake, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=ROOT,
            env={
                **environment(snowflake.connections),
                "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3",
                "FIRN_LOG_LEVEL": "INFO",
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "the database is not ready" in log.read_text(), 20, log)
    finally:
        process.terminate()
    assert process.wait(20) == 0
