"""SELECT: what is answered, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.sandbox.conftest import Client

FLIGHTS = "LAKE.NYC.FLIGHTS"
ANSWERS: list[tuple[str, list[Any]]] = [
    (f"SELECT COUNT(*) FROM {FLIGHTS}", [(6,)]),
    (f"SELECT CARRIER, COUNT(*) AS N FROM {FLIGHTS} GROUP BY CARRIER ORDER BY N DESC, 1",
     [("UA", 3), ("DL", 2), ("AA", 1)]),
    (f"SELECT COUNT_IF(DEP_DELAY > 0), COUNT(DEP_DELAY) FROM {FLIGHTS}", [(2, 5)]),
    (f"SELECT MAX(TIME_HOUR), MIN(TIME_HOUR) FROM {FLIGHTS}",
     [(dt.datetime(2013, 1, 2, 10), dt.datetime(2013, 1, 1, 10))]),
    (f"SELECT F.CARRIER, P.SEATS FROM {FLIGHTS} F JOIN LAKE.NYC.PLANES P ON F.TAILNUM = P.TAILNUM WHERE F.FLIGHT = 461",
     [("DL", 178)]),
    (f"SELECT COUNT(*) FROM {FLIGHTS} F LEFT JOIN LAKE.NYC.PLANES P USING (TAILNUM) WHERE P.SEATS IS NULL", [(1,)]),
    (f"SELECT CARRIER FROM {FLIGHTS} QUALIFY ROW_NUMBER() OVER (PARTITION BY CARRIER ORDER BY FLIGHT) = 1 ORDER BY 1",
     [("AA",), ("DL",), ("UA",)]),
    (f"WITH F AS (SELECT * FROM {FLIGHTS}) SELECT COUNT(*) FROM F", [(6,)]),
    ("WITH RECURSIVE R AS (SELECT 1 AS N UNION ALL SELECT N + 1 FROM R WHERE N < 3) SELECT SUM(N) FROM R", [(6,)]),
    (f"SELECT (SELECT MAX(FLIGHT) FROM {FLIGHTS}), EXISTS (SELECT 1 FROM {FLIGHTS} WHERE CARRIER = 'ZZ')",
     [(1919, False)]),
    (f"SELECT CASE WHEN DEP_DELAY > 3 THEN 'late' WHEN DEP_DELAY IS NULL THEN '?' ELSE 'fine' END AS X, COUNT(*) "
     f"FROM {FLIGHTS} GROUP BY ALL ORDER BY 1", [("?", 1), ("fine", 4), ("late", 1)]),
    ("SELECT IFF(1 = 1, 'a', 'b'), NVL(NULL, 1), ZEROIFNULL(NULL), COALESCE(NULL, 2), NULLIF(1, 1)",
     [("a", 1, 0, 2, None)]),
    ("SELECT DATEDIFF('day', '2024-01-01'::DATE, '2024-03-01'::DATE), YEAR('2024-05-01'::DATE)", [(60, 2024)]),
    ("SELECT TO_CHAR('2024-01-15 13:14:15'::TIMESTAMP, 'YYYY-MM-DD HH24:MI:SS'), TO_DATE('2024-01-02')",
     [("2024-01-15 13:14:15", dt.date(2024, 1, 2))]),
    ("SELECT TRY_TO_NUMBER('x'), TRY_CAST('7' AS INT)", [(None, 7)]),
    ("SELECT UPPER('a'), SPLIT_PART('a-b', '-', 2), LENGTH('abc'), CONTAINS('abc', 'b'), LPAD('1', 3, '0')",
     [("A", "b", 3, True, "001")]),
    ("SELECT * FROM VALUES (1, 'a'), (2, 'b') ORDER BY COLUMN1", [(1, "a"), (2, "b")]),
    ("SELECT 10 / 4", [(2.5,)]),
    ("SELECT NULL / 0, 0 / 5", [(None, 0)]),
    ("SELECT 1 -- a comment", [(1,)]),
    ("SELECT 1;", [(1,)]),
    (f"SELECT * EXCLUDE (TAILNUM, DEP_DELAY, DISTANCE, TIME_HOUR) FROM {FLIGHTS} WHERE CARRIER = 'AA'", [("AA", 1141)]),
    ("SELECT * FROM IDENTIFIER('LAKE.NYC.PLANES') WHERE SEATS = 188", [("N619AA", 188)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "rows"), ANSWERS, ids=[sql[:60] for sql, _ in ANSWERS])
def test_an_answer(admin: Client, sql: str, rows: list[Any]) -> None:
    assert admin.rows(sql) == rows


@pytest.mark.parametrize(
    "sql", ["SELECT 1 / 0", f"SELECT FLIGHT % 0 FROM {FLIGHTS}", f"SELECT 1 / (FLIGHT - 461) FROM {FLIGHTS}"]
)
def test_division_by_zero_is_an_error(admin: Client, sql: str) -> None:
    admin.refused(sql, 100051, "22012")


def test_a_bad_cast_is_an_error_of_the_row(admin: Client) -> None:
    assert "'x'" in admin.refused("SELECT 'x'::INT", 100038, "22018")


REFUSED = [
    ("SELEC 1", 1003, "SELEC"),
    ("SELECT FROM WHERE", 1003, ""),
    ("SELECT NOPE FROM LAKE.NYC.FLIGHTS", 904, "NOPE"),
    ("SELECT * FROM LAKE.NYC.NOPE", 2003, "LAKE.NYC.NOPE"),
    ("SELECT * FROM LAKE.NOPE.FLIGHTS", 2003, "LAKE.NOPE"),
    ("SELECT * FROM NOPE.NYC.FLIGHTS", 2003, "NOPE"),
    ("SELECT NO_SUCH_FUNCTION(1)", 2140, "NO_SUCH_FUNCTION"),
    ("SELECT 1; SELECT 2", 8, "2"),
    (";", 900, "Empty"),
    ("SHOW WIDGETS", 2, "WIDGETS"),
    ("CREATE WIDGET X", 2, "WIDGET"),
    ("ALTER WIDGET X SET Y = 1", 2, "WIDGET"),
    ("CREATE STREAM S ON TABLE T", 2, "STREAM"),
    ("EXECUTE IMMEDIATE FROM './x.sql'", 2, "FROM"),
    ("EXECUTE TASK T", 2, "EXECUTE TASK"),
    ("CALL P()", 2140, "P"),
    ("SELECT * FROM LAKE.NYC.FLIGHTS AT(OFFSET => -60)", 2, ""),
    ("SELECT 'open", 1003, ""),
]


@pytest.mark.parametrize(("sql", "code", "named"), REFUSED, ids=[sql for sql, _, _ in REFUSED])
def test_what_is_not_understood_is_refused_by_name(admin: Client, sql: str, code: int, named: str) -> None:
    assert named in admin.refused(sql, code)


def test_an_unqualified_name_needs_a_database(admin: Client) -> None:
    assert "USE DATABASE" in admin.refused("SELECT * FROM FLIGHTS", 90105, "22000")


def test_an_unqualified_name_is_looked_up_where_the_session_stands(admin: Client) -> None:
    admin.run("USE SCHEMA LAKE.NYC")
    assert admin.one("SELECT COUNT(*) FROM PLANES") == 5
    assert admin.one("SELECT COUNT(*) FROM NYC.PLANES") == 5


def test_an_unnamed_expression_is_called_by_its_text(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), CARRIER FROM {FLIGHTS} GROUP BY 2")
        assert [column[0] for column in cursor.description] == ["COUNT(*)", "CARRIER"]


def test_a_result_can_be_scanned_again(admin: Client) -> None:
    admin.run("SHOW DATABASES LIKE 'LAKE'")
    assert admin.rows('SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))') == [("LAKE",)]


def test_a_large_result_comes_whole(admin: Client) -> None:
    rows = admin.rows(
        "WITH RECURSIVE R AS (SELECT 0 AS N UNION ALL SELECT N + 1 FROM R WHERE N < 299) "
        "SELECT A.N * 300 + B.N AS X FROM R A CROSS JOIN R B ORDER BY X"
    )
    assert [row[0] for row in rows] == list(range(90_000))


def test_a_dictionary_cursor_reads_columns_by_name(admin: Client) -> None:
    import snowflake.connector

    with admin.connection.cursor(snowflake.connector.DictCursor) as cursor:
        cursor.execute("SELECT 1 AS A, 'x' AS \"b\"")
        assert cursor.fetchall() == [{"A": 1, "b": "x"}]
