"""A large world of the sandbox: many shares of five secure views each, built by SQL, then looked at page by page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Wrong, cpu, resident
from bench.serving import CONSUMERS, HERE, Raw, Served, served

VIEWS = 5
PAGE = 10_000
_SESSIONS = 4
Line = dict[str, object]


def measurements(shares: int, world: Path, data: Path) -> Iterator[Line]:
    """Building, pages, memory, and the start with all of it."""
    with served(HERE, world, data) as server:
        began, used = time.perf_counter(), cpu(server.pid)
        _build(server, shares)
        seconds = time.perf_counter() - began
        yield {
            "what": f"build {shares} shares of {VIEWS} views",
            "seconds": round(seconds, 1),
            "statements_per_second": round(shares * (5 + 2 * VIEWS) / seconds),
            "server_cpu_ms": round((cpu(server.pid) - used) * 1000 / shares / (5 + 2 * VIEWS), 2),
        }
        yield {"what": f"memory with {shares} shares", "mib": resident(server.pid)}
        yield from _pages(server, shares)
        server.stop()
    with served(HERE, world, data) as server:
        yield {
            "what": f"start with {shares} shares",
            "seconds": round(server.started, 2),
            "server_cpu_ms": round(cpu(server.pid) * 1000),
            "mib": resident(server.pid),
        }


def _statements(n: int) -> list[str]:
    views = [
        f"CREATE SECURE VIEW BIG.S{n}.V{v} AS SELECT ID FROM BIG.RAW.T WHERE TENANT = 't{n}'" for v in range(VIEWS)
    ]
    return [
        f"CREATE SCHEMA BIG.S{n}",
        *views,
        f"CREATE SHARE B{n}",
        f"GRANT USAGE ON DATABASE BIG TO SHARE B{n}",
        f"GRANT USAGE ON SCHEMA BIG.S{n} TO SHARE B{n}",
        *[f"GRANT SELECT ON VIEW BIG.S{n}.V{v} TO SHARE B{n}" for v in range(VIEWS)],
        f"ALTER SHARE B{n} ADD ACCOUNTS = CUST.C{n % CONSUMERS}",
    ]


def _build(server: Served, shares: int) -> None:
    """Each session sends the statements of one share in one request."""
    first = Raw(server.port)
    for sql in ("CREATE DATABASE BIG", "CREATE SCHEMA BIG.RAW", "CREATE TABLE BIG.RAW.T (ID INT, TENANT VARCHAR)"):
        first.run(sql)
    first.close()
    wrong: list[str] = []

    def work(worker: int) -> None:
        client = Raw(server.port)
        try:
            for n in range(worker, shares, _SESSIONS):
                client.run_all(_statements(n))
            client.close()
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=work, args=(w,)) for w in range(_SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise Wrong("; ".join(wrong))


def _pages(server: Served, shares: int) -> Iterator[Line]:
    """Wall seconds as the client sees them, the rows read to their end, and the server's CPU."""
    client = Raw(server.port)
    views = shares * VIEWS
    for sql, rows in (
        (f"SHOW SHARES STARTS WITH 'B' LIMIT {PAGE}", min(shares, PAGE)),
        (f"SHOW SHARES LIMIT {PAGE} FROM 'B5'", sum(f"B{n}" > "B5" for n in range(shares))),
        ("SHOW SHARES LIKE 'B7'", 1),
        (f"SHOW VIEWS IN DATABASE BIG LIMIT {PAGE}", min(views, PAGE)),
        (f"SHOW VIEWS IN ACCOUNT LIMIT {PAGE} FROM 'V1'", min(shares * (VIEWS - 2), PAGE)),
        ("SHOW VIEWS IN SCHEMA BIG.S7", VIEWS),
        (f"SHOW SCHEMAS IN DATABASE BIG LIMIT {PAGE}", min(shares + 3, PAGE)),
        ("SHOW GRANTS TO SHARE B7", 2 + VIEWS),
    ):
        began, used = time.perf_counter(), cpu(server.pid)
        found = client.count(sql)
        if found != rows:
            raise Wrong(f"{sql}: {found} rows instead of {rows}")
        yield {
            "what": sql,
            "rows": found,
            "seconds": round(time.perf_counter() - began, 2),
            "server_cpu_ms": round((cpu(server.pid) - used) * 1000),
        }
    client.close()
