"""Statements in the background, canceling them, and what one may ask about them afterwards."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.client.test_sessions import SLOW, Raw
from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server


@pytest.fixture
def raw(server: Server) -> Raw:
    found = Raw(server)
    found.log_in()
    return found


def status(raw: Raw, query: str) -> str:
    (entry,) = raw.call(f"/monitoring/queries/{query}", None, method="GET")["data"]["queries"]
    return str(entry["status"])


def wait_for(raw: Raw, query: str, *wanted: str) -> str:
    for _ in range(400):
        found = status(raw, query)
        if found in wanted:
            return found
        time.sleep(0.025)
    raise AssertionError(f"{query} is still {found}")


def background(raw: Raw, sql: str) -> str:
    return str(raw.query(sql, asyncExec=True)["data"]["queryId"])


def result(raw: Raw, query: str) -> dict[str, Any]:
    return raw.call(f"/queries/{query}/result", None, method="GET")


def test_the_status_of_a_statement(raw: Raw) -> None:
    running = background(raw, SLOW)
    wait_for(raw, running, "RUNNING")
    waiting = background(raw, "SELECT 1")
    assert wait_for(raw, waiting, "QUEUED") == "QUEUED"
    raw.call(f"/queries/{running}/abort-request", {})
    assert wait_for(raw, running, "FAILED_WITH_ERROR") == "FAILED_WITH_ERROR"
    assert wait_for(raw, waiting, "SUCCESS") == "SUCCESS"


def test_nothing_is_said_about_an_unknown_statement(raw: Raw) -> None:
    answer = raw.call("/monitoring/queries/00000000-0000-0000-0000-000000000000", None, method="GET")
    assert (answer["success"], answer["data"]) == (True, {"queries": []})


def test_a_statement_that_waits_can_be_aborted_and_the_one_before_it_goes_on(raw: Raw) -> None:
    first = background(raw, "SELECT SYSTEM$WAIT(1)")
    second = background(raw, "CREATE DATABASE NEVER_MADE")
    raw.call(f"/queries/{second}/abort-request", {})
    assert (result(raw, second)["code"], result(raw, first)["success"]) == ("000604", True)
    assert raw.query("SHOW DATABASES LIKE 'NEVER_MADE'")["data"]["total"] == 0


def test_an_abort_by_request_id(raw: Raw) -> None:
    request = "6e5d9c0e-0000-4000-8000-000000000001"
    query = str(raw.query(SLOW, request, asyncExec=True)["data"]["queryId"])
    assert raw.call("/queries/v1/abort-request", {"requestId": request})["success"]
    assert result(raw, query)["code"] == "000604"


def test_an_abort_of_several_statements(raw: Raw) -> None:
    more: dict[str, Any] = {"parameters": {"MULTI_STATEMENT_COUNT": 0}}
    raw.query("CREATE OR REPLACE DATABASE ABORTED")
    query = str(raw.query(f"{SLOW}; CREATE TABLE ABORTED.PUBLIC.T (A INT)", asyncExec=True, **more)["data"]["queryId"])
    wait_for(raw, query, "RUNNING")
    raw.call(f"/queries/{query}/abort-request", {})
    assert result(raw, query)["code"] == "000604"
    assert raw.query("SHOW TABLES IN ABORTED.PUBLIC")["data"]["total"] == 0


def test_several_statements_in_the_background(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute_async("SELECT 1; SELECT 2", num_statements=2)
        cursor.get_results_from_sfqid(cursor.sfqid)
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    assert found == [[(1,)], [(2,)]]


def test_the_result_of_another_session_of_the_same_user(admin: Client, log_in: Open) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT 'mine' AS A")
        query = cursor.sfqid
    assert log_in().rows(f"SELECT A FROM TABLE(RESULT_SCAN('{query}'))") == [("mine",)]
    log_in("CUST-ONE").refused(f"SELECT A FROM TABLE(RESULT_SCAN('{query}'))", 2000)


def test_earlier_queries_by_number(log_in: Open) -> None:
    client = log_in(autocommit=True)
    ids = []
    for number in range(3):
        with client.connection.cursor() as cursor:
            cursor.execute(f"SELECT {number} AS N")
            ids.append(cursor.sfqid)
    assert client.rows("SELECT LAST_QUERY_ID(), LAST_QUERY_ID(-3), LAST_QUERY_ID(-99)") == [(ids[2], ids[0], None)]
    assert client.one("SELECT N FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(-4)))") == 0


# --- SYSTEM$ functions
def test_waiting(admin: Client) -> None:
    assert admin.table("SELECT SYSTEM$WAIT(0.01)") == [{"SYSTEM$WAIT(0.01)": "waited 0.01 seconds"}]
    assert admin.table("CALL SYSTEM$WAIT(2, 'MILLISECONDS')") == [{"SYSTEM$WAIT": "waited 2 milliseconds"}]
    admin.refused("SELECT SYSTEM$WAIT(1, 'EONS')", 1044)


def test_canceling_by_query_id(raw: Raw, admin: Client) -> None:
    query = background(raw, "SELECT SYSTEM$WAIT(1, 'HOURS')")
    wait_for(raw, query, "RUNNING")
    assert admin.one(f"SELECT SYSTEM$CANCEL_QUERY('{query}')") == f"query [{query}] terminated."
    assert result(raw, query)["code"] == "000604"
    assert "not currently executing" in admin.one(f"SELECT SYSTEM$CANCEL_QUERY('{query}')")


def test_canceling_all_of_a_session(raw: Raw, admin: Client) -> None:
    session = raw.query("SELECT CURRENT_SESSION()")["data"]["rowset"][0][0]
    queries = [background(raw, "SELECT SYSTEM$WAIT(1, 'HOURS')") for _ in range(3)]
    wait_for(raw, queries[0], "RUNNING")
    assert admin.one(f"SELECT SYSTEM$CANCEL_ALL_QUERIES({session})") == "3 cancelled."
    assert {result(raw, query)["code"] for query in queries} == {"000604"}


def test_a_block_can_be_aborted(raw: Raw) -> None:
    query = background(raw, "BEGIN LOOP NULL; END LOOP; END")
    wait_for(raw, query, "RUNNING")
    raw.call(f"/queries/{query}/abort-request", {})
    assert result(raw, query)["code"] == "000604"


def test_a_wait_is_stopped_by_the_time_limit(log_in: Open) -> None:
    client = log_in()
    client.run("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
    client.refused("SELECT SYSTEM$WAIT(1, 'HOURS')", 630)
    client.refused("BEGIN LOOP NULL; END LOOP; END", 630)


# --- transactions
def test_open_transactions_are_listed(log_in: Open, database: str) -> None:
    client = log_in()
    client.run("BEGIN NAME FIRST_ONE")
    number = client.one("SELECT CURRENT_TRANSACTION()")
    rows = [row for row in client.table("SHOW TRANSACTIONS") if row["name"] == "FIRST_ONE"]
    shown = [(str(row["id"]), row["user"], row["state"], row["scope"]) for row in rows]
    assert shown == [(number, "ADMIN", "running", 0)]
    client.run("COMMIT")
    assert client.one("SELECT CURRENT_TRANSACTION()") is None
    assert "FIRST_ONE" not in [row["name"] for row in client.table("SHOW TRANSACTIONS IN ACCOUNT")]
