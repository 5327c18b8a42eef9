"""What the supervisor sees of its workers without asking the database: a file while one works, one for the last task.

A worker that waits for ever at the queue's lock leaves no file, one that was killed leaves a file of a dead process:
so neither is mistaken for one that is busy with a long statement.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from django_q.signals import post_execute_in_worker, pre_execute

# Set by the supervisor for the processes that it starts.
DIRECTORY = "FIRN_PULSE_DIR"
WORKER = "FIRN_WORKER"

_LAST = "last"


def worker() -> str:
    """The supervised worker that this process belongs to, "" outside one."""
    return os.environ.get(WORKER, "")


def listen() -> None:
    """In a supervised process, leave the files; anywhere else do nothing."""
    if os.environ.get(DIRECTORY):
        pre_execute.connect(_begins, dispatch_uid="firn-pulse")
        post_execute_in_worker.connect(_ends, dispatch_uid="firn-pulse")
        # Three lines for each heartbeat and two for each statement would bury what matters; runs keep a record.
        for name in ("django-q", "snowflake"):
            logging.getLogger(name).setLevel(logging.WARNING)


def _begins(**_: object) -> None:
    folder = Path(os.environ[DIRECTORY])
    (folder / str(os.getpid())).touch()
    (folder / _LAST).touch()


def _ends(**_: object) -> None:
    (Path(os.environ[DIRECTORY]) / str(os.getpid())).unlink(missing_ok=True)


def busy(folder: Path, longest: float) -> int:
    """How many living processes work on a task that began less than `longest` seconds ago."""
    return sum(
        _lives(int(file.name)) and time.time() - _touched(file) < longest
        for file in folder.iterdir()
        if file.name.isdigit()
    )


def last(folder: Path) -> float:
    """When the last task began, as a Unix time; 0.0 when none did."""
    return _touched(folder / _LAST)


def clear(folder: Path) -> None:
    """Forget the processes of a cluster that is gone."""
    for file in folder.iterdir():
        file.unlink(missing_ok=True)


def _touched(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
