"""No account reaches into another by any name or trick."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open, Shared

TRICKS = [
    "SELECT * FROM LAKE.NYC.FLIGHTS",
    'SELECT * FROM "LAKE"."NYC"."FLIGHTS"',
    'SELECT * FROM "ACME.DATA"."LAKE"."FLIGHTS"',
    "SELECT * FROM ACME.DATA.LAKE",
    'SELECT * FROM "PRV10001/LAKE/NYC"."FLIGHTS"',
    "SELECT * FROM IDENTIFIER('LAKE.NYC.FLIGHTS')",
    "SELECT * FROM TABLE('LAKE.NYC.FLIGHTS')",
    "WITH LAKE AS (SELECT 1 AS A) SELECT * FROM LAKE.NYC.FLIGHTS",
    "SELECT (SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS)",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM LAKE.NYC.FLIGHTS)",
    "SELECT * FROM (SELECT 1 AS A) X JOIN LAKE.NYC.FLIGHTS F ON TRUE",
    "SELECT 1 UNION ALL SELECT FLIGHT FROM LAKE.NYC.FLIGHTS",
    "SELECT * FROM LAKE.INFORMATION_SCHEMA.TABLES",
    "SELECT * FROM LAKE.INFORMATION_SCHEMA.COLUMNS",
    "CREATE VIEW MINE.PUBLIC.V AS SELECT * FROM LAKE.NYC.FLIGHTS",
    "CREATE TABLE MINE.PUBLIC.T AS SELECT * FROM LAKE.NYC.FLIGHTS",
    "CREATE TABLE MINE.PUBLIC.T CLONE LAKE.NYC.FLIGHTS",
    "CREATE TABLE MINE.PUBLIC.T LIKE LAKE.NYC.FLIGHTS",
    "CREATE FUNCTION MINE.PUBLIC.F() RETURNS NUMBER AS 'SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS'",
    "INSERT INTO LAKE.NYC.FLIGHTS (CARRIER) VALUES ('XX')",
    "DELETE FROM LAKE.NYC.FLIGHTS",
    "UPDATE LAKE.NYC.FLIGHTS SET CARRIER = 'XX'",
    "MERGE INTO LAKE.NYC.FLIGHTS T USING (SELECT 1 AS A) S ON TRUE WHEN MATCHED THEN DELETE",
    "DROP TABLE LAKE.NYC.FLIGHTS",
    "DROP DATABASE LAKE",
    "DROP SCHEMA LAKE.NYC",
    "ALTER TABLE LAKE.NYC.FLIGHTS RENAME TO MINE.PUBLIC.F",
    "TRUNCATE TABLE LAKE.NYC.FLIGHTS",
    "DESCRIBE TABLE LAKE.NYC.FLIGHTS",
    "SHOW TABLES IN DATABASE LAKE",
    "SHOW TABLES IN SCHEMA LAKE.NYC",
    "SHOW COLUMNS IN TABLE LAKE.NYC.FLIGHTS",
    "SHOW GRANTS ON DATABASE LAKE",
    "SHOW GRANTS TO ROLE SHARER",
    "SHOW GRANTS TO USER SVC",
    "USE DATABASE LAKE",
    "USE SCHEMA LAKE.NYC",
    "USE WAREHOUSE WH",
    "USE ROLE SHARER",
    "COMMENT ON DATABASE LAKE IS 'mine'",
    "GRANT USAGE ON DATABASE LAKE TO ROLE PUBLIC",
    "GRANT ROLE SHARER TO USER ADMIN",
    "ALTER USER SVC SET DISABLED = TRUE",
    # The engine underneath.
    "SELECT * FROM lake.t1",
    'SELECT * FROM "lake"."t1"',
    'SELECT * FROM "rows"."lake"."t1"',
    "SELECT * FROM main.thing",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM duckdb_tables()",
    "SELECT * FROM TABLE(DUCKDB_TABLES())",
    "SELECT * FROM query_table('lake.t1')",
    "SELECT * FROM TABLE(QUERY('SELECT 1'))",
    "SELECT * FROM pragma_table_info('lake.t1')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM TABLE(READ_TEXT('/etc/passwd'))",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/*')",
    "SELECT getenv('PATH')",
    "SELECT read_text('/etc/passwd')",
    "SELECT current_setting('access_mode')",
    "COPY MINE.PUBLIC.K TO '/tmp/x.csv'",
    "COPY INTO MINE.PUBLIC.K FROM '/etc/passwd'",
    "ATTACH '/tmp/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET GLOBAL threads = 1",
    "CALL pragma_version()",
    "EXPORT DATABASE '/tmp/x'",
    "CHECKPOINT",
]


@pytest.fixture
def stranger(log_in: Open) -> Client:
    client = log_in("EVIL-LAB")
    client.run("CREATE OR REPLACE DATABASE MINE", "CREATE TABLE MINE.PUBLIC.K (A INT)")
    return client


@pytest.mark.parametrize("sql", TRICKS)
def test_a_stranger_gets_nothing(stranger: Client, admin: Client, sql: str) -> None:
    with stranger.connection.cursor() as cursor, pytest.raises(Exception) as caught:  # noqa: PT011 - any class, by code
        cursor.execute(sql)
    assert getattr(caught.value, "errno", None) in (2, 1003, 2003, 2043, 2140, 3013, 3001, 90105, 904, 398014), (
        caught.value
    )
    for secret in ("N14228", "flights.csv", "root:"):
        assert secret not in str(caught.value)
    assert admin.one("SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS") == 6


@pytest.mark.parametrize("sql", [
    "SHOW DATABASES", "SHOW DATABASES IN ACCOUNT", "SHOW SCHEMAS IN ACCOUNT", "SHOW TABLES IN ACCOUNT",
    "SHOW VIEWS IN ACCOUNT", "SHOW USER FUNCTIONS IN ACCOUNT", "SHOW SHARES", "SHOW ROLES", "SHOW USERS",
    "SHOW WAREHOUSES", "SHOW COLUMNS IN ACCOUNT",
    "SELECT * FROM MINE.INFORMATION_SCHEMA.TABLES", "SELECT * FROM MINE.INFORMATION_SCHEMA.COLUMNS",
    "SELECT * FROM MINE.INFORMATION_SCHEMA.DATABASES", "SELECT * FROM MINE.INFORMATION_SCHEMA.SCHEMATA",
    "SELECT * FROM MINE.INFORMATION_SCHEMA.VIEWS", "SELECT * FROM MINE.INFORMATION_SCHEMA.FUNCTIONS",
    "SELECT * FROM MINE.INFORMATION_SCHEMA.OBJECT_PRIVILEGES", "SELECT CURRENT_AVAILABLE_ROLES()",
])  # fmt: skip
def test_no_list_names_what_belongs_to_others(stranger: Client, shared: Shared, sql: str) -> None:
    shared.add("CUST.ONE")
    text = str(stranger.rows(sql)).replace("SNOWFLAKE", "")
    for foreign in ("LAKE", "FLIGHTS", "SHARER", "SVC", "ACME", shared.database, shared.share):
        assert foreign not in text


def test_the_same_names_live_apart_in_two_accounts(stranger: Client, admin: Client) -> None:
    stranger.run(
        "CREATE OR REPLACE DATABASE LAKE", "CREATE SCHEMA LAKE.NYC", "CREATE TABLE LAKE.NYC.FLIGHTS (CARRIER VARCHAR)"
    )
    try:
        assert stranger.rows("SELECT * FROM LAKE.NYC.FLIGHTS") == []
        stranger.run("INSERT INTO LAKE.NYC.FLIGHTS VALUES ('EV')")
        assert admin.one("SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS") == 6
    finally:
        stranger.run("DROP DATABASE LAKE")


def test_another_sessions_result_cannot_be_scanned(stranger: Client, admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT TAILNUM FROM LAKE.NYC.PLANES")
        query = cursor.sfqid
    assert "not found" in stranger.refused(f"SELECT * FROM TABLE(RESULT_SCAN('{query}'))", 2000)


def test_an_error_in_a_shared_view_tells_nothing_of_the_provider(mounted: tuple[Shared, Client, str]) -> None:
    shared, customer, name = mounted
    view = f"{shared.database}.S.V"
    shared.owner.run(
        f"CREATE TABLE {shared.database}.S.HIDDEN_TABLE (HIDDEN_COLUMN INT)",
        f"CREATE SECURE VIEW {view} AS SELECT HIDDEN_COLUMN AS A FROM {shared.database}.S.HIDDEN_TABLE",
        f"GRANT SELECT ON VIEW {view} TO SHARE {shared.share}",
        f"DROP TABLE {shared.database}.S.HIDDEN_TABLE",
    )
    text = customer.refused(f"SELECT * FROM {name}.S.V", 2037)
    assert "HIDDEN" not in text
    assert shared.database not in text
