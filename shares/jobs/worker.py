"""Runs qcluster and keeps it running: django-q2 does not survive the death of its own processes, so somebody must."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from shares.jobs import heartbeat, pulse
from shares.models import Beat

logger = logging.getLogger(__name__)

TICK = 0.5
# Seconds before the first, second … restart in a row; a cluster that lived this long starts from the front again.
PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
LONG_LIFE = 60.0
# A cluster that is told to stop and has nothing to do is not waited for longer than this.
STOP_IDLE = 10.0
LINUX_PARENT_DEATH_SIGNAL = 1


@dataclass
class Stop:
    """Set by a signal: once, finish what runs and end; twice, end now."""

    asked: int = 0

    def ask(self, *_: object) -> None:
        self.asked += 1


@dataclass
class Cluster:
    """One running qcluster; its process group is its own, so that it can be ended as a whole."""

    process: subprocess.Popen[bytes]
    heart: heartbeat.Heart
    born: float = field(default_factory=time.monotonic)


def supervise() -> None:
    """Until SIGTERM or SIGINT. Returns when the running tasks are done."""
    stop = Stop()
    signal.signal(signal.SIGTERM, stop.ask)
    signal.signal(signal.SIGINT, stop.ask)
    # The heartbeat's own task would fill the log.
    logging.getLogger("django-q").setLevel(logging.WARNING)
    if not _wait_for_database(stop):
        return
    name = f"{socket.gethostname()[:60]}:{os.getpid()}"
    Beat.objects.filter(worker=name).delete()
    beat = Beat.objects.create(worker=name)
    with tempfile.TemporaryDirectory(prefix="firn-worker-") as folder:
        cluster = _run(beat, Path(folder), stop)
        _finish(cluster, Path(folder), stop)
    Beat.objects.filter(pk=beat.pk).delete()


def _wait_for_database(stop: Stop) -> bool:
    """qcluster would hang for ever on a database that is not there yet. False when told to stop meanwhile."""
    told = 0.0
    while not stop.asked:
        try:
            Beat.objects.exists()
        except DatabaseError as error:
            connection.close()
            if time.monotonic() - told > 10:
                told = time.monotonic()
                logger.warning("the database is not ready, waiting: %s", str(error).strip())
            time.sleep(TICK)
        else:
            return True
    return False


def _run(beat: Beat, folder: Path, stop: Stop) -> Cluster:
    """Watch one cluster after another; the last one when told to stop."""
    cluster = start(beat, folder)
    failures = 0
    before = time.monotonic()
    while not stop.asked:
        time.sleep(TICK)
        now = time.monotonic()
        why = _trouble(cluster, folder, now - before)
        before = now
        if why:
            failures = 1 if now - cluster.born > LONG_LIFE else failures + 1
            pause = PAUSES[min(failures, len(PAUSES)) - 1]
            logger.error("%s: ending it, a new one starts in %.0f s", why, pause)
            end(cluster)
            _rest(pause, stop)
            pulse.clear(folder)
            cluster = start(beat, folder)
            before = time.monotonic()
    return cluster


def _trouble(cluster: Cluster, folder: Path, elapsed: float) -> str:
    """Why the cluster must be replaced, "" when it is well."""
    if _is_gone(cluster):
        return "qcluster is gone"
    try:
        lives = heartbeat.listen(cluster.heart, folder, elapsed)
    except DatabaseError as error:
        logger.warning("no heartbeat while the database does not answer: %s", str(error).strip())
        connection.close()
        # A server that is away is its own illness, and a restart would help nobody. A SQLite file that stays locked is
        # held by one of ours that hangs.
        lives = connection.vendor != "sqlite" or cluster.heart.silence < heartbeat.STARTING
    return "" if lives else f"qcluster has not answered for {cluster.heart.silence:.0f} s"


def start(beat: Beat, folder: Path) -> Cluster:
    """A new qcluster in a process group of its own, which a Ctrl-C at the terminal does not reach."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster", "--skip-checks"],
        env={**os.environ, pulse.DIRECTORY: str(folder), pulse.WORKER: beat.worker},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=_stop_with_parent,
    )
    logger.info("qcluster started, process %d", process.pid)
    return Cluster(process, heartbeat.Heart(beat))


def _stop_with_parent() -> None:
    """When the supervisor is killed, its qcluster finishes what it does and ends, instead of living on unwatched."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(LINUX_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _is_gone(cluster: Cluster) -> bool:
    """Whether the parent process ended. It is not collected here: until then nobody else gets its group's number."""
    if cluster.process.returncode is not None:
        return True
    return os.waitid(os.P_PID, cluster.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end(cluster: Cluster) -> None:
    """Kill the whole group. The leases of what ran in it lapse by themselves: a statement may still be on its way."""
    try:
        os.killpg(cluster.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        logger.debug("the process group was empty already")
    cluster.process.wait()


def _rest(seconds: float, stop: Stop) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stop.asked:
        time.sleep(TICK)


def _finish(cluster: Cluster, folder: Path, stop: Stop) -> None:
    """Tell the parent only: a TERM to its workers would cut their tasks off and leave the parent waiting for ever."""
    logger.info("stopping: waiting for the running tasks; a second signal ends them")
    if not _is_gone(cluster):
        cluster.process.send_signal(signal.SIGTERM)
    idle = 0.0
    while not _is_gone(cluster) and stop.asked < 2 and idle < STOP_IDLE:
        time.sleep(TICK / 5)
        idle = 0.0 if pulse.busy(folder, heartbeat.longest_task()) else idle + TICK / 5
    end(cluster)
    logger.info("stopped")
