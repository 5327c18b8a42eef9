"""INSERT, UPDATE and MERGE between types, with DEFAULT, and the rule against nondeterministic merges."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client


@pytest.fixture
def table(admin: Client, database: str) -> Client:
    admin.run("CREATE TABLE T (A INT, B VARCHAR(5) DEFAULT 'none', V VARIANT, D DATE, N NUMBER(10,2))")
    return admin


def test_values_take_the_type_of_their_column(table: Client) -> None:
    table.run(
        "INSERT INTO T SELECT X:a, X:b, X:c, X:d, X:a / 3 FROM "
        '(SELECT PARSE_JSON(\'{"a": 1, "b": "text", "c": [1], "d": "01/02/2024"}\') AS X)'
    )
    assert table.rows("SELECT A, B, V[0]::INT, D::VARCHAR, N::VARCHAR FROM T") == [(1, "text", 1, "2024-01-02", "0.33")]


def test_text_that_is_too_long_is_refused_not_cut(table: Client) -> None:
    assert "too long" in table.refused("INSERT INTO T (B) VALUES ('123456')", 100078)
    table.run("INSERT INTO T (A, B) VALUES (1, '12345')")
    table.refused("UPDATE T SET B = B || '6'", 100078)
    assert table.rows("SELECT B FROM T") == [("12345",)]


def test_default_stands_for_the_columns_default(table: Client) -> None:
    table.run("INSERT INTO T (A, B, N) VALUES (1, DEFAULT, DEFAULT)", "INSERT INTO T (A, B) VALUES (2, 'x')")
    table.run("UPDATE T SET B = DEFAULT WHERE A = 2")
    assert table.rows("SELECT A, B, N FROM T ORDER BY A") == [(1, "none", None), (2, "none", None)]


def test_an_update_computes_with_the_tables_own_types(table: Client) -> None:
    table.run("INSERT INTO T (A, D, N) VALUES (7, '2024-01-31', 1)")
    table.run("UPDATE T SET D = DATEADD(month, 1, D), N = A / 3, B = A, V = OBJECT_CONSTRUCT('a', A)")
    assert table.rows("SELECT D::VARCHAR, N::VARCHAR, B, V:a::INT FROM T") == [("2024-02-29", "2.33", "7", 7)]


def test_a_row_that_two_source_rows_would_update_is_refused(table: Client) -> None:
    table.run("INSERT INTO T (A) VALUES (1)")
    twice = "MERGE INTO T USING (SELECT * FROM VALUES (1, 'x'), (1, 'y') AS S (K, B)) S ON T.A = S.K "
    table.refused(twice + "WHEN MATCHED THEN UPDATE SET T.B = S.B", 100090, "42P18")
    assert table.rows(twice + "WHEN MATCHED AND S.B = 'y' THEN UPDATE SET T.B = S.B") == [(1,)]
    assert table.rows("SELECT B FROM T") == [("y",)]


def test_a_merge_with_every_clause(table: Client) -> None:
    table.run("INSERT INTO T (A, B) VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    rows = table.rows(
        "MERGE INTO T TGT USING (SELECT * FROM VALUES (1, 'u'), (2, NULL), (9, 'n'), (8, NULL) AS S (K, B)) S "
        "ON TGT.A = S.K "
        "WHEN MATCHED AND S.B IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET B = S.B, N = S.K / 2 "
        "WHEN NOT MATCHED AND S.B IS NOT NULL THEN INSERT (A, B, N) VALUES (S.K, S.B, DEFAULT)"
    )
    assert rows == [(1, 1, 1)]
    assert table.rows("SELECT A, B, N::VARCHAR FROM T ORDER BY A") == [(1, "u", "0.50"), (3, "c", None), (9, "n", None)]


REFUSED = [
    ("MERGE INTO T USING T S ON T.A = S.A WHEN NOT MATCHED BY SOURCE THEN DELETE", 1003),
    ("INSERT INTO T (A) SELECT 'x'", 100038),
    ("UPDATE T SET A = 'x'", 100038),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[sql for sql, _ in REFUSED])
def test_a_change_that_is_not_possible_is_refused(table: Client, sql: str, code: int) -> None:
    table.run("INSERT INTO T (A) VALUES (1)")
    table.refused(sql, code)
