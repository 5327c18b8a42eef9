"""Many sessions at once: nothing lost, nothing mixed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.sandbox.conftest import Client, Open, Shared
from tests.sandbox.serving import Server, connect

THREADS = 8


def together(work: Callable[[int], None]) -> None:
    """Runs the work in threads; the first failure is the test's."""
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]


def test_sessions_of_their_own(server: Server, admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (WHO INT, N INT)", "CREATE TABLE TOTAL (N INT)", "INSERT INTO TOTAL VALUES (0)")
    place = f"{database}.PUBLIC"

    def work(number: int) -> None:
        client = Client(connect(server.port))
        try:
            for n in range(15):
                client.run(f"INSERT INTO {place}.T VALUES ({number}, {n})")
                client.run(f"UPDATE {place}.TOTAL SET N = N + 1")
                client.run(f"CREATE OR REPLACE VIEW {place}.V{number} AS SELECT {number * 1000 + n} AS A")
                assert client.one(f"SELECT A FROM {place}.V{number}") == number * 1000 + n
                assert client.one(f"SELECT COUNT(*) FROM {place}.T WHERE WHO = {number}") == n + 1
                client.run(f"CREATE TABLE {place}.X{number} (A INT)", f"DROP TABLE {place}.X{number}")
        finally:
            client.connection.close()

    together(work)
    assert admin.one(f"SELECT N FROM {place}.TOTAL") == THREADS * 15
    assert admin.one(f"SELECT COUNT(*) FROM {place}.T") == THREADS * 15


def test_one_session_for_all(admin: Client) -> None:
    def work(number: int) -> None:
        for n in range(25):
            assert admin.rows(f"SELECT {number} AS A, {n} AS B") == [(number, n)]

    together(work)


def test_a_share_that_comes_and_goes_never_shows_other_rows(shared: Shared, log_in: Open, server: Server) -> None:
    shared.add("CUST.ONE")
    name = f"M_{shared.share}"
    log_in("CUST-ONE").run(f"CREATE DATABASE {name} FROM SHARE {shared.name}")
    done = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            view = f"{shared.database}.S.FLIGHTS"
            for carrier in ["DL", "UA"] * 10:
                shared.owner.run(f"REVOKE SELECT ON VIEW {view} FROM SHARE {shared.share}")
                shared.owner.run(
                    f"CREATE OR REPLACE SECURE VIEW {view} AS "
                    f"SELECT CARRIER FROM LAKE.NYC.FLIGHTS WHERE CARRIER = '{carrier}'"
                )
                if carrier == "UA":
                    shared.owner.run(f"GRANT SELECT ON VIEW {view} TO SHARE {shared.share}")
            done.set()
            return
        client = Client(connect(server.port, "CUST-ONE"))
        try:
            while not done.is_set():
                try:
                    rows = client.rows(f"SELECT DISTINCT CARRIER FROM {name}.S.FLIGHTS")
                except Exception as error:
                    assert getattr(error, "errno", None) == 2003, error  # noqa: PT017 - revoked just now
                else:
                    assert rows == [("UA",)]
        finally:
            client.connection.close()

    together(work)


def test_updates_of_one_row_wait_for_each_other_in_transactions(server: Server, admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT)", "INSERT INTO T VALUES (0)")

    def work(number: int) -> None:
        client = Client(connect(server.port))
        try:
            client.run("BEGIN", f"UPDATE {database}.PUBLIC.T SET N = N + 1", "COMMIT")
        finally:
            client.connection.close()

    together(work)
    assert admin.one("SELECT N FROM T") == THREADS
