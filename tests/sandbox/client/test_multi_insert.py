"""INSERT ALL and INSERT FIRST. Source: docs.snowflake.com/en/sql-reference/sql/insert-multi-table."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client


@pytest.fixture
def tables(admin: Client, database: str) -> Client:
    """The page's tables: a source of three columns, T1 with a default, T2."""
    admin.run(
        "CREATE TABLE T1 (C1 INT, C2 INT, C3 INT DEFAULT 30)",
        "CREATE TABLE T2 (C1 INT, C2 INT, C3 INT)",
        "CREATE TABLE SRC (N1 INT, N2 INT, N3 INT)",
        "INSERT INTO SRC VALUES (1, 11, 101), (2, 12, 102), (NULL, 13, 103)",
    )
    return admin


def test_every_row_goes_through_every_into(tables: Client) -> None:
    with tables.connection.cursor() as cursor:
        cursor.execute(
            "INSERT ALL INTO T1 INTO T1 (C1, C2, C3) VALUES (N2, N1, DEFAULT) "
            "INTO T2 (C1, C2) VALUES (NULL, N1 + 1) SELECT N1, N2, N3 FROM SRC WHERE N1 < 3"
        )
        assert [d[0] for d in cursor.description] == [
            "number of rows inserted into T1",
            "number of rows inserted into T2",
        ]
        assert cursor.fetchall() == [(4, 2)]
        assert cursor.rowcount == 6
    assert tables.rows("SELECT * FROM T1 ORDER BY C1") == [(1, 11, 101), (2, 12, 102), (11, 1, 30), (12, 2, 30)]
    assert tables.rows("SELECT * FROM T2 ORDER BY C2") == [(None, 2, None), (None, 3, None)]


_WHENS = "WHEN N1 > 1 THEN INTO T1 WHEN N1 > 0 THEN INTO T1 INTO T2 ELSE INTO T2 SELECT N1, N2, N3 FROM SRC"


def test_all_goes_through_each_condition_that_holds(tables: Client) -> None:
    assert tables.rows(f"INSERT ALL {_WHENS}") == [(3, 3)]
    assert tables.rows("SELECT C1 FROM T1 ORDER BY 1") == [(1,), (2,), (2,)]
    assert tables.rows("SELECT C1 FROM T2 ORDER BY C2") == [(1,), (2,), (None,)]


def test_first_stops_at_the_first_that_holds(tables: Client) -> None:
    assert tables.rows(f"INSERT FIRST {_WHENS}") == [(2, 2)]
    assert tables.rows("SELECT C1 FROM T1 ORDER BY 1") == [(1,), (2,)]
    assert tables.rows("SELECT C1 FROM T2 ORDER BY C2") == [(1,), (None,)]


def test_overwrite_empties_each_table_first(tables: Client) -> None:
    tables.run("INSERT INTO T1 VALUES (7, 7, 7)", "INSERT INTO T2 VALUES (8, 8, 8)")
    assert tables.rows("INSERT OVERWRITE ALL WHEN N1 = 1 THEN INTO T1 WHEN N1 = 9 THEN INTO T2 SELECT * FROM SRC") == [
        (1, 0)
    ]
    assert tables.rows("SELECT C1 FROM T1") == [(1,)]
    assert tables.rows("SELECT C1 FROM T2") == []


def test_the_query_is_evaluated_once_for_all_tables(tables: Client) -> None:
    """As in the guide on sequences: two tables that a number of one sequence ties together."""
    tables.run("CREATE SEQUENCE IDS")
    tables.run(
        "INSERT ALL INTO T1 (C1, C2) VALUES (ID, N1) INTO T2 (C1, C2) VALUES (ID, N2) "
        "SELECT IDS.NEXTVAL AS ID, N1, N2 FROM SRC"
    )
    assert tables.one("SELECT COUNT(*) FROM T1 JOIN T2 ON T1.C1 = T2.C1 JOIN SRC ON SRC.N2 = T2.C2") == 3


@pytest.mark.parametrize("begin", [False, True])
def test_it_happens_as_a_whole_or_not_at_all(tables: Client, begin: bool) -> None:
    tables.run(*["BEGIN"] * begin, "INSERT INTO T2 VALUES (5, 5, 5)")
    tables.refused("INSERT ALL INTO T1 INTO T2 (C1) VALUES (1 / (N1 - 2)) SELECT N1, N2, N3 FROM SRC", 100051)
    assert tables.one("SELECT COUNT(*) FROM T1") == 0
    assert tables.rows("SELECT C1 FROM T2") == [(5,)]
    tables.run("INSERT ALL INTO T1 INTO T2 SELECT 1, 2, 3", *["ROLLBACK"] * begin)
    assert tables.one("SELECT COUNT(*) FROM T1") == (0 if begin else 1)


def test_values_become_the_columns_types_and_binds_are_bound(tables: Client) -> None:
    tables.run("CREATE TABLE W (A VARCHAR(2), D DATE)")
    tables.run("INSERT ALL INTO W VALUES (N, '2024-02-03') INTO T1 (C1) VALUES ('4') SELECT 12 AS N")
    assert [(a, str(d)) for a, d in tables.rows("SELECT * FROM W")] == [("12", "2024-02-03")]
    assert tables.one("SELECT C1 FROM T1") == 4


def test_what_does_not_fit_is_refused(tables: Client) -> None:
    tables.refused("INSERT FIRST INTO T1 SELECT 1, 2, 3", 1003)
    tables.refused("INSERT ALL INTO T1 SELECT 1, 2", 2020, "21S01")
    tables.refused("INSERT ALL INTO T1 (C1) VALUES (NOPE) SELECT 1 AS N", 904)
    tables.refused("INSERT ALL INTO NOWHERE SELECT 1 AS N", 2003)
