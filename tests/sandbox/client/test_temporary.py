"""Temporary tables: docs.snowflake.com/en/user-guide/tables-temp-transient and …/sql-reference/sql/create-table."""

from __future__ import annotations

import time

import pytest

from tests.sandbox.conftest import Client, Open


@pytest.fixture
def other(admin: Client, database: str, log_in: Open) -> Client:
    """Another session of the same user and role in the same schema."""
    return log_in(database=database, schema="PUBLIC")


def test_only_its_session_sees_it(admin: Client, other: Client, database: str) -> None:
    admin.run("CREATE TEMPORARY TABLE T (A INT)", "INSERT INTO T VALUES (1)", "UPDATE T SET A = A + 1")
    assert admin.rows(f"SELECT A FROM {database}.PUBLIC.T") == [(2,)]
    assert [(r["name"], r["kind"]) for r in admin.table("SHOW TABLES IN SCHEMA PUBLIC")] == [("T", "TEMPORARY")]
    seen = "SELECT TABLE_NAME, TABLE_TYPE, IS_TEMPORARY FROM INFORMATION_SCHEMA.TABLES"
    assert admin.rows(seen) == [("T", "LOCAL TEMPORARY", "YES")]
    other.refused("SELECT A FROM T", 2003, "42S02")
    other.refused("DROP TABLE T", 2003)
    assert other.rows("SHOW TABLES IN SCHEMA PUBLIC") == []
    assert other.rows(seen) == []


def test_it_hides_a_table_of_its_name(admin: Client, other: Client) -> None:
    admin.run("CREATE TABLE T (A INT)", "INSERT INTO T VALUES (1)")
    admin.run("CREATE TEMP TABLE T AS SELECT 'mine' AS B")
    other.run("CREATE TEMP TABLE T AS SELECT 'theirs' AS B")
    assert (admin.one("SELECT * FROM T"), other.one("SELECT * FROM T")) == ("mine", "theirs")
    admin.refused("CREATE TEMP TABLE T (A INT)", 2002)
    admin.run("CREATE OR REPLACE TEMP TABLE T AS SELECT 'new' AS B", "ALTER TABLE T ADD COLUMN C INT")
    assert admin.rows("SELECT * FROM T") == [("new", None)]
    assert admin.one("SELECT GET_DDL('TABLE', 'T')").startswith("create or replace TEMPORARY TABLE T")
    admin.run("DROP TABLE T")
    assert admin.rows("SELECT * FROM T") == [(1,)]
    assert other.one("SELECT * FROM T") == "theirs"


def test_a_table_made_behind_it_shows_when_it_goes(admin: Client, other: Client) -> None:
    admin.run("CREATE LOCAL TEMPORARY TABLE T AS SELECT 1 AS A", "CREATE TABLE T AS SELECT 2 AS A")
    assert (admin.one("SELECT A FROM T"), other.one("SELECT A FROM T")) == (1, 2)
    admin.run("ALTER TABLE T RENAME TO U")
    assert admin.rows("SELECT T.A, U.A FROM T, U") == [(2, 1)]
    admin.refused("CREATE TABLE V CLONE U", 2)
    admin.run("CREATE TEMP TABLE V CLONE U", "CREATE TABLE W LIKE U")
    assert other.rows("SELECT * FROM W") == []


def test_it_ends_with_its_session_and_is_not_brought_back(admin: Client, log_in: Open, database: str) -> None:
    gone = log_in(database=database, schema="PUBLIC")
    gone.run("CREATE TEMP TABLE T AS SELECT 1 AS A", "CREATE TEMP TABLE U AS SELECT 1 AS A", "DROP TABLE U")
    gone.refused("UNDROP TABLE U", 2210)
    gone.run("BEGIN", "INSERT INTO T VALUES (2)")
    gone.connection.close()
    deadline = time.monotonic() + 10
    while admin.rows("SHOW TABLES HISTORY IN SCHEMA PUBLIC") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert admin.rows("SHOW TABLES HISTORY IN SCHEMA PUBLIC") == []
    admin.refused("UNDROP TABLE T", 2210)


def test_to_make_one_usage_of_the_schema_is_enough(admin: Client, database: str, svc: Client) -> None:
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER", "GRANT USAGE ON SCHEMA PUBLIC TO ROLE SHARER")
    svc.run(f"USE SCHEMA {database}.PUBLIC", "CREATE TEMPORARY TABLE T (A INT)", "INSERT INTO T VALUES (1)")
    svc.refused("CREATE TABLE U (A INT)", 3001)


def test_what_is_done_with_the_schema(admin: Client, other: Client, database: str) -> None:
    """A clone leaves it out; with the schema it goes; an asynchronous job of the session sees it."""
    admin.run("CREATE TEMP TABLE T AS SELECT 1 AS A", "CREATE TABLE P (A INT)", "CREATE SCHEMA COPIED CLONE PUBLIC")
    assert [r["name"] for r in admin.table("SHOW TABLES IN SCHEMA COPIED")] == ["P"]
    admin.run(f"USE SCHEMA {database}.PUBLIC")
    admin.run("EXECUTE IMMEDIATE $$BEGIN ASYNC (INSERT INTO T VALUES (2)); AWAIT ALL; END$$")
    assert admin.rows("SELECT A FROM T ORDER BY 1") == [(1,), (2,)]
    other.run("DROP SCHEMA PUBLIC")
    admin.refused(f"SELECT * FROM {database}.PUBLIC.T", 2003)
