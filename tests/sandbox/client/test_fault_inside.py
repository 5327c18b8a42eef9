"""Faults at the execution of a statement: within blocks and requests of several, and reads of an older catalog."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.sandbox.conftest import Client, Open, Shared
from tests.sandbox.serving import Server
from tests.sandbox.timeouts import SHORT


@pytest.fixture
def table(admin: Client, database: str) -> str:
    admin.run(f"CREATE TABLE {database}.PUBLIC.T (A INT)")
    return f"{database}.PUBLIC.T"


@pytest.fixture
def many(log_in: Open) -> Client:
    """A session that takes requests of several statements."""
    return log_in(session_parameters={"MULTI_STATEMENT_COUNT": 0}, **SHORT)


def values(client: Client, table: str) -> list[int]:
    return [row[0] for row in client.rows(f"SELECT A FROM {table} ORDER BY 1")]


def inserts(table: str, *numbers: int) -> str:
    return "; ".join(f"INSERT INTO {table} VALUES ({number})" for number in numbers)


# --- within a request of several, and within a block
@pytest.mark.parametrize(("name", "left"), [("no-privilege", [1]), ("no-privilege-after", [1, 2])])
def test_an_error_strikes_one_statement_of_several(
    server: Server, many: Client, table: str, name: str, left: list[int]
) -> None:
    since = server.control.newest()
    with server.control.armed(name, sql=r"VALUES \(2\)$"):
        many.refused(inserts(table, 1, 2, 3), 100132)
    assert values(many, table) == left
    entry = next(e for e in server.control.log(since) if e["fault"])
    assert (entry["fault"], entry["code"], entry["executed"]) == (name, "003001", name.endswith("after"))


def test_a_lie_within_several(server: Server, many: Client, table: str) -> None:
    with server.control.armed("did-nothing", sql=r"^INSERT INTO \S+ VALUES \(2\)$"):
        many.run(inserts(table, 1, 2, 3))
    assert values(many, table) == [1, 3]


def test_somebody_else_within_a_block(server: Server, admin: Client, table: str) -> None:
    options = {"account": "ACME.DATA", "statements": [f"INSERT INTO {table} VALUES (10)"]}
    with server.control.armed("external", on="DML", sql=f"UPDATE {table}", options=options):
        admin.run(f"EXECUTE IMMEDIATE $$ BEGIN INSERT INTO {table} VALUES (1); UPDATE {table} SET A = A + 1; END $$")
    assert values(admin, table) == [2, 11]


def test_a_statement_of_a_block_is_held(server: Server, log_in: Open, table: str) -> None:
    worker, watcher = log_in(), log_in()
    block = f"EXECUTE IMMEDIATE $$ BEGIN INSERT INTO {table} VALUES (1); INSERT INTO {table} VALUES (2); END $$"
    thread = threading.Thread(target=worker.run, args=(block,))
    with server.control.armed("hold", on="DML", sql=r"VALUES \(2\)") as number:
        thread.start()
        while not server.control.shown(number)["struck"]:
            thread.join(0.01)
        assert values(watcher, table) == [1]
        server.control.release(number)
        thread.join(10)
    assert values(watcher, table) == [1, 2]


def test_a_hold_within_several_ends_with_a_cancel(server: Server, many: Client, table: str) -> None:
    since = server.control.newest()
    with server.control.armed("hold", sql=r"^INSERT INTO \S+ VALUES \(2\)$") as number:
        with many.connection.cursor() as cursor:
            cursor.execute_async(inserts(table, 1, 2, 3))
            while not server.control.shown(number)["struck"]:
                threading.Event().wait(0.01)
            cursor.abort_query(cursor.sfqid)
        assert server.control.log(since, wait=10, code="000604")
    assert values(many, table) == [1]


# --- what was
def test_stale_is_as_of_arming(server: Server, admin: Client, database: str) -> None:
    admin.run(f"CREATE VIEW {database}.PUBLIC.V AS SELECT 1 AS A")
    show = f"SHOW VIEWS IN DATABASE {database}"
    columns = f"SELECT COUNT(*) FROM {database}.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'V'"
    with server.control.armed("stale", sql=database, times=None):
        admin.run(f"CREATE OR REPLACE SECURE VIEW {database}.PUBLIC.V AS SELECT 1 AS A, 2 AS B")
        assert [row["is_secure"] for row in admin.table(show)] == ["false"]
        assert [row[0] for row in admin.rows(f"DESC VIEW {database}.PUBLIC.V")] == ["A"]
        assert admin.one(columns) == 1
        assert admin.rows(f"SELECT * FROM {database}.PUBLIC.V") == [(1, 2)]
    assert [row["is_secure"] for row in admin.table(show)] == ["true"]
    assert admin.one(columns) == 2


def test_stale_once_for_shares_and_their_grants(server: Server, svc: Client, shared: Shared) -> None:
    show, grants = f"SHOW SHARES LIKE '{shared.share}'", f"SHOW GRANTS TO SHARE {shared.share}"
    with server.control.armed("stale", sql=shared.share, times=2):
        shared.add("CUST.ONE")
        svc.run(f"REVOKE SELECT ON VIEW {shared.database}.S.FLIGHTS FROM SHARE {shared.share}")
        seen = [(svc.table(show)[0]["to"], len(svc.rows(grants))) for _ in range(2)]
    assert seen == [("", 3), ("CUST.ONE", 2)]


def test_stale_by_changes(server: Server, admin: Client, database: str) -> None:
    seen = []
    with server.control.armed("stale", sql=database, times=None, options={"changes": 2}):
        for number in range(4):
            admin.run(f"CREATE TABLE {database}.PUBLIC.T{number} (A INT)")
            seen.append(len(admin.rows(f"SHOW TABLES IN DATABASE {database}")))
    assert seen == [0, 0, 1, 2]


def test_stale_by_seconds(server: Server, admin: Client, database: str) -> None:
    show = f"SHOW TABLES IN DATABASE {database}"
    with server.control.armed("stale", sql=database, times=None, options={"seconds": 600}):
        admin.run(f"CREATE TABLE {database}.PUBLIC.T (A INT)")
        assert admin.rows(show) == []
    with server.control.armed("stale", sql=database, times=None, options={"seconds": 0.000001}):
        admin.run(f"CREATE TABLE {database}.PUBLIC.T2 (A INT)")
        assert len(admin.rows(show)) == 2


# --- the log
def test_the_log_tells_what_ran_and_what_a_fault_kept_away(server: Server, log_in: Open, table: str) -> None:
    client, since = log_in(**SHORT), server.control.newest()
    for name in ("http-503", "http-503-after", "did-nothing"):
        with server.control.armed(name, sql=f"INSERT INTO {table}"):
            client.run(f"INSERT INTO {table} VALUES (1)")
    entries = [e for e in server.control.log(since) if e["sql"].startswith(f"INSERT INTO {table}")]
    told: list[Any] = [(e["fault"], e["executed"], e["code"]) for e in entries]
    assert told == [
        ("http-503", False, ""), ("", True, "000000"), ("http-503-after", True, "000000"), ("did-nothing", False, ""),
    ]  # fmt: skip
    assert {e["kind"] for e in entries} == {"DML"}
    assert entries[0]["request_id"] == entries[1]["request_id"] != entries[2]["request_id"]
    assert all(e["finished"] >= e["at"] for e in entries)


def test_the_log_is_filtered_and_counted(server: Server, log_in: Open, database: str) -> None:
    client, since, before = log_in("CUST-TWO"), server.control.newest(), server.control.counters()
    client.run("SELECT 1", "SHOW SHARES")
    client.refused("SELECT 1 / 0", 100051)
    assert [e["sql"] for e in server.control.log(since, account="CUST.TWO", code="100051")] == ["SELECT 1 / 0"]
    after = server.control.counters()
    assert after["SELECT"]["sent"] == before["SELECT"]["sent"] + 2
    assert after["SELECT"]["failed"] == before["SELECT"]["failed"] + 1
