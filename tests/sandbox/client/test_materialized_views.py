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


def test_it_is_granted_by_its_kind_also_to_shares(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A INT)",
        "CREATE SECURE MATERIALIZED VIEW MV AS SELECT A FROM T",
        "CREATE VIEW V AS SELECT A FROM T",
        "CREATE ROLE IF NOT EXISTS READER",
        "GRANT SELECT ON MATERIALIZED VIEW MV TO ROLE READER",
        f"CREATE SHARE MV_{database}",
        f"GRANT USAGE ON DATABASE {database} TO SHARE MV_{database}",
        f"GRANT USAGE ON SCHEMA PUBLIC TO SHARE MV_{database}",
        f"GRANT SELECT ON MATERIALIZED VIEW MV TO SHARE MV_{database}",
    )
    held = {(r["privilege"], r["granted_to"]) for r in admin.table("SHOW GRANTS ON MATERIALIZED VIEW MV")}
    assert held == {("OWNERSHIP", "ROLE"), ("SELECT", "ROLE"), ("SELECT", "SHARE")}
    admin.refused("GRANT SELECT ON MATERIALIZED VIEW V TO ROLE READER", 2203)
    admin.run("GRANT SELECT ON ALL MATERIALIZED VIEWS IN SCHEMA PUBLIC TO ROLE READER")
    assert "READER" not in [r["grantee_name"] for r in admin.table("SHOW GRANTS ON VIEW V")]
    admin.run(f"REVOKE SELECT ON MATERIALIZED VIEW MV FROM SHARE MV_{database}", f"DROP SHARE MV_{database}")
