"""Values of every type come back as Python values, NULL included."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.conftest import Client

UTC = dt.UTC
VALUES = [
    ("1::NUMBER(38,0)", 1),
    ("-12345678901234567890123456789012345678::NUMBER(38,0)", -12345678901234567890123456789012345678),
    ("1.50::NUMBER(10,2)", Decimal("1.50")),
    ("-0.05::NUMBER(10,2)", Decimal("-0.05")),
    ("1.25::FLOAT", 1.25),
    ("'x''y'", "x'y"),
    ("'ünï ☃'", "ünï ☃"),
    ("''", ""),
    ("TRUE", True),
    ("FALSE", False),
    ("'2024-02-29'::DATE", dt.date(2024, 2, 29)),
    ("'1969-12-31'::DATE", dt.date(1969, 12, 31)),
    ("'10:11:12.5'::TIME", dt.time(10, 11, 12, 500000)),
    ("'2024-01-02 03:04:05.678901'::TIMESTAMP_NTZ", dt.datetime(2024, 1, 2, 3, 4, 5, 678901)),
    ("'1960-01-02 03:04:05.25'::TIMESTAMP_NTZ", dt.datetime(1960, 1, 2, 3, 4, 5, 250000)),
    ("X'DEADBEEF'", b"\xde\xad\xbe\xef"),
]


@pytest.mark.parametrize(("sql", "value"), VALUES, ids=[sql for sql, _ in VALUES])
def test_a_value_comes_back(admin: Client, sql: str, value: Any) -> None:
    assert admin.one(f"SELECT {sql}") == value


def test_an_instant_is_aware(admin: Client) -> None:
    value = admin.one("SELECT '2024-01-02 03:04:05+02:00'::TIMESTAMP_TZ")
    assert value.astimezone(UTC) == dt.datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)


TYPES = [
    "NUMBER(38,0)",
    "NUMBER(5,2)",
    "FLOAT",
    "VARCHAR",
    "VARCHAR(5)",
    "BOOLEAN",
    "DATE",
    "TIME",
    "TIMESTAMP_NTZ",
    "TIMESTAMP_LTZ",
    "TIMESTAMP_TZ",
    "BINARY",
]


@pytest.mark.parametrize("kind", TYPES)
def test_null_comes_back_as_none(admin: Client, database: str, kind: str) -> None:
    admin.run(f"CREATE TABLE T (A {kind})", "INSERT INTO T VALUES (NULL)")
    assert admin.rows("SELECT A FROM T") == [(None,)]


def test_declared_types_are_described(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT, B VARCHAR(5), C NUMBER(5,2), D TIMESTAMP, E STRING, F DOUBLE NOT NULL)")
    described = [(row["name"], row["type"], row["null?"]) for row in admin.table("DESCRIBE TABLE T")]
    assert described == [
        ("A", "NUMBER(38,0)", "Y"), ("B", "VARCHAR(5)", "Y"), ("C", "NUMBER(5,2)", "Y"),
        ("D", "TIMESTAMP_NTZ(9)", "Y"), ("E", "VARCHAR(16777216)", "Y"), ("F", "FLOAT", "N"),
    ]  # fmt: skip


def test_a_view_keeps_the_declared_types_of_plain_columns(admin: Client, database: str) -> None:
    admin.run("CREATE VIEW V AS SELECT CARRIER AS C, COUNT(*) AS N FROM LAKE.NYC.FLIGHTS F GROUP BY 1")
    assert [row["type"] for row in admin.table("DESCRIBE VIEW V")] == ["VARCHAR(2)", "NUMBER(18,0)"]


def test_an_unknown_type_is_refused_by_name(admin: Client, database: str) -> None:
    assert "WIDGET" in admin.refused("CREATE TABLE T (A WIDGET)", 398014)


def test_the_drivers_description_names_and_types(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT 1.50::NUMBER(10,2) AS price, 'x' AS \"lower\"")
        assert [column[0] for column in cursor.description] == ["PRICE", "lower"]
        assert (cursor.description[0][4], cursor.description[0][5]) == (10, 2)
