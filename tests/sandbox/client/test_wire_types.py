"""Every type on its way to the drivers and, bound, on its way from them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client.test_sessions import Raw
from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server

UTC = dt.UTC
BIG = 10**38 - 1
# Declared type, literal, what the driver makes of it, what goes over the wire.
VALUES: list[tuple[str, str, Any, str]] = [
    ("NUMBER(38,0)", str(BIG), BIG, str(BIG)),
    ("NUMBER(38,0)", str(-BIG), -BIG, str(-BIG)),
    ("NUMBER(38,37)", "0." + "1" * 37, Decimal("0." + "1" * 37), "0." + "1" * 37),
    ("NUMBER(10,2)", "-1.5", Decimal("-1.50"), "-1.50"),
    ("NUMBER(3,0)", "0", 0, "0"),
    ("FLOAT", "1.5", 1.5, "1.5"),
    ("FLOAT", "2", 2.0, "2"),
    ("FLOAT", "1e300", 1e300, "1e+300"),
    ("FLOAT", "'inf'", math.inf, "inf"),
    ("FLOAT", "'-inf'", -math.inf, "-inf"),
    ("VARCHAR", "'ü漢😀 \\'\" \\\\ \\n'", "ü漢😀 '\" \\ \n", "ü漢😀 '\" \\ \n"),
    ("VARCHAR", "''", "", ""),
    ("BINARY", "X'00ff10'", b"\x00\xff\x10", "00FF10"),
    ("BINARY", "X''", b"", ""),
    ("BOOLEAN", "TRUE", True, "1"),
    ("BOOLEAN", "FALSE", False, "0"),
    ("DATE", "'2024-02-29'", dt.date(2024, 2, 29), "19782"),
    ("DATE", "'1969-12-31'", dt.date(1969, 12, 31), "-1"),
    ("DATE", "'0001-01-01'", dt.date(1, 1, 1), "-719162"),
    ("TIME", "'23:59:59.123456'", dt.time(23, 59, 59, 123456), "86399.123456000"),
    ("TIME(3)", "'01:02:03.123'", dt.time(1, 2, 3, 123000), "3723.123"),
    ("TIME(0)", "'01:02:03'", dt.time(1, 2, 3), "3723"),
    ("TIMESTAMP_NTZ", "'2024-01-02 03:04:05.678901'", dt.datetime(2024, 1, 2, 3, 4, 5, 678901),
     "1704164645.678901000"),
    ("TIMESTAMP_NTZ(3)", "'2024-01-02 03:04:05.678'", dt.datetime(2024, 1, 2, 3, 4, 5, 678000), "1704164645.678"),
    ("TIMESTAMP_NTZ(0)", "'2024-01-02 03:04:05'", dt.datetime(2024, 1, 2, 3, 4, 5), "1704164645"),
    ("TIMESTAMP_NTZ(6)", "'9999-12-31 23:59:59.999999'", dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
     "253402300799.999999"),
    ("TIMESTAMP_LTZ", "'2024-01-02 03:04:05.5'", dt.datetime(2024, 1, 2, 3, 4, 5, 500000, UTC), "1704164645.500000000"),
    ("TIMESTAMP_LTZ(2)", "'2024-01-02 03:04:05.25'", dt.datetime(2024, 1, 2, 3, 4, 5, 250000, UTC), "1704164645.25"),
    ("TIMESTAMP_TZ", "'2024-01-02 03:04:05+00:00'", dt.datetime(2024, 1, 2, 3, 4, 5, 0, UTC),
     "1704164645.000000000 1440"),
    ("TIMESTAMP_TZ(3)", "'2024-01-02 03:04:05.125+00:00'", dt.datetime(2024, 1, 2, 3, 4, 5, 125000, UTC),
     "1704164645.125 1440"),
]  # fmt: skip
IDS = [f"{kind} {text[:40]}" for kind, text, _, _ in VALUES]


@pytest.mark.parametrize(("kind", "text", "value", "_wire"), VALUES, ids=IDS)
def test_a_value_arrives_in_the_driver(
    admin: Client, database: str, kind: str, text: str, value: Any, _wire: str
) -> None:  # fmt: skip
    admin.run(f"CREATE TABLE T (N INT, A {kind})", f"INSERT INTO T SELECT 1, {text}::{kind}")
    admin.run("INSERT INTO T VALUES (2, NULL)")
    (found,), (nothing,) = admin.rows("SELECT A FROM T ORDER BY N")
    assert (found, nothing) == (value, None)
    # The newer connector gives BINARY as a bytearray.
    assert type(found) is type(value) or kind == "BINARY"


@pytest.mark.parametrize(("kind", "text", "_value", "wire"), VALUES, ids=IDS)
def test_a_value_stands_on_the_wire_as_snowflake_writes_it(
    server: Server, kind: str, text: str, _value: Any, wire: str
) -> None:  # fmt: skip
    raw = Raw(server)
    raw.log_in()
    data = raw.query(f"SELECT {text}::{kind} AS A")["data"]
    assert data["rowset"] == [[wire]]
    (column,) = data["rowtype"]
    scale = kind.partition("(")[2].rstrip(")").rpartition(",")[2]
    if kind.startswith("TIME"):
        assert column["scale"] == int(scale or 9)


def test_no_number_is_told_as_such(server: Server, admin: Client) -> None:
    raw = Raw(server)
    raw.log_in()
    assert raw.query("SELECT 'NaN'::FLOAT AS A")["data"]["rowset"] == [["NaN"]]
    assert math.isnan(admin.one("SELECT 'NaN'::FLOAT"))


@pytest.mark.parametrize(("text", "days"), [("-0100-01-01", -756053), ("10000-01-01", 2932897)])
def test_a_year_that_python_does_not_know_is_counted_in_days(server: Server, text: str, days: int) -> None:
    raw = Raw(server)
    raw.log_in()
    start = dt.date(2000, 1, 1) - dt.date(1970, 1, 1)
    sql = f"SELECT DATEADD('day', {days - start.days}, '2000-01-01'::DATE)::DATE AS A -- {text}"
    assert raw.query(sql)["data"]["rowset"] == [[str(days)]]


def test_json_types_come_as_text(admin: Client) -> None:
    import json

    sql = "SELECT PARSE_JSON('{\"a\": [1, null]}') AS V, ARRAY_CONSTRUCT(1, 'x') AS A, OBJECT_CONSTRUCT('k', 2) AS O"
    with admin.connection.cursor() as cursor:
        cursor.execute(sql)
        assert [column[1] for column in cursor.description] == [5, 10, 9]
        (row,) = cursor.fetchall()
    assert [json.loads(value) for value in row] == [{"a": [1, None]}, [1, "x"], {"k": 2}]


@pytest.mark.parametrize("kind", ["GEOGRAPHY", "GEOMETRY", "VECTOR(FLOAT, 3)", "MAP(VARCHAR, INT)"])
def test_a_type_that_is_not_carried_out_is_refused_by_name(admin: Client, database: str, kind: str) -> None:
    assert kind.partition("(")[0] in admin.refused(f"CREATE TABLE T (A {kind})", 398014)


# --- bindings
BOUND: list[tuple[str, Any, Any]] = [
    ("NUMBER(38,0)", 10**18, 10**18),
    ("NUMBER(10,3)", Decimal("-7.125"), Decimal("-7.125")),
    ("FLOAT", 0.1, 0.1),
    ("VARCHAR", "it's ? :1 $x ü", "it's ? :1 $x ü"),
    ("BINARY", b"\x00\x01\xfe", b"\x00\x01\xfe"),
    ("BOOLEAN", True, True),
    ("DATE", dt.date(1950, 6, 7), dt.date(1950, 6, 7)),
    ("TIME", dt.time(1, 2, 3, 456789), dt.time(1, 2, 3, 456789)),
    ("TIMESTAMP_NTZ", dt.datetime(2024, 1, 2, 3, 4, 5, 678901), dt.datetime(2024, 1, 2, 3, 4, 5, 678901)),
    ("TIMESTAMP_LTZ", ("TIMESTAMP_LTZ", dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
     dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("TIMESTAMP_TZ", ("TIMESTAMP_TZ", dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
     dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("VARCHAR", None, None),
    ("TIMESTAMP_NTZ", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "found"), BOUND, ids=[f"{k} {v!r}"[:60] for k, v, _ in BOUND])
@pytest.mark.parametrize("style", ["qmark", "numeric"])
def test_a_bound_value_is_stored(log_in: Open, database: str, style: str, kind: str, value: Any, found: Any) -> None:
    client = log_in(paramstyle=style)
    client.run(f"USE DATABASE {database}", f"CREATE TABLE T (A {kind})")
    client.rows(f"INSERT INTO T VALUES ({'?' if style == 'qmark' else ':1'})", (value,))
    assert client.one("SELECT A FROM T") == found


@pytest.mark.parametrize("style", ["qmark", "numeric", "pyformat"])
def test_many_rows_are_bound_at_once(log_in: Open, database: str, style: str) -> None:
    client = log_in(paramstyle=style)
    client.run(f"USE DATABASE {database}", "CREATE TABLE T (N INT, B VARCHAR, D DATE)")
    marks = {"qmark": "(?, ?, ?)", "numeric": "(:1, :2, :3)", "pyformat": "(%s, %s, %s)"}[style]
    rows = [(n, None if n % 2 else f"x{n}'", dt.date(2024, 1, 1 + n)) for n in range(20)]
    with client.connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO T VALUES {marks}", rows)
        assert cursor.rowcount == 20
    assert client.rows("SELECT * FROM T ORDER BY N") == rows


def test_a_number_may_be_used_twice(log_in: Open) -> None:
    assert log_in(paramstyle="numeric").rows("SELECT :2, :1, :2", ("a", 7)) == [(7, "a", 7)]


def test_named_values_are_put_in_by_the_driver(admin: Client) -> None:
    assert admin.rows("SELECT %(a)s, %(b)s", {"a": "x'y", "b": 2}) == [("x'y", 2)]
