"""Errors keep Snowflake's code, SQLSTATE and text on their way through the Go driver."""

from __future__ import annotations

import pytest

from tests.clients.adbc.conftest import Client

ERRORS = [
    ("SELEC 1", 1003, "42000", "syntax error line 1 at position 0 unexpected 'SELEC'"),
    ("SELECT * FROM NO_DB.S.T", 2003, "02000", "does not exist or not authorized"),
    ("SELECT * FROM LAKE.NYC.NO_SUCH", 2003, "42S02", "Object 'LAKE.NYC.NO_SUCH' does not exist or not authorized"),
    ("SELECT NO_SUCH FROM LAKE.NYC.FLIGHTS", 904, "42000", "invalid identifier 'NO_SUCH'"),
    ("SELECT 1 / 0", 100051, "22012", "Division by zero"),
    ("CREATE DATABASE LAKE", 2002, "42710", "Object 'LAKE' already exists"),
    ("ALTER SHARE NO_SUCH ADD ACCOUNTS = CUST.ONE", 2003, "02000", "Share 'NO_SUCH' does not exist or not authorized"),
]


@pytest.mark.parametrize(("sql", "code", "state", "text"), ERRORS, ids=[sql[:24] for sql, *_ in ERRORS])
def test_error(admin: Client, sql: str, code: int, state: str, text: str) -> None:
    assert text in admin.refused(sql, code, state)


def test_a_session_goes_on_after_an_error(admin: Client) -> None:
    admin.refused("SELECT 1 / 0", 100051, "22012")
    assert admin.rows("SELECT 1") == [(1,)]
