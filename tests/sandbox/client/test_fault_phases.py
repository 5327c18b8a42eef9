"""The same fault before a statement and after it: `-after` in its name, or `phase`."""

from __future__ import annotations

import time
import urllib.error

import pytest

from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server
from tests.sandbox.timeouts import SHORT


@pytest.fixture
def table(admin: Client, database: str) -> str:
    admin.run("CREATE TABLE T (A INT)")
    return f"{database}.PUBLIC.T"


def values(client: Client, table: str) -> list[int]:
    return [value for (value,) in client.rows(f"SELECT A FROM {table} ORDER BY 1")]


@pytest.mark.parametrize(("name", "phase"), [("latency-after", None), ("latency", "after"), ("slow", "after")])
def test_an_answer_is_late_and_the_work_is_done(
    server: Server, log_in: Open, table: str, name: str, phase: str | None
) -> None:
    watcher, how = log_in(), {"phase": phase} if phase else {}
    with server.control.armed(name, sql=f"INSERT INTO {table}", options={"milliseconds": 400}, **how) as number:
        with log_in().connection.cursor() as cursor:
            began = time.monotonic()
            cursor.execute_async(f"INSERT INTO {table} VALUES (1)")
            cursor.execute(f"INSERT INTO {table} VALUES (2)")
        assert server.control.shown(number)["name"] == f"{name.removesuffix('-after')}-after"
        assert server.control.shown(number)["struck"] == 1
    assert time.monotonic() - began >= 0.4
    while len(values(watcher, table)) < 2:
        time.sleep(0.02)


def test_somebody_else_comes_before_the_answer(server: Server, admin: Client, table: str) -> None:
    others = {"account": "ACME.DATA", "statements": [f"UPDATE {table} SET A = A + 10"]}
    with server.control.armed("external", phase="after", sql=f"INSERT INTO {table}", options=others):
        admin.run(f"INSERT INTO {table} VALUES (1)")
    assert values(admin, table) == [11]


def test_somebody_else_comes_between_two_statements_of_a_block(server: Server, admin: Client, table: str) -> None:
    others = {"account": "ACME.DATA", "statements": [f"UPDATE {table} SET A = A + 10"]}
    block = f"BEGIN INSERT INTO {table} VALUES (1); INSERT INTO {table} VALUES (2); END"
    with server.control.armed("external-after", on="DML", sql=r"VALUES \(1\)$", options=others):
        admin.run(f"EXECUTE IMMEDIATE $$ {block} $$")
    assert values(admin, table) == [2, 11]


def test_a_statement_of_a_block_ends_late(server: Server, admin: Client, table: str) -> None:
    began = time.monotonic()
    with server.control.armed("latency-after", on="DML", sql=r"VALUES \(1\)$", options={"milliseconds": 300}) as number:
        admin.run(f"EXECUTE IMMEDIATE $$ BEGIN INSERT INTO {table} VALUES (1); END $$")
        assert server.control.shown(number)["struck"] == 1
    assert time.monotonic() - began >= 0.3
    assert values(admin, table) == [1]


@pytest.mark.parametrize(("name", "code"), [("tokens-expire", 390114), ("session-ends", 390104)])
def test_a_session_ends_behind_the_answer(
    server: Server, log_in: Open, admin: Client, table: str, name: str, code: int
) -> None:
    client = log_in(**SHORT)
    with server.control.armed(name, phase="after", sql=f"INSERT INTO {table}"):
        client.run(f"INSERT INTO {table} VALUES (1)")
    client.refused("SELECT 1", code)
    assert values(admin, table) == [1]


@pytest.mark.parametrize(
    ("name", "phase", "said"),
    [
        ("reset-after", "before", ""),
        ("twice", "after", "twice can only strike before the statement"),
        ("show-cut", "before", "show-cut can only strike after the statement"),
        ("jwt-invalid", "after", "jwt-invalid can only strike before the statement"),
        ("reset", "during", "a phase is before or after, not 'during'"),
    ],
)
def test_a_phase_is_taken_or_refused_in_words(server: Server, name: str, phase: str, said: str) -> None:
    if not said:
        with server.control.armed(name, phase=phase, sql="NEVER SENT") as number:
            assert server.control.shown(number)["name"] == "reset"
        return
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.control.arm(name, phase=phase)
    assert said in caught.value.read().decode()
