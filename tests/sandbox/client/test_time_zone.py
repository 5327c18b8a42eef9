"""TIMEZONE, TIMESTAMP_TYPE_MAPPING and the output formats: docs.snowflake.com/en/sql-reference/parameters."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.sandbox.client.sqlcases import check
from tests.sandbox.conftest import Client, Open

SUMMER, WINTER = "'2024-07-01 00:00:00'", "'2024-01-01 00:00:00'"
VALUES: list[tuple[str, Any]] = [
    (f"{SUMMER}::TIMESTAMP_LTZ::VARCHAR", "2024-07-01 00:00:00.000 -0400"),
    (f"{WINTER}::TIMESTAMP_LTZ::VARCHAR", "2024-01-01 00:00:00.000 -0500"),
    ("'2024-07-01 12:00:00 Z'::TIMESTAMP_LTZ::VARCHAR", "2024-07-01 08:00:00.000 -0400"),
    (f"{SUMMER}::TIMESTAMP_NTZ::TIMESTAMP_LTZ::VARCHAR", "2024-07-01 00:00:00.000 -0400"),
    (f"{SUMMER}::TIMESTAMP_TZ::VARCHAR", "2024-07-01 00:00:00.000 -0400"),
    ("'2024-07-01 12:00:00 +02:00'::TIMESTAMP_TZ::VARCHAR", "2024-07-01 12:00:00.000 +0200"),
    ("'2024-07-01 12:00:00 Z'::TIMESTAMP_LTZ::TIMESTAMP_NTZ::VARCHAR", "2024-07-01 08:00:00.000"),
    ("'2024-07-01 02:00:00 Z'::TIMESTAMP_LTZ::DATE::VARCHAR", "2024-06-30"),
    ("TO_TIMESTAMP_LTZ(0)::VARCHAR", "1969-12-31 19:00:00.000 -0500"),
    ("TO_TIMESTAMP_NTZ(0)::VARCHAR", "1970-01-01 00:00:00.000"),
    ("TO_TIMESTAMP_LTZ('0')::VARCHAR", "1969-12-31 19:00:00.000 -0500"),
    (f"TO_CHAR({SUMMER}::TIMESTAMP_LTZ, 'HH24 TZH:TZM')", "00 -04:00"),
    (f"HOUR({SUMMER}::TIMESTAMP_LTZ)", 0),
    (f"DATE_PART(TZH, {SUMMER}::TIMESTAMP_LTZ)", -4),
    (f"DATE_PART(EPOCH_SECOND, {SUMMER}::TIMESTAMP_LTZ)", 1719806400),
    ("DATE_TRUNC('day', '2024-07-01 02:00:00 Z'::TIMESTAMP_LTZ)::VARCHAR", "2024-06-30 00:00:00.000 -0400"),
    ("CONVERT_TIMEZONE('UTC', '2024-07-01 00:00:00'::TIMESTAMP_NTZ)::VARCHAR", "2024-07-01 04:00:00.000 Z"),
    (f"{SUMMER}::TIMESTAMP_LTZ = '2024-07-01 04:00:00 Z'::TIMESTAMP_TZ", True),
    ("DATEDIFF(minute, SYSDATE(), CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP())::TIMESTAMP_NTZ)", 0),
    ("CURRENT_TIMESTAMP()::TIMESTAMP_NTZ::DATE = CURRENT_DATE()", True),
]


@pytest.fixture
def new_york(log_in: Open) -> Client:
    """The zone comes with the login, as drivers send it."""
    return log_in(session_parameters={"TIMEZONE": "America/New_York"})


@pytest.mark.parametrize(("sql", "value"), VALUES, ids=[sql for sql, _ in VALUES])
def test_times_of_day_are_the_sessions(new_york: Client, sql: str, value: Any) -> None:
    check(new_york, f"SELECT {sql}", [(value,)])


def test_the_driver_tells_a_moment_in_the_sessions_zone(new_york: Client) -> None:
    found = new_york.one(f"SELECT {SUMMER}::TIMESTAMP_LTZ")
    assert found == dt.datetime(2024, 7, 1, 4, tzinfo=dt.UTC)
    assert found.utcoffset() == dt.timedelta(hours=-4)


def test_a_zone_is_changed_unset_and_shown(admin: Client, new_york: Client, database: str) -> None:
    sql = f"SELECT {WINTER}::TIMESTAMP_LTZ::VARCHAR"
    assert admin.one(sql) == "2024-01-01 00:00:00.000 Z"
    admin.run(f"CREATE TABLE {database}.PUBLIC.T (A TIMESTAMP_LTZ)")
    new_york.run(f"INSERT INTO {database}.PUBLIC.T VALUES ({WINTER})", f"USE DATABASE {database}")
    new_york.run(
        f"CREATE TABLE C AS SELECT {SUMMER}::TIMESTAMP_LTZ AS A, '2024-07-01 02:00 Z'::TIMESTAMP_LTZ::DATE AS D FROM T"
    )
    assert admin.rows("SELECT T.A::VARCHAR, C.A::VARCHAR, D FROM T, C") == [
        ("2024-01-01 05:00:00.000 Z", "2024-07-01 04:00:00.000 Z", dt.date(2024, 6, 30))
    ]
    admin.run("ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'", "BEGIN")
    assert admin.one("SELECT A::VARCHAR FROM T") == "2024-01-01 14:00:00.000 +0900"
    admin.refused("SELECT 1 / 0", 100051)
    assert admin.one("SELECT A::VARCHAR FROM T") == "2024-01-01 14:00:00.000 +0900"
    (row,) = admin.table("SHOW PARAMETERS LIKE 'TIMEZONE'")
    assert (row["value"], row["level"]) == ("Asia/Tokyo", "SESSION")
    admin.run("ROLLBACK", "ALTER SESSION UNSET TIMEZONE")
    assert admin.one(sql) == "2024-01-01 00:00:00.000 Z"
    for wrong in ("Mars/Base", "america/new_york", "x'; DROP TABLE T"):
        admin.refused(f"ALTER SESSION SET TIMEZONE = $${wrong}$$", 1008)


def test_a_user_begins_in_a_zone_of_their_own(admin: Client, log_in: Open) -> None:
    admin.run("CREATE USER ZONED PASSWORD = 'zoned' TIMEZONE = 'Europe/Kyiv'")
    client = log_in(user="ZONED", password="zoned")
    assert client.one(f"SELECT {WINTER}::TIMESTAMP_LTZ::VARCHAR") == "2024-01-01 00:00:00.000 +0200"
    admin.run("DROP USER ZONED")


@pytest.mark.parametrize("kind", ["TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"])
def test_timestamp_alone_is_what_the_session_says(admin: Client, database: str, kind: str) -> None:
    admin.run(
        f"ALTER SESSION SET TIMESTAMP_TYPE_MAPPING = '{kind.lower()}'", "CREATE TABLE T (A TIMESTAMP, B DATETIME)"
    )
    assert [c["type"] for c in admin.table("DESC TABLE T")] == [f"{kind}(9)", "TIMESTAMP_NTZ(9)"]
    for sql in (f"{WINTER}::TIMESTAMP", f"TO_TIMESTAMP({WINTER})", f"TIMESTAMP {WINTER}", "TO_TIMESTAMP(0)",
                "TO_TIMESTAMP('2024', 'YYYY')", "TRY_TO_TIMESTAMP('2024-01-01')"):  # fmt: skip
        with admin.connection.cursor() as cursor:
            cursor.execute(f"SELECT {sql}")
            assert [6, 7, 8][["TIMESTAMP_LTZ", "TIMESTAMP_TZ", "TIMESTAMP_NTZ"].index(kind)] == cursor.description[0][1]
    admin.refused("ALTER SESSION SET TIMESTAMP_TYPE_MAPPING = 'TIMESTAMP'", 1008)


FORMATS = [
    ("DATE_OUTPUT_FORMAT", "DD/MM/YYYY", "'2024-01-31'::DATE", "31/01/2024"),
    ("TIME_OUTPUT_FORMAT", "HH12.MI AM", "'13:14:15'::TIME", "01.14 PM"),
    ("TIMESTAMP_NTZ_OUTPUT_FORMAT", "YYYY.MM", f"{WINTER}::TIMESTAMP_NTZ", "2024.01"),
    ("TIMESTAMP_LTZ_OUTPUT_FORMAT", "HH24 TZH", f"{WINTER}::TIMESTAMP_LTZ", "00 +00"),
    ("TIMESTAMP_TZ_OUTPUT_FORMAT", "HH24 TZH:TZM", "'2024-01-01 12:00 -05:00'::TIMESTAMP_TZ", "12 -05:00"),
    ("TIMESTAMP_OUTPUT_FORMAT", "HH24 TZHTZM", "'2024-01-01 12:00 -05:00'::TIMESTAMP_TZ", "12 -0500"),
    ("TIMESTAMP_OUTPUT_FORMAT", "DY", f"{WINTER}::TIMESTAMP_LTZ", "Mon"),
]


@pytest.mark.parametrize(("name", "form", "sql", "shown"), FORMATS, ids=[f"{n} {f}" for n, f, _, _ in FORMATS])
def test_an_output_format_is_how_text_is_made(admin: Client, name: str, form: str, sql: str, shown: str) -> None:
    before = admin.one(f"SELECT {sql}::VARCHAR")
    admin.run(f"ALTER SESSION SET {name} = '{form}'")
    assert admin.rows(f"SELECT {sql}::VARCHAR, TO_CHAR({sql}), {sql} || ''") == [(shown, shown, shown)]
    admin.run(f"ALTER SESSION UNSET {name}")
    assert admin.one(f"SELECT {sql}::VARCHAR") == before != shown


def test_a_time_of_day_is_told_without_fractions(admin: Client) -> None:
    assert admin.one("SELECT '13:14:15.5'::TIME::VARCHAR") == "13:14:15"
    assert admin.one("SELECT TO_CHAR('13:14:15.5'::TIME, 'HH24:MI:SS.FF1')") == "13:14:15.5"
