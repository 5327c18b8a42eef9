"""SHOW, DESCRIBE and INFORMATION_SCHEMA: Snowflake's columns in Snowflake's order."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client

# A ~ stands for a blank inside a name.
COLUMNS = {
    "SHOW DATABASES": "created_on name is_default is_current origin owner comment options retention_time kind budget "
    "object_visibility owner_role_type dropped_on",
    "SHOW SCHEMAS": "created_on name is_default is_current database_name owner comment options retention_time "
    "owner_role_type budget dropped_on",
    "SHOW VIEWS": "created_on name reserved database_name schema_name owner comment text is_secure is_materialized "
    "owner_role_type change_tracking",
    "SHOW SHARES": "created_on kind owner_account name database_name to owner comment listing_global_name "
    "secure_objects_only",
    "SHOW GRANTS ON DATABASE LAKE": "created_on privilege granted_on name granted_to grantee_name grant_option "
    "granted_by granted_by_role_type",
    "SHOW ROLES": "created_on name is_default is_current is_inherited assigned_to_users granted_to_roles granted_roles "
    "owner comment",
    "DESCRIBE TABLE LAKE.NYC.PLANES": "name type kind null? default primary~key unique~key check expression comment "
    "policy~name privacy~domain name_mapping",
}


@pytest.mark.parametrize("sql", COLUMNS)
def test_columns(admin: Client, sql: str) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute(sql)
        assert [column[0] for column in cursor.description] == [name.replace("~", " ") for name in COLUMNS[sql].split()]


def test_like_ignores_case_and_knows_wild_cards(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE AB (X INT)", "CREATE TABLE A_B (X INT)", 'CREATE TABLE "aXb" (X INT)')
    assert [r["name"] for r in admin.table("SHOW TABLES LIKE 'a_b'")] == ["A_B", "aXb"]
    assert [r["name"] for r in admin.table("SHOW TABLES LIKE 'a%'")] == ["AB", "A_B", "aXb"]
    assert [r["name"] for r in admin.table("SHOW TABLES LIKE 'A\\\\_B'")] == ["A_B"]
    assert [r["name"] for r in admin.table("SHOW TABLES STARTS WITH 'a'")] == ["aXb"]
    assert [r["name"] for r in admin.table("SHOW TABLES LIMIT 1 FROM 'AB'")] == ["A_B"]


def test_in_account_database_and_schema(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE HERE (X INT)", "CREATE SCHEMA OTHER", "CREATE TABLE THERE (X INT)")
    assert [r["name"] for r in admin.table("SHOW TABLES")] == ["THERE"]
    assert [r["name"] for r in admin.table(f"SHOW TABLES IN {database}.PUBLIC")] == ["HERE"]
    assert [r["name"] for r in admin.table(f"SHOW TABLES IN DATABASE {database}")] == ["HERE", "THERE"]
    assert {"FLIGHTS", "HERE"} <= {r["name"] for r in admin.table("SHOW TABLES IN ACCOUNT")}
    admin.refused("SHOW TABLES IN SCHEMA NO_SUCH", 2003)
    admin.refused("SHOW TABLES IN DATABASE NO_SUCH", 2003)


def test_tables_count_their_rows(admin: Client) -> None:
    (row,) = admin.table("SHOW TABLES LIKE 'FLIGHTS' IN SCHEMA LAKE.NYC")
    assert (row["rows"], row["kind"], row["owner"]) == (6, "TABLE", "ACCOUNTADMIN")


def test_comments_are_kept(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT COMMENT 'a column') COMMENT = 'a table'", "CREATE VIEW V AS SELECT A FROM T")
    admin.run(
        "COMMENT ON VIEW V IS 'a view'", "COMMENT ON COLUMN T.A IS 'another'", f"COMMENT ON DATABASE {database} IS 'd'"
    )
    assert admin.table("SHOW TABLES")[0]["comment"] == "a table"
    assert admin.table("SHOW VIEWS")[0]["comment"] == "a view"
    assert admin.table("DESCRIBE TABLE T")[0]["comment"] == "another"
    assert admin.table(f"SHOW DATABASES LIKE '{database}'")[0]["comment"] == "d"


def test_columns_of_a_table(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A NUMBER(5,2) NOT NULL, B VARCHAR(7))")
    first, second = admin.table("SHOW COLUMNS IN TABLE T")
    assert (first["column_name"], first["null?"]) == ("A", "false")
    assert first["data_type"] == '{"type":"FIXED","precision":5,"scale":2,"nullable":false}'
    assert '"length":7' in second["data_type"]


def test_information_schema(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A NUMBER(5,2), B VARCHAR(7))", "CREATE SECURE VIEW V AS SELECT B FROM T")
    tables = "SELECT TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1"
    assert admin.rows(tables) == [("T", "BASE TABLE"), ("V", "VIEW")]
    columns = admin.rows(
        f"SELECT COLUMN_NAME, DATA_TYPE, NUMERIC_PRECISION, CHARACTER_MAXIMUM_LENGTH "
        f"FROM {database}.information_schema.columns WHERE TABLE_NAME = 'T' ORDER BY ORDINAL_POSITION"
    )
    assert columns == [("A", "NUMBER", 5, None), ("B", "TEXT", None, 7)]
    assert admin.rows("SELECT IS_SECURE FROM INFORMATION_SCHEMA.VIEWS") == [("YES",)]
    admin.refused("SELECT * FROM INFORMATION_SCHEMA.NO_SUCH", 2003)


def test_what_is_missing_is_said_to_be_missing(admin: Client, database: str) -> None:
    for kind in ("TABLE", "VIEW"):
        assert "does not exist or not authorized" in admin.refused(f"DESCRIBE {kind} NOPE", 2003)
    admin.refused("DESCRIBE FUNCTION NOPE()", 2003)
    admin.refused("DESC USER NOPE", 2003)


def test_session_parameters(admin: Client) -> None:
    admin.run("ALTER SESSION SET QUERY_TAG = 'it''s me', STATEMENT_TIMEOUT_IN_SECONDS = 60")
    (row,) = admin.table("SHOW PARAMETERS LIKE 'query_tag'")
    assert (row["value"], row["default"], row["level"]) == ("it's me", "", "SESSION")
    admin.run("ALTER SESSION UNSET QUERY_TAG")
    assert admin.table("SHOW PARAMETERS LIKE 'QUERY_TAG'")[0]["value"] == ""
    admin.refused("ALTER SESSION SET NO_SUCH = 1", 1420)
    admin.refused("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 'soon'", 1008)
