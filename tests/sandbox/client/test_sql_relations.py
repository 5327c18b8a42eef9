"""Clauses of queries: docs.snowflake.com/en/sql-reference/constructs and sql/select."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client.sqlcases import check
from tests.sandbox.conftest import Client

T = "(SELECT * FROM VALUES (1, 'a', 10), (2, 'b', 20), (3, NULL, 30) AS V (K, S, N))"
QUERIES: list[tuple[str, list[Any]]] = [
    (f"SELECT S FROM {T} ORDER BY S", [("a",), ("b",), (None,)]),
    (f"SELECT S FROM {T} ORDER BY S DESC", [(None,), ("b",), ("a",)]),
    (f"SELECT K AS A, A + 1 AS B FROM {T} WHERE B > 2 ORDER BY A", [(2, 3), (3, 4)]),
    (f"SELECT N / 10 AS X, X + 1 AS Y FROM {T} WHERE X = 1", [(Decimal("1.000000"), Decimal("2.000000"))]),
    (f"SELECT TOP 1 K FROM {T} ORDER BY K DESC", [(3,)]),
    (f"SELECT K FROM {T} ORDER BY K LIMIT 1 OFFSET 1", [(2,)]),
    (f"SELECT K FROM {T} ORDER BY K OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY", [(2,)]),
    (f"SELECT * EXCLUDE (S, N) FROM {T} ORDER BY 1", [(1,), (2,), (3,)]),
    (f"SELECT * RENAME (K AS X) FROM {T} ORDER BY X LIMIT 1", [(1, "a", 10)]),
    (f"SELECT * EXCLUDE N REPLACE (K * 2 AS K) FROM {T} ORDER BY K LIMIT 1", [(2, "a")]),
    (f"SELECT * ILIKE 'k' FROM {T} ORDER BY 1 LIMIT 1", [(1,)]),
    ("SELECT $1, $2 FROM VALUES (1, 'x'), (2, 'y') ORDER BY 1", [(1, "x"), (2, "y")]),
    ("SELECT V.$2 FROM VALUES (1, 'x') V", [("x",)]),
    (f"SELECT S, COUNT(*) FROM {T} GROUP BY ALL ORDER BY S", [("a", 1), ("b", 1), (None, 1)]),
    (f"SELECT S, SUM(N) FROM {T} WHERE S IS NOT NULL GROUP BY ROLLUP (S) ORDER BY S",
     [("a", 10), ("b", 20), (None, 30)]),
    (f"SELECT GROUPING(S), SUM(N) FROM {T} GROUP BY CUBE (S) ORDER BY 2", [(0, 10), (0, 20), (0, 30), (1, 60)]),
    (f"SELECT S, SUM(N) FROM {T} GROUP BY GROUPING SETS ((S), ()) ORDER BY 2",
     [("a", 10), ("b", 20), (None, 30), (None, 60)]),
    (f"SELECT K FROM {T} QUALIFY ROW_NUMBER() OVER (ORDER BY N DESC) = 1", [(3,)]),
    (f"SELECT K, ROW_NUMBER() OVER (ORDER BY K DESC) AS R FROM {T} QUALIFY R = 1", [(3, 1)]),
    (f"SELECT SUM(N) OVER (ORDER BY K ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM {T} ORDER BY K",
     [(10,), (30,), (50,)]),
    (f"SELECT LAST_VALUE(S) IGNORE NULLS OVER (ORDER BY K) FROM {T} ORDER BY K", [("b",), ("b",), ("b",)]),
    (f"SELECT * FROM (SELECT S, N FROM {T}) PIVOT (SUM(N) FOR S IN ('a', 'b')) AS P (A, B)", [(10, 20)]),
    (f"SELECT * FROM (SELECT K, N FROM {T} WHERE K = 1) UNPIVOT (V FOR C IN (K, N)) ORDER BY C", [("K", 1), ("N", 10)]),
    (f"SELECT K FROM {T} MINUS SELECT 1 ORDER BY 1", [(2,), (3,)]),
    (f"SELECT K FROM {T} INTERSECT SELECT 2", [(2,)]),
    ("SELECT 1 UNION SELECT 1.5 ORDER BY 1", [(Decimal("1.0"),), (Decimal("1.5"),)]),
    (f"SELECT A.K FROM {T} A, LATERAL (SELECT MAX(B.N) AS M FROM VALUES (15), (25) AS B (N) WHERE B.N < A.N) L "
     "WHERE L.M IS NOT NULL ORDER BY 1", [(2,), (3,)]),
    (f"SELECT A.K, B.K FROM {T} A ASOF JOIN (SELECT * FROM VALUES (0), (2) AS B (K)) B MATCH_CONDITION (A.K >= B.K) "
     "ORDER BY 1", [(1, 0), (2, 2), (3, 2)]),
    ("WITH RECURSIVE R (N) AS (SELECT 1 UNION ALL SELECT N + 1 FROM R WHERE N < 4) SELECT SUM(N) FROM R", [(10,)]),
    ("SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 3)) ORDER BY 1", [(0,), (1,), (2,)]),
    (f"SELECT COUNT(*) FROM {T} SAMPLE (100)", [(3,)]),
    (f"SELECT HASH(*) IS NOT NULL, OBJECT_CONSTRUCT(*):K::INT FROM {T} WHERE K = 1", [(True, 1)]),
    (f"SELECT k, \"K\", t.K FROM {T} T WHERE K = 1", [(1, 1, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "rows"), QUERIES, ids=[sql.replace(T, "T") for sql, _ in QUERIES])
def test_a_clause(admin: Client, sql: str, rows: list[Any]) -> None:
    check(admin, sql, rows)


def test_types_come_through_views_ctes_and_new_tables(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A INT, D DATE, N NUMBER(10,2), S VARCHAR(3))",
        "CREATE VIEW V AS WITH C AS (SELECT A / 2 AS H, D + 1 AS D2, AVG(N) OVER () AS AV, S FROM T) SELECT * FROM C",
        "CREATE TABLE U AS SELECT H, D2, COUNT(*) AS C, MAX(S) AS S FROM V GROUP BY H, D2",
    )
    view = [row["type"] for row in admin.table("DESCRIBE VIEW V")]
    assert view == ["NUMBER(38,6)", "DATE", "NUMBER(38,8)", "VARCHAR(3)"]
    table = [row["type"] for row in admin.table("DESCRIBE TABLE U")]
    assert table == ["NUMBER(38,6)", "DATE", "NUMBER(18,0)", "VARCHAR(3)"]


REFUSED = [
    (f"SELECT * FROM {T} MATCH_RECOGNIZE (ORDER BY K MEASURES 1 AS X PATTERN (A) DEFINE A AS TRUE)", 2),
    (f"SELECT K FROM {T} ->> SELECT 1 FROM $1", 1003),
    ("SELECT * FROM LAKE.NYC.FLIGHTS BEFORE (STATEMENT => 'x')", 2),
    ("SELECT $9 FROM VALUES (1)", 904),
    ("SELECT READ_CSV('/etc/passwd')", 2),
    ("SELECT * FROM READ_TEXT('/etc/passwd')", 2140),
    ("SELECT LIST_VALUE(1)", 2140),
    ("SELECT GETVARIABLE('x')", 2140),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[sql.replace(T, "T") for sql, _ in REFUSED])
def test_a_clause_that_is_not_there_is_refused(admin: Client, sql: str, code: int) -> None:
    admin.refused(sql, code)
