"""The protocol's corners: tokens, request ids, background statements, limits, the log."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest

from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import PASSWORD, Server

SLOW = (
    "WITH RECURSIVE R AS (SELECT 1 AS N UNION ALL SELECT N + 1 FROM R WHERE N < 3000) "
    "SELECT COUNT(*) FROM R A, R B, R C WHERE (A.N * B.N + C.N) % 7919 = 1"
)


class Raw:
    """The wire without a driver."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = ""
        self.master = ""

    def call(self, path: str, body: Any, token: str | None = None, method: str = "POST") -> dict[str, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(self.server.url + path, data, method=method)
        request.add_header("Authorization", f'Snowflake Token="{self.token if token is None else token}"')
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise
            return dict(json.load(error))

    def log_in(self) -> dict[str, Any]:
        data = {"ACCOUNT_NAME": "ACME-DATA", "LOGIN_NAME": "admin", "PASSWORD": PASSWORD}
        answer = self.call("/session/v1/login-request", {"data": data})
        self.token, self.master = answer["data"]["token"], answer["data"]["masterToken"]
        return answer

    def query(self, sql: str, request: str | None = None, **more: Any) -> dict[str, Any]:
        path = f"/queries/v1/query-request?requestId={request or uuid.uuid4()}"
        return self.call(path, {"sqlText": sql, **more})


@pytest.fixture
def raw(server: Server) -> Raw:
    found = Raw(server)
    found.log_in()
    return found


def test_a_token_is_renewed_by_the_master_token(raw: Raw) -> None:
    old = raw.token
    answer = raw.call("/session/token-request", {"oldSessionToken": old, "requestType": "RENEW"}, token=raw.master)
    raw.token = answer["data"]["sessionToken"]
    assert raw.query("SELECT 1")["success"]
    assert raw.call("/queries/v1/query-request?requestId=x", {"sqlText": "SELECT 1"}, token=old)["code"] == "390104"


@pytest.mark.parametrize("path", ["/queries/v1/query-request", "/session/heartbeat", "/session?delete=true"])
def test_an_unknown_token_is_refused(raw: Raw, path: str) -> None:
    answer = raw.call(path, {}, token="forged")
    assert (answer["code"], answer["success"]) == ("390104", False)


def test_an_unknown_master_token_is_refused(raw: Raw) -> None:
    assert raw.call("/session/token-request", {}, token=raw.token)["code"] == "390113"


def test_a_closed_session_is_closed(raw: Raw) -> None:
    assert raw.call("/session/heartbeat", {})["success"]
    assert raw.call("/session?delete=true", {})["success"]
    assert raw.query("SELECT 1")["code"] == "390104"


def test_the_same_request_is_executed_once(raw: Raw) -> None:
    raw.query("CREATE OR REPLACE DATABASE ONCE")
    raw.query("CREATE TABLE ONCE.PUBLIC.T (A INT)")
    request = str(uuid.uuid4())
    answers = [raw.query("INSERT INTO ONCE.PUBLIC.T VALUES (1)", request) for _ in range(3)]
    assert len({answer["data"]["queryId"] for answer in answers}) == 1
    assert raw.query("SELECT COUNT(*) FROM ONCE.PUBLIC.T")["data"]["rowset"] == [["1"]]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\x1f\x8bgarbage", b"\xff\xfe"])
def test_a_broken_body_is_refused_and_never_a_server_error(raw: Raw, body: bytes) -> None:
    for path in ("/session/v1/login-request", "/queries/v1/query-request"):
        assert raw.call(path, body)["success"] is False


def test_several_statements_answer_with_their_ids_and_types(raw: Raw) -> None:
    more: dict[str, Any] = {"parameters": {"MULTI_STATEMENT_COUNT": 2}}
    data = raw.query("SELECT 1; COMMIT", **more)["data"]
    assert (data["resultTypes"], data["statementTypeId"], data["total"]) == ("4096,20480", 0xA000, 1)
    first, second = data["resultIds"].split(",")
    assert raw.call(f"/queries/{first}/result", None, method="GET")["data"]["rowset"] == [["1"]]
    assert raw.call(f"/monitoring/queries/{second}", None, method="GET")["data"]["queries"][0]["status"] == "SUCCESS"
    assert "resultIds" not in raw.query("SELECT 1; COMMIT", describeOnly=True, **more)["data"]


def test_nobody_elses_query_can_be_fetched(raw: Raw, server: Server) -> None:
    query = raw.query("SELECT 'secret'")["data"]["queryId"]
    assert raw.call(f"/queries/{query}/result", None, method="GET")["data"]["rowset"] == [["secret"]]
    other = Raw(server)
    data = {"ACCOUNT_NAME": "EVIL-LAB", "LOGIN_NAME": "ADMIN", "PASSWORD": PASSWORD}
    other.token = other.call("/session/v1/login-request", {"data": data})["data"]["token"]
    assert other.call(f"/queries/{query}/result", None, method="GET")["success"] is False
    assert other.call(f"/monitoring/queries/{query}", None, method="GET")["data"] == {"queries": []}


# --- in the background
def test_a_statement_in_the_background(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute_async("SELECT CARRIER FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'AA'")
        query = cursor.sfqid
        while admin.connection.is_still_running(admin.connection.get_query_status(query)):
            time.sleep(0.02)
        cursor.get_results_from_sfqid(query)
        assert cursor.fetchall() == [("AA",)]


def test_a_failure_in_the_background(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute_async("SELECT 1 / 0")
        query = cursor.sfqid
        while admin.connection.is_still_running(admin.connection.get_query_status(query)):
            time.sleep(0.02)
        assert admin.connection.is_an_error(admin.connection.get_query_status(query))


def test_a_statement_may_be_aborted(raw: Raw) -> None:
    answer = raw.query(SLOW, asyncExec=True)
    query = answer["data"]["queryId"]
    time.sleep(0.3)
    assert raw.call(f"/queries/{query}/abort-request", {})["success"]
    result = raw.call(f"/queries/{query}/result", None, method="GET")
    assert (result["code"], result["data"]["sqlState"]) == ("000604", "57014")
    assert raw.query("SELECT 1")["success"]


def test_a_statement_that_takes_too_long_is_stopped(log_in: Open) -> None:
    client = log_in()
    client.run("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
    started = time.monotonic()
    assert "1 second(s)" in client.refused(SLOW, 630, "57014")
    assert time.monotonic() - started < 15
    assert client.one("SELECT 1") == 1


# --- our own routes
def test_health(server: Server) -> None:
    assert json.loads(server.get("/sandbox/health")) == {"ok": True}


def test_the_log_tells_who_ran_what_with_which_outcome(server: Server, log_in: Open) -> None:
    lines = server.get("/sandbox/statements").splitlines()
    last = json.loads(lines[-1])["seq"] if lines else 0
    client = log_in("CUST-ONE")
    client.run("SELECT 1 AS LOGGED")
    client.refused("SELECT NOPE", 904)
    entries = [json.loads(line) for line in server.get(f"/sandbox/statements?since={last}").splitlines()]
    seen = [(e["sql"], e["code"], e["account"], e["user"], e["role"]) for e in entries]
    who = ("CUST.ONE", "ADMIN", "ACCOUNTADMIN")
    assert seen == [("SELECT 1 AS LOGGED", "000000", *who), ("SELECT NOPE", "000904", *who)]
    assert all(e["query_id"] and e["request_id"] and e["session"] for e in entries)
    assert PASSWORD not in server.get(f"/sandbox/statements?since={last}")
