"""Snowflake's types as Arrow, with NULLs."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.clients.adbc.conftest import Client

UTC = pa.timestamp("ns", tz="UTC")
LONG = "12345678901234567890123456789012345678"
LEAP_DAY = dt.datetime(2024, 2, 29, 3, 4, 5, 0, dt.UTC)
# column type, the SQL text of a value, Arrow's type, the value. ADBC labels a TIMESTAMP_NTZ that came as JSON with UTC.
KINDS: list[tuple[str, str, pa.DataType, Any]] = [
    ("NUMBER(38,0)", LONG, pa.decimal128(38, 0), Decimal(LONG)),
    ("NUMBER(10,2)", "-12.30", pa.decimal128(10, 2), Decimal("-12.30")),
    ("FLOAT", "1.5e300", pa.float64(), 1.5e300),
    ("VARCHAR", "'Zürich ''x'''", pa.string(), "Zürich 'x'"),
    ("BOOLEAN", "FALSE", pa.bool_(), False),
    ("TIME", "'23:59:59.123456'::TIME", pa.time64("ns"), dt.time(23, 59, 59, 123456)),
    ("BINARY", "TO_BINARY('FF00', 'HEX')", pa.binary(), b"\xff\x00"),
    ("TIMESTAMP_NTZ", "'2024-02-29 03:04:05.123456'::TIMESTAMP_NTZ", UTC, LEAP_DAY.replace(microsecond=123456)),
    ("TIMESTAMP_LTZ", "'2024-02-29 03:04:05 +00:00'::TIMESTAMP_LTZ", UTC, LEAP_DAY),
    ("TIMESTAMP_TZ", "'2024-02-29 03:04:05 +00:00'::TIMESTAMP_TZ", UTC, LEAP_DAY),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "literal", "arrow", "value"), KINDS, ids=[kind for kind, *_ in KINDS])
def test_a_value_and_a_null(
    admin: Client, database: str, kind: str, literal: str, arrow: pa.DataType, value: Any
) -> None:
    admin.run(f"CREATE TABLE T (N INT, V {kind})", f"INSERT INTO T SELECT 1, {literal}", "INSERT INTO T (N) VALUES (2)")
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT V FROM T ORDER BY N")
        table = cursor.fetch_arrow_table()
    assert table.schema.field("V").type == arrow
    assert table.column("V").to_pylist() == [value, None]


def test_semi_structured_values_are_text_of_json(admin: Client) -> None:
    ((variant, array, object_, null),) = admin.rows(
        "SELECT PARSE_JSON('{\"a\": [1, null]}'), ARRAY_CONSTRUCT(1, 'x'), OBJECT_CONSTRUCT('k', 2), NULL::VARIANT"
    )
    assert [json.loads(variant), json.loads(array), json.loads(object_), null] == [
        {"a": [1, None]},
        [1, "x"],
        {"k": 2},
        None,
    ]


def test_whole_numbers_are_int64_when_high_precision_is_off(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.snowflake.sql.client_option.use_high_precision": "false"})
        cursor.execute("SELECT 42::NUMBER(18,0) AS N, 1.25::NUMBER(9,2) AS D")
        table = cursor.fetch_arrow_table()
    assert table.schema.types == [pa.int64(), pa.float64()]
    assert table.to_pylist() == [{"N": 42, "D": 1.25}]
