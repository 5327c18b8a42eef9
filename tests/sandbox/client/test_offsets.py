"""TIMESTAMP_TZ: an instant and its own offset. docs.snowflake.com/en/sql-reference/data-types-datetime."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import snowflake.connector

from tests.sandbox.client.sqlcases import check
from tests.sandbox.client.test_sessions import Raw
from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server


def at(hours: float, *parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.timezone(dt.timedelta(hours=hours)))  # type: ignore[misc, arg-type]


def same(found: Any, wanted: dt.datetime) -> bool:
    """Equal, in the same offset: Python compares instants only."""
    return isinstance(found, dt.datetime) and (found, found.utcoffset()) == (wanted, wanted.utcoffset())


EAST, WEST = "'2024-01-31 12:00:00.5 +02:00'::TIMESTAMP_TZ", "'2024-01-31 05:30:00.5 -0430'::TIMESTAMP_TZ"
MOMENTS = [
    (EAST, at(2, 2024, 1, 31, 12, 0, 0, 500000)),
    (WEST, at(-4.5, 2024, 1, 31, 5, 30, 0, 500000)),
    ("'2024-01-31 12:00:00Z'::TIMESTAMP_TZ", at(0, 2024, 1, 31, 12)),
    ("'1901-02-03 04:05:06+14'::TIMESTAMP_TZ", at(14, 1901, 2, 3, 4, 5, 6)),
    ("'2024-01-31'::DATE::TIMESTAMP_TZ", at(0, 2024, 1, 31)),
    ("'2024-01-31 12:00:00 +02:00'::TIMESTAMP_LTZ::TIMESTAMP_TZ", at(0, 2024, 1, 31, 10)),
    ('PARSE_JSON(\'{"a": "2024-01-31 12:00:00 +0200"}\'):a::TIMESTAMP_TZ', at(2, 2024, 1, 31, 12)),
    (f"TO_VARIANT({EAST})::TIMESTAMP_TZ", at(2, 2024, 1, 31, 12, 0, 0, 500000)),
    ("TO_TIMESTAMP_TZ('31/01/2024 12:00 +03:30', 'DD/MM/YYYY HH24:MI TZH:TZM')", at(3.5, 2024, 1, 31, 12)),
    ("TO_TIMESTAMP_TZ('31/01/2024 12:00', 'DD/MM/YYYY HH24:MI')", at(0, 2024, 1, 31, 12)),
    ("TO_TIMESTAMP_TZ(1700000000)", at(0, 2023, 11, 14, 22, 13, 20)),
    ("TIMESTAMP_TZ_FROM_PARTS(2024, 7, 1, 2, 3, 4, 0, 'America/New_York')", at(-4, 2024, 7, 1, 2, 3, 4)),
    ("TIMESTAMP_TZ_FROM_PARTS(2024, 7, 1, 2, 3, 4)", at(0, 2024, 7, 1, 2, 3, 4)),
    (f"CONVERT_TIMEZONE('Asia/Kolkata', {EAST})", at(5.5, 2024, 1, 31, 15, 30, 0, 500000)),
    ("CONVERT_TIMEZONE('America/New_York', '2024-07-01 12:00:00')", at(-4, 2024, 7, 1, 8)),
    (f"DATEADD(month, 1, {EAST})", at(2, 2024, 2, 29, 12, 0, 0, 500000)),
    (f"DATE_TRUNC('day', {EAST})", at(2, 2024, 1, 31)),
    (f"TIME_SLICE({WEST}, 1, 'DAY')", at(-4.5, 2024, 1, 31)),
    (f"ADD_MONTHS({WEST}, 1)", at(-4.5, 2024, 2, 29, 5, 30, 0, 500000)),
    (f"{WEST} - INTERVAL '1 day, 30 minutes'", at(-4.5, 2024, 1, 30, 5, 0, 0, 500000)),
    (f"COALESCE(NULL, {EAST}, '2024-01-01'::DATE)", at(2, 2024, 1, 31, 12, 0, 0, 500000)),
    (f"COALESCE('2024-01-01'::DATE, {EAST})", at(0, 2024, 1, 1)),
    (f"IFF(FALSE, '2024-01-01'::TIMESTAMP_LTZ, {EAST})", at(2, 2024, 1, 31, 12, 0, 0, 500000)),
    (f"CASE WHEN TRUE THEN '2024-01-01'::DATE ELSE {EAST} END", at(0, 2024, 1, 1)),
    (f"NVL2(1, {EAST}, {WEST})", at(2, 2024, 1, 31, 12, 0, 0, 500000)),
    (f"GREATEST({EAST}, '2024-01-01 00:00:00 -08:00'::TIMESTAMP_TZ)", at(2, 2024, 1, 31, 12, 0, 0, 500000)),
]


@pytest.mark.parametrize(("sql", "value"), MOMENTS, ids=[sql for sql, _ in MOMENTS])
def test_a_moment_keeps_its_offset(admin: Client, sql: str, value: dt.datetime) -> None:
    assert same(admin.one(f"SELECT {sql}"), value), admin.one(f"SELECT {sql}")
    check(admin, f"SELECT {sql}", [(value,)], "TIMESTAMP_TZ")


VALUES: list[tuple[str, Any]] = [
    (f"{EAST}::VARCHAR", "2024-01-31 12:00:00.500 +0200"),
    (f"{WEST} || ''", "2024-01-31 05:30:00.500 -0430"),
    ("'2024-01-31 12:00Z'::TIMESTAMP_TZ::VARCHAR", "2024-01-31 12:00:00.000 Z"),
    (f"TO_JSON(OBJECT_CONSTRUCT('a', {WEST}))", '{"a":"2024-01-31 05:30:00.500 -0430"}'),
    (f"TO_CHAR({EAST}, 'YYYY-MM-DD HH24:MI:SS.FF3 TZH:TZM')", "2024-01-31 12:00:00.500 +02:00"),
    (f"TO_CHAR({WEST}, 'TZHTZM, TZH')", "-0430, -04"),
    (f"HOUR({WEST})", 5),
    (f"DATE_PART(TZH, {WEST})", -4),
    (f"EXTRACT(timezone_minute FROM {WEST})", -30),
    (f"DATE_PART(EPOCH_SECOND, {WEST})", 1706695200),
    (f"{EAST}::DATE", dt.date(2024, 1, 31)),
    (f"{WEST}::TIME", dt.time(5, 30, 0, 500000)),
    (f"{WEST}::TIMESTAMP_NTZ", dt.datetime(2024, 1, 31, 5, 30, 0, 500000)),
    (f"{WEST}::TIMESTAMP_LTZ", at(0, 2024, 1, 31, 10, 0, 0, 500000)),
    (f"LAST_DAY({WEST})", dt.date(2024, 1, 31)),
    (f"DAYNAME({WEST})", "Wed"),
    (f"DATEDIFF(minute, {EAST}, {WEST})", 0),
    (f"DATEDIFF(hour, {EAST}, '2024-01-31 13:00:00'::TIMESTAMP_NTZ)", 3),
    (f"{EAST} = {WEST}", True),
    (f"{EAST} < {WEST} OR {EAST} > {WEST}", False),
    (f"{EAST} <= {WEST} AND {EAST} >= {WEST}", True),
    (f"{EAST} = '2024-01-31 10:00:00.5'::TIMESTAMP_LTZ", True),
    (f"'2024-01-31 10:00:00.5 Z' = {EAST}", True),
    (f"{EAST} > '2024-01-31'::DATE", True),
    (f"{EAST} BETWEEN '2024-01-31 09:00:00' AND '2024-01-31 11:00:00'::TIMESTAMP_NTZ", True),
    (f"{EAST} IN ('2024-01-01', '2024-01-31 10:00:00.5 Z')", True),
    (f"EQUAL_NULL({EAST}, {WEST}) AND NULLIF({EAST}, {WEST}) IS NULL", True),
    (f"HASH({EAST}) = HASH({WEST})", True),
    ("TRY_CAST('nothing' AS TIMESTAMP_TZ)", None),
    ("TRY_TO_TIMESTAMP_TZ('nothing')", None),
    ("NULL::TIMESTAMP_TZ", None),
]


@pytest.mark.parametrize(("sql", "value"), VALUES, ids=[sql for sql, _ in VALUES])
def test_what_is_made_of_a_moment(admin: Client, sql: str, value: Any) -> None:
    check(admin, f"SELECT {sql}", [(value,)])


REFUSED = [("'nothing'::TIMESTAMP_TZ", 100035), (f"{EAST}::BOOLEAN", 1065), ("INTERVAL '1 day'", 2)]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[sql for sql, _ in REFUSED])
def test_what_is_no_moment_is_refused(admin: Client, sql: str, code: int) -> None:
    admin.refused(f"SELECT {sql}", code)


@pytest.fixture
def table(admin: Client, database: str) -> Client:
    """T: the same instant three times, another one, nothing."""
    admin.run("CREATE TABLE T (N INT, A TIMESTAMP_TZ)")
    admin.run(
        "INSERT INTO T VALUES (1, '2024-01-31 12:00:00 +02:00'), (2, '2024-01-31 10:00:00 Z'), (3, NULL)",
        "INSERT INTO T SELECT 4, '2024-01-31 05:30:00 -0430' UNION ALL SELECT 5, '2024-01-31 09:59:59 -01:00'",
    )
    return admin


QUERIES: list[tuple[str, list[Any]]] = [
    ("SELECT N FROM T ORDER BY A DESC NULLS LAST, N", [(5,), (1,), (2,), (4,), (3,)]),
    ("SELECT COUNT(*) FROM T GROUP BY A ORDER BY 1", [(1,), (1,), (3,)]),
    ("SELECT COUNT(DISTINCT A) FROM T", [(2,)]),
    ("SELECT COUNT(*) FROM (SELECT DISTINCT A FROM T)", [(3,)]),
    ("SELECT COUNT(*) FROM (SELECT A FROM T WHERE N = 1 UNION SELECT A FROM T WHERE N = 2)", [(1,)]),
    ("SELECT L.N, R.N FROM T L JOIN T R ON L.A = R.A WHERE L.N = 1 ORDER BY 2", [(1, 1), (1, 2), (1, 4)]),
    ("SELECT COUNT(*) FROM T JOIN (SELECT A FROM T WHERE N = 2) USING (A)", [(3,)]),
    ("SELECT N FROM T QUALIFY ROW_NUMBER() OVER (PARTITION BY A ORDER BY N DESC) = 1 ORDER BY N", [(3,), (4,), (5,)]),
    ("SELECT MAX(A) = '2024-01-31 10:59:59 Z', MIN(A) = '2024-01-31 10:00:00 Z' FROM T", [(True, True)]),
    ("SELECT MAX_BY(N, A), MIN_BY(N, A, 3) IS NOT NULL FROM T", [(5, True)]),
    (
        "SELECT LEAST('2024-03-01 00:00 -12:00'::TIMESTAMP_TZ, A, '2024-03-02'::DATE) = A FROM T WHERE N < 3",
        [(True,), (True,)],
    ),
    (
        "SELECT R.N FROM T L ASOF JOIN (SELECT * FROM T WHERE N IN (1, 5)) R "
        "MATCH_CONDITION (L.A >= R.A) WHERE L.N = 4",
        [(1,)],
    ),
    ("SELECT ARRAY_AGG(DISTINCT A)::VARCHAR FROM T WHERE N = 4", [('["2024-01-31 05:30:00.000 -0430"]',)]),
    ("SELECT N FROM T WHERE A IN (SELECT A FROM T WHERE N = 4) ORDER BY N", [(1,), (2,), (4,)]),
]


@pytest.mark.parametrize(("sql", "rows"), QUERIES, ids=[sql for sql, _ in QUERIES])
def test_instants_are_compared_whatever_their_offsets(table: Client, sql: str, rows: list[Any]) -> None:
    assert table.rows(sql) == rows


def test_an_offset_stays_through_tables_views_and_results(table: Client) -> None:
    wanted = at(-4.5, 2024, 1, 31, 5, 30)
    table.run(
        "CREATE TABLE C AS SELECT * FROM T", "CREATE VIEW V AS SELECT N, A, LAG(A) OVER (ORDER BY N DESC) P FROM C"
    )
    table.run("UPDATE C SET A = '2020-01-01 00:00:00 -03:00' WHERE N = 3", "CREATE TABLE D CLONE C")
    table.run(
        "MERGE INTO D USING (SELECT 4 AS N, A FROM T WHERE N = 4) S ON D.N = S.N WHEN MATCHED THEN UPDATE SET A = S.A",
        "CREATE FUNCTION LATER(X TIMESTAMP_TZ) RETURNS TIMESTAMP_TZ AS 'DATEADD(hour, 1, X)'",
        "CREATE TABLE E (A TIMESTAMP_TZ DEFAULT '2024-01-01 00:00:00 +05:45'::TIMESTAMP_TZ, N INT)",
        "INSERT INTO E (N) VALUES (1)",
        "CREATE TABLE F (N INT, A TIMESTAMP_TZ DEFAULT CURRENT_TIMESTAMP(), B TIMESTAMP_TZ DEFAULT '2024-01-01'::DATE)",
        "ALTER SESSION SET TIMEZONE = 'Asia/Kolkata'",
        "INSERT INTO F (N) VALUES (1)",
        "ALTER SESSION UNSET TIMEZONE",
    )
    assert same(table.one("SELECT A FROM V WHERE N = 4"), wanted)
    assert same(table.one("SELECT P FROM V WHERE N = 3"), wanted)
    assert same(table.one("SELECT A FROM D WHERE N = 4"), wanted)
    assert same(table.one("SELECT A FROM D WHERE N = 3"), at(-3, 2020, 1, 1))
    assert same(table.one("SELECT LATER(A) FROM T WHERE N = 4"), at(-4.5, 2024, 1, 31, 6, 30))
    assert same(table.one("SELECT A FROM E"), at(5.75, 2024, 1, 1))
    assert table.rows("SELECT TO_CHAR(A, 'TZH:TZM'), ABS(DATEDIFF(second, A, CURRENT_TIMESTAMP())) < 60 FROM F") == [
        ("+05:30", True)
    ]
    assert same(table.one("SELECT B FROM F"), at(0, 2024, 1, 1))
    table.run("SELECT A FROM T WHERE N = 4")
    assert same(table.one("SELECT A FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))"), wanted)
    block = "LET x TIMESTAMP_TZ := (SELECT A FROM T WHERE N = 4); RETURN :x;"
    assert same(table.one(f"EXECUTE IMMEDIATE $$ BEGIN {block} END $$"), wanted)
    (column,) = [c for c in table.table("DESC TABLE C") if c["name"] == "A"]
    assert column["type"] == "TIMESTAMP_TZ(9)"


def test_a_masking_policy_gives_an_offset(table: Client) -> None:
    table.run(
        "CREATE MASKING POLICY M AS (V TIMESTAMP_TZ) RETURNS TIMESTAMP_TZ -> DATE_TRUNC('year', V)",
        "ALTER TABLE T MODIFY COLUMN A SET MASKING POLICY M",
    )
    assert same(table.one("SELECT A FROM T WHERE N = 4"), at(-4.5, 2024, 1, 1))


def test_the_wire_carries_seconds_and_the_offset(server: Server) -> None:
    raw = Raw(server)
    raw.log_in()
    sql = "SELECT '2024-01-02 03:04:05.678 {}'::TIMESTAMP_TZ({}) AS A"
    assert raw.query(sql.format("+02:00", 9))["data"]["rowset"] == [["1704157445.678000000 1560"]]
    assert raw.query(sql.format("-09:30", 3))["data"]["rowset"] == [["1704198845.678 870"]]
    (column,) = raw.query(sql.format("+02:00", 3), describeOnly=True)["data"]["rowtype"]
    assert (column["type"], column["scale"]) == ("timestamp_tz", 3)


# Connector 5 sends the instant alone, 4.8.1 the offset with it.
SENDS_OFFSETS = snowflake.connector.__version__ < "5"


@pytest.mark.parametrize("hours", [2, -4.5, 0, 13.75])
def test_a_bound_moment_keeps_what_the_driver_sends(log_in: Open, database: str, hours: float) -> None:
    client = log_in(paramstyle="qmark")
    client.run(f"USE DATABASE {database}", "CREATE TABLE T (N INT, A TIMESTAMP_TZ, L TIMESTAMP_LTZ)")
    value = at(hours, 2024, 1, 2, 3, 4, 5, 678901)
    wanted = value if SENDS_OFFSETS else value.astimezone(dt.UTC)
    client.rows("INSERT INTO T VALUES (?, ?, ?)", (1, ("TIMESTAMP_TZ", value), ("TIMESTAMP_LTZ", value)))
    assert same(client.one("SELECT A FROM T"), wanted)
    assert client.one("SELECT L FROM T") == value
    assert same(client.rows("SELECT ?", (("TIMESTAMP_TZ", value),))[0][0], wanted)


def test_bindings_carry_an_offset(server: Server, database: str) -> None:
    """As gosnowflake, the JDBC driver and connector 4 send it: nanoseconds and minutes, 1440 more."""
    raw = Raw(server)
    raw.log_in()
    one = {"1": {"type": "TIMESTAMP_TZ", "value": "1704157445678901000 1560"}}
    assert raw.query("SELECT ?::VARCHAR", bindings=one)["data"]["rowset"] == [["2024-01-02 03:04:05.678 +0200"]]
    raw.query(f"CREATE TABLE {database}.PUBLIC.T (A TIMESTAMP_TZ)")
    many = {"1": {"type": "TIMESTAMP_TZ", "value": ["1704157445678901000 870", None, "-1000 1440"]}}
    assert raw.query(f"INSERT INTO {database}.PUBLIC.T VALUES (?)", bindings=many)["success"]
    rows = raw.query(f"SELECT A FROM {database}.PUBLIC.T ORDER BY A")["data"]["rowset"]
    assert rows == [["-0.000001000 1440"], ["1704157445.678901000 870"], [None]]


def test_files_bring_offsets_and_take_them(admin: Client, database: str, world: Path) -> None:
    folder = world.parent / "stage" / database.lower()
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("1,2024-01-02 03:04:05 +05:30\n2,2024-01-02T03:04:05Z\n")
    (folder / "b.json").write_text('{"N": 3, "A": "2024-01-02 03:04:05 -0800"}')
    admin.run(
        f"CREATE STAGE S URL = 'file://{folder}/'",
        "CREATE TABLE T (N INT, A TIMESTAMP_TZ)",
        "COPY INTO T FROM @S/a.csv FILE_FORMAT = (TYPE = CSV)",
        "COPY INTO T FROM @S/b.json FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = CASE_SENSITIVE",
        "CREATE STAGE I",
        "COPY INTO @I/out.csv FROM (SELECT A FROM T ORDER BY N) SINGLE = TRUE "
        "FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE)",
    )
    rows = [value for (value,) in admin.rows("SELECT A FROM T ORDER BY N")]
    wanted = [at(hours, 2024, 1, 2, 3, 4, 5) for hours in (5.5, 0, -8)]
    assert all(map(same, rows, wanted)), rows
    assert admin.rows("SELECT $1 FROM @I/out.csv") == [
        ("2024-01-02 03:04:05.000 +0530",),
        ("2024-01-02 03:04:05.000 Z",),
        ("2024-01-02 03:04:05.000 -0800",),
    ]
