"""Many connections at once: processes that send one kind of statement and count what came back."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.measure import Wrong
from bench.serving import PASSWORD, Raw

# Each process has this many connections at most, so that one interpreter is never the narrow place.
_PER_PROCESS = 4


@dataclass(frozen=True)
class Kind:
    """A statement to repeat: `{w}` is the connection's number, `{n}` a number never used before on it.

    `expect` is the first row that must come back, where it is known.
    """

    name: str
    sql: str
    expect: tuple[str, ...] | None = None


class Driver:
    """The connector that is installed here, with the same two words as Raw."""

    def __init__(self, port: int) -> None:
        os.environ["SNOWFLAKE_DISABLE_PLATFORM_DETECTION"] = "true"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import snowflake.connector

            self._connection = snowflake.connector.connect(
                account="BENCH-DATA", user="ADMIN", password=PASSWORD, host="127.0.0.1", port=port, protocol="http"
            )

    def run(self, sql: str) -> list[list[Any]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return [[None if v is None else str(v) for v in row] for row in cursor.fetchall()]

    def close(self) -> None:
        self._connection.close()


def _one(make: Callable[[int], Any], port: int, kind: Kind, worker: int, first: int, seconds: float) -> int:
    client = make(port)
    done, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        rows = client.run(kind.sql.format(w=worker, n=first + done))
        if kind.expect is not None and (not rows or tuple(rows[0]) != kind.expect):
            raise Wrong(f"{kind.name}: {rows[:1]} instead of {kind.expect}")
        done += 1
    client.close()
    return done


def _process(job: tuple[str, int, Kind, list[int], int, float]) -> tuple[int, float, str]:
    """Runs some connections in threads; returns statements done, CPU seconds of this process, what was wrong."""
    client, port, kind, workers, first, seconds = job
    make = Driver if client == "connector" else Raw
    done: list[int] = []
    wrong: list[str] = []

    def work(worker: int) -> None:
        try:
            done.append(_one(make, port, kind, worker, first, seconds))
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")

    before = time.process_time()
    threads = [threading.Thread(target=work, args=(w,)) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done), time.process_time() - before, "; ".join(wrong)


def load(client: str, port: int, kind: Kind, connections: int, first: int, seconds: float) -> tuple[int, float]:
    """Statements answered within the time by so many connections together, and the clients' own CPU seconds."""
    groups = [list(range(n, min(n + _PER_PROCESS, connections))) for n in range(0, connections, _PER_PROCESS)]
    jobs = [(client, port, kind, group, first, seconds) for group in groups]
    with multiprocessing.get_context("spawn").Pool(len(jobs)) as pool:
        answers = pool.map(_process, jobs, chunksize=1)
    wrong = [text for _, _, text in answers if text]
    if wrong:
        raise Wrong("; ".join(wrong))
    sys.stderr.flush()
    return sum(done for done, _, _ in answers), sum(used for _, used, _ in answers)
