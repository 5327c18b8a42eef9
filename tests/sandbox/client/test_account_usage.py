"""SNOWFLAKE.ACCOUNT_USAGE. Account ACME.USAGE has no lag, every other one Snowflake's."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open

USAGE = "SNOWFLAKE.ACCOUNT_USAGE"


@pytest.fixture
def late(log_in: Open) -> Client:
    """The administrator of an account whose views are not late at all."""
    client = log_in("ACME-USAGE")
    client.run("CREATE DATABASE IF NOT EXISTS U", "USE SCHEMA U.PUBLIC")
    return client


def test_shares_and_their_grants_leave_a_trace(late: Client) -> None:
    late.run(
        "CREATE SECURE VIEW V AS SELECT 1 AS A",
        "CREATE SHARE TRACED COMMENT = 'mark'",
        "GRANT USAGE ON DATABASE U TO SHARE TRACED",
        "GRANT USAGE ON SCHEMA U.PUBLIC TO SHARE TRACED",
        "GRANT SELECT ON VIEW U.PUBLIC.V TO SHARE TRACED",
        "ALTER SHARE TRACED ADD ACCOUNTS = CUST.ONE",
    )
    columns = "NAME, OWNER, COMMENT, DATABASE_NAME, TARGET_ACCOUNTS, DELETED_ON IS NULL"
    shares = f"SELECT {columns} FROM {USAGE}.SHARES WHERE NAME = 'TRACED'"
    assert late.rows(shares) == [("TRACED", "ACCOUNTADMIN", "mark", "U", "CUST.ONE", True)]
    late.run("REVOKE SELECT ON VIEW U.PUBLIC.V FROM SHARE TRACED")
    grants = (
        "SELECT PRIVILEGE, GRANTED_ON, OBJECT_DATABASE, OBJECT_SCHEMA, OBJECT_NAME, DELETED_ON IS NULL "
        f"FROM {USAGE}.GRANTS_TO_SHARES WHERE SHARE_NAME = 'TRACED' ORDER BY CREATED_ON"
    )
    assert late.rows(grants) == [
        ("USAGE", "DATABASE", "U", None, "U", True),
        ("USAGE", "SCHEMA", "U", "PUBLIC", "PUBLIC", True),
        ("SELECT", "VIEW", "U", "PUBLIC", "V", False),
    ]
    late.run("DROP SHARE TRACED")
    assert late.rows(shares) == [("TRACED", "ACCOUNTADMIN", "mark", None, "CUST.ONE", False)]
    assert [row[-1] for row in late.rows(grants)] == [False, False, False]


def test_dropped_views_and_tables_are_still_listed(late: Client) -> None:
    late.run("CREATE VIEW GONE AS SELECT 1 AS A", "CREATE TABLE GONE_T (A INT)", "DROP VIEW GONE", "DROP TABLE GONE_T")
    views = f"SELECT TABLE_CATALOG, TABLE_SCHEMA, IS_SECURE, DELETED > CREATED FROM {USAGE}.VIEWS WHERE TABLE_NAME = "
    assert late.rows(views + "'GONE'") == [("U", "PUBLIC", "NO", True)]
    tables = (
        f"SELECT TABLE_NAME, TABLE_TYPE, DELETED IS NULL FROM {USAGE}.TABLES WHERE TABLE_NAME LIKE 'GONE%' ORDER BY 1"
    )
    assert late.rows(tables) == [("GONE", "VIEW", False), ("GONE_T", "BASE TABLE", False)]
    late.run("UNDROP TABLE GONE_T")
    assert late.rows(tables)[1] == ("GONE_T", "BASE TABLE", True)


def test_queries_are_listed_with_their_outcome(late: Client) -> None:
    late.run("SELECT 'find me'")
    late.refused("SELECT NOPE_FIND_ME", 904)
    rows = late.rows(
        f"SELECT QUERY_TEXT, USER_NAME, ROLE_NAME, EXECUTION_STATUS, ERROR_CODE FROM {USAGE}.QUERY_HISTORY "
        "WHERE QUERY_TEXT ILIKE 'SELECT%FIND_ME%' AND QUERY_TEXT NOT LIKE '%HISTORY%' ORDER BY START_TIME"
    )
    assert rows == [
        ("SELECT 'find me'", "ADMIN", "ACCOUNTADMIN", "SUCCESS", None),
        ("SELECT NOPE_FIND_ME", "ADMIN", "ACCOUNTADMIN", "FAIL", "000904"),
    ]


def test_roles_users_and_their_grants(late: Client) -> None:
    late.run(
        "CREATE ROLE TRACED_R",
        "GRANT ROLE TRACED_R TO USER ADMIN",
        "GRANT USAGE ON DATABASE U TO ROLE TRACED_R",
        "DROP ROLE TRACED_R",
    )
    one = late.rows(f"SELECT OWNER, ROLE_TYPE, DELETED_ON IS NULL FROM {USAGE}.ROLES WHERE NAME = 'TRACED_R'")
    assert one == [("ACCOUNTADMIN", "ROLE", False)]
    members = late.rows(f"SELECT GRANTEE_NAME, DELETED_ON IS NULL FROM {USAGE}.GRANTS_TO_USERS WHERE ROLE = 'TRACED_R'")
    assert members == [("ADMIN", False)]
    grants = f"SELECT PRIVILEGE, NAME FROM {USAGE}.GRANTS_TO_ROLES WHERE GRANTEE_NAME = 'TRACED_R'"
    assert late.rows(grants) == [("USAGE", "U")]
    assert ("ADMIN",) in late.rows(f"SELECT NAME FROM {USAGE}.USERS WHERE DELETED_ON IS NULL")


def test_what_happened_within_the_lag_is_not_told_yet(admin: Client, database: str) -> None:
    admin.run("CREATE VIEW YOUNG AS SELECT 1 AS A")
    for view in ("VIEWS", "DATABASES", "SHARES", "QUERY_HISTORY"):
        assert admin.rows(f"SELECT * FROM {USAGE}.{view}") == []


def test_it_is_read_with_imported_privileges_only(late: Client, log_in: Open) -> None:
    late.run("CREATE ROLE IF NOT EXISTS AUDITOR", "GRANT ROLE AUDITOR TO USER ADMIN")
    auditor = log_in("ACME-USAGE", role="AUDITOR")
    auditor.refused(f"SELECT COUNT(*) FROM {USAGE}.DATABASES", 2003)
    late.run("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE AUDITOR")
    assert ("U", None) in auditor.rows(f"SELECT DATABASE_NAME, DELETED FROM {USAGE}.DATABASES")
    late.run("REVOKE IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE FROM ROLE AUDITOR")
    auditor.refused(f"SELECT COUNT(*) FROM {USAGE}.DATABASES", 2003)
    late.refused("DROP DATABASE SNOWFLAKE", 3001)
    late.refused("CREATE SCHEMA SNOWFLAKE.MINE", 3001)
