"""Materialized views."""

from __future__ import annotations

from tests.sandbox.conftest import Client


def test_a_materialized_view_is_up_to_date(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A INT, B INT)",
        "INSERT INTO T VALUES (1, 10), (1, 20), (2, 5)",
        "CREATE SECURE MATERIALIZED VIEW MV CLUSTER BY (A) COMMENT = 'm' AS SELECT A, SUM(B) AS S FROM T GROUP BY A",
        "INSERT INTO T VALUES (2, 6)",
    )
    assert admin.rows("SELECT * FROM MV ORDER BY A") == [(1, 30), (2, 11)]
    (row,) = admin.table("SHOW MATERIALIZED VIEWS")
    assert (row["name"], row["source_table_name"], row["cluster_by"], row["invalid"], row["is_secure"]) == (
        *("MV", "T", "LINEAR(A)"),
        *("false", "true"),
    )
    assert [(v["name"], v["is_materialized"]) for v in admin.table("SHOW VIEWS")] == [("MV", "true")]


def test_it_reads_one_table_and_little_else(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "CREATE VIEW V AS SELECT A FROM T")
    for query in (
        "SELECT A FROM V",
        "SELECT T.A FROM T JOIN T AS U ON T.A = U.A",
        "SELECT A FROM T ORDER BY A",
        "SELECT A FROM T LIMIT 1",
        "SELECT ROW_NUMBER() OVER (ORDER BY A) AS N FROM T",
        "SELECT A FROM T UNION ALL SELECT A FROM T",
    ):
        admin.refused(f"CREATE MATERIALIZED VIEW MV AS {query}", 2207)
    assert admin.rows("SHOW MATERIALIZED VIEWS") == []


def test_it_is_dropped_and_altered_by_its_own_statements(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "CREATE MATERIALIZED VIEW MV AS SELECT A FROM T")
    admin.refused("DROP VIEW MV", 2203)
    admin.run("ALTER MATERIALIZED VIEW MV SET SECURE", "ALTER MATERIALIZED VIEW MV SUSPEND")
    (row,) = admin.table("SHOW MATERIALIZED VIEWS")
    assert (row["is_secure"], row["invalid"]) == ("true", "true")
    admin.run("DROP MATERIALIZED VIEW MV")
    admin.run("CREATE VIEW V AS SELECT A FROM T")
    admin.refused("DROP MATERIALIZED VIEW V", 2203)
