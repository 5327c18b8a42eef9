"""The sandbox: statements a second, start, a large world, its pages, memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.load import Kind, load
from bench.measure import Plan, cpu, resident
from bench.sandbox_world import measurements as large_world
from bench.serving import HERE, Raw, Served, served, write_world

Line = dict[str, object]
_KINDS = [
    Kind("select 1", "SELECT 1", ("1",)),
    Kind("select constant", "SELECT {n} + {w}"),
    Kind("select from table", "SELECT COUNT(*) FROM BENCH.S.T WHERE TENANT = 't1'", ("50",)),
    Kind("select from secure view", "SELECT COUNT(*) FROM BENCH.S.V", ("50",)),
    Kind("insert", "INSERT INTO BENCH.S.T{w} VALUES ({n}, 't')", ("1",)),
    Kind("create schema", "CREATE SCHEMA BENCH.S{w}_{n}"),
    Kind(
        "create secure view",
        "CREATE OR REPLACE SECURE VIEW BENCH.S.V{w}_{n} AS SELECT ID FROM BENCH.S.T WHERE TENANT = 'c{n}'",
    ),
    Kind("grant to share", "GRANT SELECT ON VIEW BENCH.S.V TO SHARE SH{w}"),
    Kind("alter share comment", "ALTER SHARE SH{w} SET COMMENT = '{n}'"),
    Kind("show shares like", "SHOW SHARES LIKE 'SH{w}'"),
    Kind("show grants to share", "SHOW GRANTS TO SHARE SH{w}"),
    Kind("create and drop table", "CREATE OR REPLACE TABLE BENCH.S.X{w} (A INT)"),
]


def measurements(plan: Plan) -> Iterator[Line]:
    """Every measurement of this checkout and, with `against`, of the older one beside it."""
    for name, code in (("before", plan.against), ("now", HERE)):
        if code is not None:
            yield from _all(plan, name, code.resolve())


def _all(plan: Plan, name: str, code: Path) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        world = write_world(Path(folder))
        with served(code, world, Path(folder) / "data") as server:
            yield {"what": "start, empty world", "code": name, "seconds": round(server.started, 2)}
            _prepare(server)
            yield from _rates(plan, name, server)
            server.stop()
        with served(code, world, Path(folder) / "data") as server:
            yield {"what": "start again", "code": name, "seconds": round(server.started, 2)}
            yield from _sessions(plan, name, server)
        if code == HERE:
            yield from large_world(300 if plan.quick else 10_000, world, Path(folder) / "large")


def _sessions(plan: Plan, name: str, server: Served) -> Iterator[Line]:
    """Memory must not grow with sessions that came and went."""
    count = 200 if plan.quick else 2000
    mib = []
    for _ in range(count):
        client = Raw(server.port)
        client.run("SELECT 1")
        client.close()
        mib.append(resident(server.pid))
    yield {"what": f"{count} sessions, one after another", "code": name, "mib_first": mib[0], "mib_last": mib[-1]}


def _prepare(server: Served) -> None:
    client = Raw(server.port)
    client.run("CREATE DATABASE BENCH")
    client.run("CREATE SCHEMA BENCH.S")
    client.run("CREATE TABLE BENCH.S.T (ID INT, TENANT VARCHAR)")
    client.run("INSERT INTO BENCH.S.T VALUES " + ", ".join(f"({n}, 't{n % 20}')" for n in range(1000)))
    client.run("CREATE SECURE VIEW BENCH.S.V AS SELECT ID FROM BENCH.S.T WHERE TENANT = 't1'")
    for n in range(8):
        client.run(f"CREATE TABLE BENCH.S.T{n} (ID INT, TENANT VARCHAR)")
        client.run(f"CREATE SHARE SH{n}")
        client.run(f"GRANT USAGE ON DATABASE BENCH TO SHARE SH{n}")
        client.run(f"GRANT USAGE ON SCHEMA BENCH.S TO SHARE SH{n}")
    client.close()


def _rates(plan: Plan, name: str, server: Served) -> Iterator[Line]:
    seconds = 1.0 if plan.quick else 4.0
    first = 0
    for client, connections in (("http", 1), ("http", 8), ("connector", 8)):
        for kind in _KINDS:
            first += 1_000_000
            before = cpu(server.pid)
            done, used = load(client, server.port, kind, connections, first, seconds)
            yield {
                "what": kind.name,
                "code": name,
                "client": client,
                "connections": connections,
                "per_second": round(done / seconds),
                "server_cpu_ms": round((cpu(server.pid) - before) * 1000 / max(done, 1), 2),
                "client_cpu_ms": round(used * 1000 / max(done, 1), 2),
            }
    yield {"what": "memory after that", "code": name, "mib": resident(server.pid)}
