"""The bell: rings for which there is nothing to do, against celery with Redis; and many approvals on PostgreSQL.

Rings for shares are heard several at once: each asks our tables what is due, and one answer is good for all that came
before it. Tasks of another kind are carried out one by one, as celery's: each looks for a row that is not there,
celery's leaves a byte in a file. Two processes carry out either. Then approvals, with one, two and four workers; and
one share of another customer in the middle of a customer's many.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from bench import peers, stores
from bench.measure import Plan, Wrong, cpu_of_all
from bench.portal_world import World, is_change
from bench.serving import HERE
from bench.telling import Firn, telling

Line = dict[str, object]
RINGS, APPROVALS = 2000, 1000
QUICK_RINGS, QUICK_APPROVALS = 1000, 16
_KINDS = {"share": "rings", "reading": "tasks"}
WORKERS = (1, 2, 4)
LATENCY = 200
# Of the approvals' workers: small enough that Snowflake's latency, not two cores, is what they wait for.
AT_ONCE = 2


def measurements(plan: Plan) -> Iterator[Line]:
    with stores.postgres() as url:
        yield from _rings(url, QUICK_RINGS if plan.quick else RINGS)
        if url is None:
            yield {"what": "approvals on PostgreSQL", "skipped": "PostgreSQL is not installed"}
            return
        yield from _approvals(url, QUICK_APPROVALS if plan.quick else APPROVALS)


# --- rings for nothing
def _rings(url: str | None, rings: int) -> Iterator[Line]:
    found: dict[str, float] = {}
    for name, database in (("SQLite", ""), ("PostgreSQL", url)):
        if database is None:
            yield {"what": f"{rings} rings, Firn on {name}", "skipped": "PostgreSQL is not installed"}
            continue
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            world = World(Path(folder), 1, database or None)
            world.environment["FIRN_WORKERS"] = "2"
            with telling(world.environment) as firn:
                firn.tell("rows", 1)
                for kind, words in _KINDS.items():
                    found[f"{words}, {name}"], line = _ring(world, firn, kind, rings)
                    yield {"what": f"{rings} {words}, Firn on {name}", **line}
    celery = _celery(rings)
    if isinstance(celery, str):
        yield {"what": f"{rings} tasks, celery with Redis", "skipped": celery}
        return
    ratios = {f"{name} to it": round(rate / celery["a second"], 2) for name, rate in found.items()}
    yield {"what": f"{rings} tasks, celery with Redis", **celery, **ratios}


def _ring(world: World, firn: Firn, kind: str, rings: int) -> tuple[float, dict[str, Any]]:
    put = firn.tell("ring", rings, kind)["seconds"]
    with world.worker() as pid:
        firn.tell("warm", 60)
        used = cpu_of_all(pid)
        seconds = firn.tell("rung", rings, 120)["seconds"]
        used = cpu_of_all(pid) - used
    if world.locked():
        raise Wrong(f"{world.locked()} times the database was locked")
    line = {**_rates(rings, seconds, used, put), "locked": 0}
    return rings / seconds, line


def _rates(rings: int, seconds: float, used: float, put: float) -> dict[str, float]:
    """`CPU ms each` is of the workers' processes, without their start."""
    cpu = round(1000 * used / rings, 2)
    return {"a second": round(rings / seconds), "put a second": round(rings / put), "CPU ms each": cpu}


def _celery(rings: int) -> dict[str, float] | str:
    if peers.missing("celery"):
        return "its environment could not be made"
    python = HERE / ".venv-celery/bin/python"
    with stores.redis() as broker, tempfile.NamedTemporaryFile() as done:
        if broker is None:
            return "redis-server is not installed"
        environment = {**os.environ, "BENCH_BROKER": broker, "BENCH_DONE": done.name}
        put = _timed(lambda: _run([python, "-m", "bench.peer_celery", rings], environment))
        command = [python, "-m", "celery", "-A", "bench.peer_celery", "worker", "-c", "2", "-l", "ERROR"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        worker = subprocess.Popen([*map(str, command), *quiet], cwd=HERE, env=environment, stdout=subprocess.DEVNULL)
        try:
            seconds, used = _watch(Path(done.name), worker.pid, rings)
        finally:
            worker.terminate()
            worker.wait(30)
    return _rates(rings, seconds, used, put)


def _run(command: list[object], environment: dict[str, str]) -> None:
    subprocess.run([*map(str, command)], cwd=HERE, env=environment, check=True)


def _timed(work: Callable[[], None]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _watch(done: Path, pid: int, rings: int) -> tuple[float, float]:
    """Seconds from the first task to the last, and of the workers' CPU meanwhile."""
    until = time.monotonic() + 120
    first = before = 0.0
    while time.monotonic() < until:
        size = done.stat().st_size
        if size and not first:
            first, before = time.perf_counter(), cpu_of_all(pid)
        if size >= rings:
            return time.perf_counter() - first, cpu_of_all(pid) - before
        time.sleep(0.005)
    raise Wrong(f"celery carried out {done.stat().st_size} of {rings} tasks")


# --- approvals
def _approvals(url: str, count: int) -> Iterator[Line]:
    alone = 0.0
    for workers in WORKERS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            world = World(Path(folder), count + workers, url)
            world.environment.update(FIRN_WORKERS="2", FIRN_SHARES_AT_ONCE=str(AT_ONCE if count < APPROVALS else 8))
            world.serve(LATENCY)
            with closing(world):
                seconds = _approve(world, count, workers)
                alone = alone or seconds
                line = {"seconds": round(seconds, 2), "times one": round(alone / seconds, 2), "doubled": 0}
                yield {"what": f"{count} approvals, {LATENCY} ms, {workers} workers", **line}
                if workers == 1:
                    yield _fair(world, count)


def _approve(world: World, count: int, workers: int) -> float:
    with telling(world.environment) as firn, ExitStack() as stack:
        firn.tell("rows", count)
        firn.tell("approve", 0, count)
        since, before = world.now(), time.perf_counter()
        for _ in range(workers):
            stack.enter_context(world.worker())
        firn.tell("wait", count, 60 + 10 * count)
        seconds = time.perf_counter() - before
        # Wrong when a changing statement was sent twice.
        if not any(is_change(sql) for sql in world.firn(since)):
            raise Wrong("nothing was changed")
    return seconds


def _fair(world: World, count: int) -> Line:
    """All shares but one become one customer's, and all are rung for; then the other's one. How many runs of the many
    begin between its ring and its run."""
    with telling(world.environment) as firn, world.worker():
        overtaken = firn.tell("fair", count, 120)["overtaken"]
    if overtaken > 2:
        raise Wrong(f"another's one waited for {overtaken} runs of the many")
    return {"what": f"one among {count - 1} of another customer", "runs begun before it": overtaken}
