"""Values bound by the driver, one row and many."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.conftest import Client, Open

VALUES: list[Any] = [
    1, -7, 1.5, Decimal("2.25"), "it's", "", True, False, None, b"\x00\xff",
    dt.date(2024, 2, 29), dt.datetime(2024, 1, 2, 3, 4, 5, 678901),
]  # fmt: skip


@pytest.fixture
def qmark(log_in: Open) -> Client:
    """A connection that binds on the server."""
    return log_in(paramstyle="qmark")


@pytest.mark.parametrize("value", VALUES, ids=[repr(v) for v in VALUES])
def test_a_bound_value_arrives(qmark: Client, database: str, value: Any) -> None:
    kinds = {bool: "BOOLEAN", int: "INT", float: "FLOAT", Decimal: "NUMBER(10,2)", str: "VARCHAR", dt.date: "DATE",
             dt.datetime: "TIMESTAMP_NTZ", bytes: "BINARY", type(None): "INT"}  # fmt: skip
    qmark.run(f"CREATE TABLE {database}.PUBLIC.T (A {kinds[type(value)]})")
    qmark.rows(f"INSERT INTO {database}.PUBLIC.T VALUES (?)", (value,))
    assert qmark.rows(f"SELECT A FROM {database}.PUBLIC.T") == [(value,)]


def test_values_in_a_query(qmark: Client) -> None:
    sql = "SELECT FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = ? AND FLIGHT < ?"
    assert qmark.rows(sql, ("UA", 1600)) == [(1545,)]


def test_a_bound_value_is_never_sql(qmark: Client) -> None:
    assert qmark.rows("SELECT ?", ("'; DROP DATABASE LAKE; --",)) == [("'; DROP DATABASE LAKE; --",)]


def test_many_rows_are_inserted_once(qmark: Client, database: str) -> None:
    qmark.run(f"CREATE TABLE {database}.PUBLIC.T (A INT, B VARCHAR)")
    with qmark.connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {database}.PUBLIC.T VALUES (?, ?)", [(n, f"r{n}") for n in range(500)])
        assert cursor.rowcount == 500
    assert qmark.rows(f"SELECT COUNT(*), COUNT(DISTINCT A), MAX(A) FROM {database}.PUBLIC.T") == [(500, 500, 499)]


def test_many_rows_with_client_side_binding(admin: Client, database: str) -> None:
    admin.run(f"CREATE TABLE {database}.PUBLIC.T (A INT, B VARCHAR)")
    with admin.connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {database}.PUBLIC.T VALUES (%s, %s)", [(1, "a"), (2, None)])
    assert admin.rows(f"SELECT A, B FROM {database}.PUBLIC.T ORDER BY A") == [(1, "a"), (2, None)]


def test_numbered_values(log_in: Open) -> None:
    client = log_in(paramstyle="numeric")
    assert client.rows("SELECT :2, :1, :2", ("a", "b")) == [("b", "a", "b")]


def test_asking_for_columns_executes_nothing(qmark: Client, database: str) -> None:
    qmark.run(f"CREATE TABLE {database}.PUBLIC.T (A INT)")
    with qmark.connection.cursor() as cursor:
        cursor.describe(f"INSERT INTO {database}.PUBLIC.T VALUES (1)")
        described = cursor.describe("SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS")
    assert [column[0] for column in described] == ["CARRIER", "FLIGHT"]
    assert qmark.one(f"SELECT COUNT(*) FROM {database}.PUBLIC.T") == 0
