"""INSERT, UPDATE, DELETE, MERGE, TRUNCATE."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client


@pytest.fixture
def table(admin: Client, database: str) -> Client:
    """The provider's administrator with a table T of three rows."""
    admin.run("CREATE TABLE T (A INT NOT NULL, B VARCHAR DEFAULT 'none')")
    admin.run("INSERT INTO T VALUES (1, 'x'), (2, 'y'), (3, NULL)")
    return admin


def test_insert_counts_its_rows(table: Client) -> None:
    assert table.rows("INSERT INTO T (A) VALUES (4), (5)") == [(2,)]
    assert table.rows("SELECT A, B FROM T WHERE A > 3 ORDER BY A") == [(4, "none"), (5, "none")]


def test_insert_from_a_query(table: Client) -> None:
    assert table.rows("INSERT INTO T (B, A) SELECT B, A + 10 FROM T") == [(3,)]
    assert table.one("SELECT COUNT(*) FROM T WHERE A > 10") == 3


def test_insert_overwrite_replaces(table: Client) -> None:
    table.run("INSERT OVERWRITE INTO T SELECT 9, 'z'")
    assert table.rows("SELECT * FROM T") == [(9, "z")]


def test_a_value_too_many_or_too_few_is_refused(table: Client) -> None:
    table.refused("INSERT INTO T (A, B) VALUES (1)", 2020, "21S01")
    table.refused("INSERT INTO T VALUES (1, 'a', 2)", 2020, "21S01")


def test_null_in_a_column_that_forbids_it_is_refused(table: Client) -> None:
    table.refused("INSERT INTO T VALUES (NULL, 'a')", 100072, "22000")


def test_an_unknown_column_is_refused(table: Client) -> None:
    table.refused("INSERT INTO T (NOPE) VALUES (1)", 904)
    table.refused("UPDATE T SET NOPE = 1", 904)


def test_update_with_alias_and_source(table: Client) -> None:
    with table.connection.cursor() as cursor:
        cursor.execute("UPDATE T t SET t.B = s.B FROM (SELECT 1 AS A, 'new' AS B) s WHERE t.A = s.A")
        assert cursor.rowcount == 1
    assert table.one("SELECT B FROM T WHERE A = 1") == "new"


def test_delete_with_using(table: Client) -> None:
    assert table.rows("DELETE FROM T USING (SELECT 1 AS A) s WHERE T.A = s.A") == [(1,)]
    assert table.one("SELECT COUNT(*) FROM T") == 2


def test_delete_everything(table: Client) -> None:
    assert table.rows("DELETE FROM T") == [(3,)]


def test_merge_updates_deletes_and_inserts(table: Client) -> None:
    rows = table.rows(
        "MERGE INTO T USING (SELECT 1 AS A, 'm' AS B UNION ALL SELECT 2, NULL UNION ALL SELECT 7, 'n') S ON T.A = S.A "
        "WHEN MATCHED AND S.B IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET T.B = S.B "
        "WHEN NOT MATCHED THEN INSERT (A, B) VALUES (S.A, S.B)"
    )
    assert rows == [(1, 1, 1)]
    assert table.rows("SELECT A, B FROM T ORDER BY A") == [(1, "m"), (3, None), (7, "n")]


def test_merge_may_delete_a_row_for_several_reasons(table: Client) -> None:
    """Source: docs.snowflake.com/en/sql-reference/sql/merge, "Deterministic results for DELETE"."""
    twice = "(SELECT 1 AS A UNION ALL SELECT 1 UNION ALL SELECT 2)"
    assert table.rows(f"MERGE INTO T USING {twice} S ON T.A = S.A WHEN MATCHED THEN DELETE") == [(2,)]
    assert table.rows("SELECT A FROM T") == [(3,)]


def test_merge_knows_no_rows_without_a_source_row(table: Client) -> None:
    """Source: docs.snowflake.com/en/migrations/sma-docs/translation-reference/spark-sql/spark-sql-dml/merge."""
    said = table.refused("MERGE INTO T USING T S ON T.A = S.A WHEN NOT MATCHED BY SOURCE THEN DELETE", 1003, "42000")
    assert "unexpected 'BY'" in said


def test_truncate_empties(table: Client) -> None:
    table.run("TRUNCATE TABLE T")
    assert table.one("SELECT COUNT(*) FROM T") == 0


def test_a_view_cannot_be_changed(table: Client) -> None:
    table.run("CREATE VIEW V AS SELECT * FROM T")
    table.refused("DELETE FROM V", 2203)


def test_tables_from_queries_likeness_and_clones(table: Client) -> None:
    table.run(
        "CREATE TABLE C AS SELECT A, B AS BB FROM T", "CREATE TABLE L LIKE T", "CREATE TABLE K CLONE T", "DELETE FROM T"
    )
    assert table.rows("SELECT BB FROM C ORDER BY A") == [("x",), ("y",), (None,)]
    assert table.one("SELECT COUNT(*) FROM L") == 0
    assert table.one("SELECT COUNT(*) FROM K") == 3


def test_columns_can_be_added_renamed_and_dropped(table: Client) -> None:
    table.run(
        "ALTER TABLE T ADD COLUMN C INT DEFAULT 5", "ALTER TABLE T RENAME COLUMN B TO BB", "ALTER TABLE T DROP COLUMN A"
    )
    assert table.rows("SELECT * FROM T ORDER BY BB LIMIT 1") == [("x", 5)]
    assert [row["name"] for row in table.table("DESCRIBE TABLE T")] == ["BB", "C"]


def test_a_renamed_table_keeps_its_rows(table: Client) -> None:
    table.run("ALTER TABLE T RENAME TO T2")
    assert table.one("SELECT COUNT(*) FROM T2") == 3
    table.refused("SELECT * FROM T", 2003)


def test_overwriting_a_table_with_its_own_rows(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT, WHAT VARCHAR)", "INSERT INTO T VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    assert admin.rows("INSERT OVERWRITE INTO T (WHAT, N) SELECT WHAT || '!', N FROM T WHERE N > 1") == [(2,)]
    assert admin.rows("SELECT * FROM T ORDER BY N") == [(2, "b!"), (3, "c!")]
    admin.refused("INSERT OVERWRITE INTO T SELECT 1 / (N - N), 'x' FROM T", 100051)
    assert admin.rows("SELECT * FROM T ORDER BY N") == [(2, "b!"), (3, "c!")]
    admin.run("BEGIN", "INSERT INTO T VALUES (4, 'd')", "INSERT OVERWRITE INTO T SELECT * FROM T WHERE N > 2")
    assert admin.rows("SELECT N FROM T ORDER BY N") == [(3,), (4,)]
    admin.run("ROLLBACK")
    assert admin.rows("SELECT N FROM T ORDER BY N") == [(2,), (3,)]
