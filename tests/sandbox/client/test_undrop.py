"""UNDROP."""

from __future__ import annotations

from tests.sandbox.conftest import Client


def test_a_table_comes_back_with_rows_and_grants(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A INT) COMMENT = 'c'",
        "INSERT INTO T VALUES (1), (2)",
        "GRANT SELECT ON TABLE T TO ROLE PUBLIC",
        "DROP TABLE T",
    )
    admin.refused("SELECT * FROM T", 2003)
    assert admin.one("UNDROP TABLE T") == "Table T successfully restored."
    assert admin.rows("SELECT A FROM T ORDER BY A") == [(1,), (2,)]
    assert "PUBLIC" in [g["grantee_name"] for g in admin.table("SHOW GRANTS ON TABLE T")]
    assert admin.table("SHOW TABLES")[0]["comment"] == "c"
    admin.refused("UNDROP TABLE T", 2210)


def test_the_newest_of_several_comes_back_first(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T AS SELECT 1 AS A", "DROP TABLE T", "CREATE TABLE T AS SELECT 2 AS A", "DROP TABLE T")
    admin.run("UNDROP TABLE T")
    assert admin.one("SELECT A FROM T") == 2
    admin.run("CREATE TABLE U AS SELECT 9 AS A")
    admin.refused("UNDROP TABLE U", 2210)
    admin.run("ALTER TABLE T RENAME TO V", "UNDROP TABLE T")
    assert (admin.one("SELECT A FROM T"), admin.one("SELECT A FROM V")) == (1, 2)


def test_a_name_in_use_is_in_the_way(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "DROP TABLE T", "CREATE TABLE T (B INT)")
    admin.refused("UNDROP TABLE T", 2002)


def test_schemas_and_databases_come_back_with_what_went_along(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SCHEMA S",
        "CREATE TABLE S.GONE (A INT)",
        "DROP TABLE S.GONE",
        "CREATE TABLE S.T AS SELECT 1 AS A",
        "CREATE VIEW S.V AS SELECT A FROM S.T",
        "DROP SCHEMA S",
        "UNDROP SCHEMA S",
    )
    assert admin.one("SELECT A FROM S.V") == 1
    assert [row["name"] for row in admin.table("SHOW TABLES IN SCHEMA S")] == ["T"]
    admin.run(f"DROP DATABASE {database}", f"UNDROP DATABASE {database}")
    assert admin.one(f"SELECT A FROM {database}.S.V") == 1


def test_views_and_what_is_not_kept_do_not_come_back(admin: Client, database: str) -> None:
    admin.run(
        "CREATE VIEW V AS SELECT 1 AS A",
        "DROP VIEW V",
        "CREATE TABLE T (A INT) DATA_RETENTION_TIME_IN_DAYS = 0",
        "DROP TABLE T",
    )
    admin.refused("UNDROP VIEW V", 2)
    admin.refused("UNDROP TABLE T", 2210)
    admin.refused("UNDROP TABLE NEVER_THERE", 2210)
