"""State across restarts, clean and violent."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server, connect, serving


def provision(client: Client) -> None:
    client.run(
        "CREATE DATABASE OUT", "CREATE SCHEMA OUT.S",
        "CREATE SECURE VIEW OUT.S.V COMMENT = 'mark' AS SELECT CARRIER FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA'",
        "CREATE TABLE OUT.S.T (A INT)", "INSERT INTO OUT.S.T VALUES (1), (2)", "CREATE SHARE SH",
        "CREATE TABLE OUT.S.Z (A TIMESTAMP_TZ)", "INSERT INTO OUT.S.Z VALUES ('1901-02-03 04:05:06 -03:30')",
        "GRANT USAGE ON DATABASE OUT TO SHARE SH", "GRANT USAGE ON SCHEMA OUT.S TO SHARE SH",
        "GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE SH", "GRANT SELECT ON VIEW OUT.S.V TO SHARE SH",
        "ALTER SHARE SH ADD ACCOUNTS = CUST.ONE",
    )  # fmt: skip


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_everything_that_was_answered_is_kept(world: Path, tmp_path: Path, how: signal.Signals) -> None:
    with serving(world, "--data", str(tmp_path)) as first:
        admin, customer = Client(connect(first.port)), Client(connect(first.port, "CUST-ONE"))
        provision(admin)
        customer.run("CREATE DATABASE M FROM SHARE ACME.DATA.SH")
        admin.run("CREATE TEMPORARY TABLE OUT.S.T AS SELECT 9 AS A")
        first.stop(how)
    with serving(world, "--data", str(tmp_path)) as second:
        admin, customer = Client(connect(second.port)), Client(connect(second.port, "CUST-ONE"))
        assert customer.rows("SELECT DISTINCT CARRIER FROM M.S.V") == [("UA",)]
        assert admin.rows("SELECT A FROM OUT.S.T ORDER BY 1") == [(1,), (2,)]
        assert admin.one("SELECT A::VARCHAR FROM OUT.S.Z") == "1901-02-03 04:05:06.000 -0330"
        assert [r["name"] for r in admin.table("SHOW TABLES IN SCHEMA OUT.S")] == ["T", "Z"]
        assert admin.table("SHOW SHARES LIKE 'SH'")[0]["to"] == "CUST.ONE"
        assert admin.one("SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS") == 6
        customer.connection.close()
        admin.connection.close()


def test_a_kill_in_the_middle_of_writing_leaves_whole_statements(world: Path, tmp_path: Path) -> None:
    with serving(world, "--data", str(tmp_path)) as first:
        client = Client(connect(first.port, network_timeout=2))
        client.run("CREATE DATABASE K", "CREATE TABLE K.PUBLIC.T (A INT)")
        answered: list[int] = []

        def write() -> None:
            try:
                for n in range(10_000):
                    client.run(f"INSERT INTO K.PUBLIC.T VALUES ({n})", f"CREATE TABLE K.PUBLIC.T{n} AS SELECT {n} AS A")
                    answered.append(n)
            except Exception:  # the server is gone, as intended
                return

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        while len(answered) < 20:
            time.sleep(0.01)
        first.stop(signal.SIGKILL)
        writer.join(60)
        known = list(answered)
    with serving(world, "--data", str(tmp_path)) as second:
        client = Client(connect(second.port))
        rows = {row[0] for row in client.rows("SELECT A FROM K.PUBLIC.T")}
        assert set(known) <= rows
        for n in known:
            assert client.one(f"SELECT A FROM K.PUBLIC.T{n}") == n
        tables = client.rows("SHOW TABLES IN DATABASE K")
        assert len(tables) - 1 - len(known) in (0, 1)
        client.connection.close()


def test_a_second_start_seeds_nothing_again(world: Path, tmp_path: Path) -> None:
    with serving(world, "--data", str(tmp_path)) as first:
        client = Client(connect(first.port))
        client.run("DELETE FROM LAKE.NYC.FLIGHTS")
        client.connection.close()
    with serving(world, "--data", str(tmp_path)) as second:
        client = Client(connect(second.port))
        assert client.one("SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS") == 0
        client.connection.close()


def test_without_a_data_directory_nothing_is_kept(world: Path) -> None:
    for _ in range(2):
        with serving(world) as server:
            client = Client(connect(server.port))
            client.run("CREATE DATABASE FLEETING")
            client.connection.close()


def test_latency_is_added_to_every_statement(world: Path) -> None:
    with serving(world, "--latency-ms", "200") as server:
        client = Client(connect(server.port))
        started = time.monotonic()
        client.run("SELECT 1", "SELECT 2")
        assert time.monotonic() - started >= 0.4
        client.connection.close()


def test_stopping_is_clean(world: Path) -> None:
    server = Server(world)
    assert server.stop() == ""
    assert server.process.returncode == 0
