"""Two accounts hammered by eight threads: no row lost or mixed, nothing foreign in sight, also after `kill -9`.

About five seconds here; `FIRN_HAMMER_SECONDS=60` for the full run, `FIRN_HAMMER_SEED=n` to do the same again.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

from tests.sandbox.conftest import Client
from tests.sandbox.hammer import Reader, Sharer, Worker
from tests.sandbox.serving import Server, connect

SECONDS = float(os.environ.get("FIRN_HAMMER_SECONDS", "5"))
ACCOUNTS = {"P": "ACME-DATA", "C": "CUST-ONE"}


def crew(port: int, seed: int) -> tuple[list[Worker], list[Client]]:
    """Four threads for each account: two with sessions of their own, two that share one."""
    workers: list[Worker] = []
    clients: list[Client] = []
    for first, prefix, special in ((0, "P", Sharer), (4, "C", Reader)):
        own = [Client(connect(port, ACCOUNTS[prefix])) for _ in range(3)]
        clients += own
        own[2].run(
            f"CREATE DATABASE {prefix}COMMON",
            f"CREATE SCHEMA {prefix}COMMON.S",
            f"CREATE TABLE {prefix}COMMON.S.TOTAL (N INT)",
            f"INSERT INTO {prefix}COMMON.S.TOTAL VALUES (0)",
        )
        for n, (kind, client) in enumerate([(special, own[0]), (special, own[1]), (Worker, own[2]), (Worker, own[2])]):
            workers.append(kind(prefix, first + n, client, seed, n < 2))
    return workers, clients


def together(workers: list[Worker], seconds: float) -> None:
    """Lets them loose; the first failure stops all of them and is the test's."""
    stop, failures = threading.Event(), []
    deadline = time.monotonic() + seconds

    def guarded(worker: Worker) -> None:
        try:
            worker.run_until(deadline, stop)
        except BaseException as error:
            stop.set()
            failures.append(AssertionError(f"{worker.home}: {error}").with_traceback(error.__traceback__))

    threads = [threading.Thread(target=guarded, args=(w,)) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 90)
    if failures:
        raise failures[0]
    assert not any(thread.is_alive() for thread in threads)


def verify(workers: list[Worker], port: int) -> None:
    """Everything is as the models say, seen through new sessions."""
    fresh = {prefix: Client(connect(port, account)) for prefix, account in ACCOUNTS.items()}
    for worker in workers:
        worker.client = fresh[worker.prefix]
        worker.describe()
        worker.look_at_view()
        worker.strangers()
        for name, rows in worker.tables.items():
            assert fresh[worker.prefix].rows(f"SELECT N, WHAT FROM {worker.place(name)} ORDER BY N") == sorted(
                rows.items()
            )
        if isinstance(worker, Reader):
            worker.remount()
            assert worker.client.rows(f"SELECT N FROM {worker.mount}.S.V ORDER BY N") == [(1,), (2,)]
    for prefix, client in fresh.items():
        counted = sum(w.added for w in workers if w.prefix == prefix)
        assert client.one(f"SELECT N FROM {prefix}COMMON.S.TOTAL") == counted
        databases = {row["name"] for row in client.table("SHOW DATABASES")}
        assert {w.home for w in workers if w.prefix == prefix} <= databases
        client.connection.close()


def test_two_accounts_hammered_by_eight_threads(world: Path, tmp_path: Path) -> None:
    seed = int(os.environ.get("FIRN_HAMMER_SEED") or random.randrange(10**6))
    print(f"hammer: FIRN_HAMMER_SEED={seed} FIRN_HAMMER_SECONDS={SECONDS:g}")
    first = Server(world, "--data", str(tmp_path))
    try:
        workers, clients = crew(first.port, seed)
        for worker in workers:
            worker.prepare()
        together(workers, SECONDS)
        for client in clients:
            client.connection.close()
        verify(workers, first.port)
    finally:
        said = first.stop(signal.SIGKILL)
    assert said == ""
    again = Server(world, "--data", str(tmp_path))
    try:
        verify(workers, again.port)
    finally:
        said = again.stop()
    assert said == ""
    done = sum((w.done for w in workers), start=type(workers[0].done)())
    seen = sum(w.seen for w in workers if isinstance(w, Reader))
    print(f"hammer: {done.total()} actions, {seen} reads of a share; {dict(sorted(done.items()))}")
    assert seen > 0
