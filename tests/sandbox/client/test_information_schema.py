"""INFORMATION_SCHEMA: rights, roles, keys, shares, and what was run."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open, Shared


def test_privileges_on_tables_name_who_gave_and_who_got(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "CREATE ROLE IF NOT EXISTS READER", "GRANT SELECT ON TABLE T TO ROLE READER")
    assert admin.rows(
        "SELECT GRANTOR, GRANTEE, GRANTED_TO, TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE "
        "FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES ORDER BY PRIVILEGE_TYPE"
    ) == [
        ("ACCOUNTADMIN", "ACCOUNTADMIN", "ROLE", database, "PUBLIC", "T", "OWNERSHIP", "YES"),
        ("ACCOUNTADMIN", "READER", "ROLE", database, "PUBLIC", "T", "SELECT", "NO"),
    ]


def test_privileges_on_objects_reach_over_the_account(admin: Client, shared: Shared) -> None:
    found = admin.rows(
        "SELECT OBJECT_CATALOG, OBJECT_SCHEMA, OBJECT_NAME, OBJECT_TYPE, GRANTEE, PRIVILEGE_TYPE "
        "FROM LAKE.INFORMATION_SCHEMA.OBJECT_PRIVILEGES"
    )
    assert (None, None, "WH", "WAREHOUSE", "SHARER", "USAGE") in found
    assert ("LAKE", None, "NYC", "SCHEMA", "SHARER", "USAGE") in found
    assert ("LAKE", "NYC", "FLIGHTS", "TABLE", "SHARER", "SELECT") in found
    inside = shared.owner.rows(
        "SELECT OBJECT_NAME, GRANTED_TO, GRANTEE, PRIVILEGE_TYPE "
        f"FROM {shared.database}.INFORMATION_SCHEMA.OBJECT_PRIVILEGES "
        f"WHERE OBJECT_CATALOG = '{shared.database}' AND OBJECT_SCHEMA = 'S' ORDER BY 4"
    )
    assert inside == [
        ("FLIGHTS", "ROLE", "SHARER", "OWNERSHIP"),
        ("FLIGHTS", "SHARE", shared.share, "SELECT"),
    ]


def test_manage_grants_shows_nothing_there(admin: Client, svc: Client) -> None:
    svc.run(
        "CREATE DATABASE IF NOT EXISTS PRIVATE_TO_SVC", "CREATE TABLE IF NOT EXISTS PRIVATE_TO_SVC.PUBLIC.T (A INT)"
    )
    assert [r["name"] for r in admin.table("SHOW TABLES IN DATABASE PRIVATE_TO_SVC")] == ["T"]
    assert admin.rows("SELECT TABLE_NAME FROM PRIVATE_TO_SVC.INFORMATION_SCHEMA.TABLES") == []
    assert svc.rows("SELECT TABLE_NAME FROM PRIVATE_TO_SVC.INFORMATION_SCHEMA.TABLES") == [("T",)]


def test_roles_that_apply_and_roles_in_force(admin: Client, svc: Client) -> None:
    roles = svc.rows("SELECT GRANTEE, ROLE_NAME FROM LAKE.INFORMATION_SCHEMA.APPLICABLE_ROLES ORDER BY ROLE_NAME")
    assert roles == [("SVC", "NOBODY"), ("SVC", "SHARER")]
    assert svc.rows("SELECT ROLE_NAME FROM LAKE.INFORMATION_SCHEMA.ENABLED_ROLES") == [("PUBLIC",), ("SHARER",)]
    assert ("ACCOUNTADMIN", "SECURITYADMIN") in admin.rows(
        "SELECT GRANTEE, ROLE_NAME FROM LAKE.INFORMATION_SCHEMA.APPLICABLE_ROLES"
    )


def test_keys_and_what_they_refer_to(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE P (ID INT, CONSTRAINT P_KEY PRIMARY KEY (ID) RELY)",
        "CREATE TABLE C (ID INT UNIQUE, P INT, CONSTRAINT C_P FOREIGN KEY (P) REFERENCES P (ID) ON DELETE CASCADE)",
    )
    assert admin.rows(
        "SELECT CONSTRAINT_NAME, TABLE_NAME, CONSTRAINT_TYPE, ENFORCED, RELY FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS "
        "WHERE CONSTRAINT_TYPE <> 'UNIQUE' ORDER BY 1"
    ) == [("C_P", "C", "FOREIGN KEY", "NO", "NO"), ("P_KEY", "P", "PRIMARY KEY", "NO", "YES")]
    assert admin.rows(
        "SELECT CONSTRAINT_NAME, UNIQUE_CONSTRAINT_CATALOG, UNIQUE_CONSTRAINT_SCHEMA, UNIQUE_CONSTRAINT_NAME, "
        "UPDATE_RULE, DELETE_RULE FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS"
    ) == [("C_P", database, "PUBLIC", "P_KEY", "NO ACTION", "CASCADE")]


def test_shares_name_all_their_accounts(shared: Shared, log_in: Open) -> None:
    shared.add("POOL.P1", "POOL.P2", "POOL.P3", "CUST.ONE")
    query = (
        'SELECT KIND, OWNER_ACCOUNT, NAME, DATABASE_NAME, "TO", OWNER FROM {}.INFORMATION_SCHEMA.SHARES WHERE NAME = '
    )
    assert shared.owner.rows(query.format(shared.database) + f"'{shared.share}'") == [
        ("OUTBOUND", "ACME.DATA", shared.share, shared.database, "POOL.P1, POOL.P2, POOL.P3, CUST.ONE", "SHARER")
    ]
    customer = log_in("CUST-ONE")
    customer.run("CREATE DATABASE IF NOT EXISTS ANY_DATABASE")
    found = customer.rows(query.format("ANY_DATABASE") + f"'{shared.share}'")
    assert found == [("INBOUND", "ACME.DATA", shared.share, "", "", "")]


def test_shares_are_hidden_without_import_share(log_in: Open, shared: Shared) -> None:
    nobody = log_in(user="ADMIN", role="SYSADMIN")
    nobody.run("CREATE DATABASE IF NOT EXISTS OF_SYSADMIN")
    assert nobody.rows("SELECT NAME FROM OF_SYSADMIN.INFORMATION_SCHEMA.SHARES") == []


def test_tables_count_their_rows(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T AS SELECT 1 AS A UNION ALL SELECT 2",
        "CREATE TRANSIENT TABLE E (A INT)",
        "CREATE VIEW V AS SELECT 1 A",
    )
    assert admin.rows(
        "SELECT TABLE_NAME, TABLE_TYPE, ROW_COUNT, IS_TRANSIENT FROM INFORMATION_SCHEMA.TABLES ORDER BY 1"
    ) == [("E", "BASE TABLE", 0, "YES"), ("T", "BASE TABLE", 2, "NO"), ("V", "VIEW", None, "NO")]


def test_what_the_session_ran(admin: Client, log_in: Open, database: str) -> None:
    admin.run("ALTER SESSION SET QUERY_TAG = 'mine'", "SELECT 'needle'")
    admin.refused("SELECT NEEDLE FROM NOWHERE", 2003)
    found = admin.rows(
        "SELECT QUERY_TEXT, EXECUTION_STATUS, ERROR_CODE, DATABASE_NAME, QUERY_TAG "
        "FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION(RESULT_LIMIT => 2))"
    )
    assert found == [
        ("SELECT NEEDLE FROM NOWHERE", "FAILED_WITH_ERROR", "002003", database, "mine"),
        ("SELECT 'needle'", "SUCCESS", None, database, "mine"),
    ]
    other = log_in()
    other.run(f"USE DATABASE {database}")
    assert other.rows(
        "SELECT QUERY_TEXT FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION("
        f"SESSION_ID => {admin.one('SELECT CURRENT_SESSION()')})) WHERE QUERY_TEXT ILIKE '%needle%'"
    ) == [("SELECT NEEDLE FROM NOWHERE",), ("SELECT 'needle'",)]


def test_history_between_two_moments_and_of_one_user(admin: Client, svc: Client, database: str) -> None:
    svc.run("SELECT 'of svc'")
    admin.run("SELECT 'of admin'")
    start = "END_TIME_RANGE_START => DATEADD('minute', -5, CURRENT_TIMESTAMP())"
    own = admin.rows(
        f"SELECT QUERY_TEXT FROM TABLE({database}.INFORMATION_SCHEMA.QUERY_HISTORY({start}, RESULT_LIMIT => 10000)) "
        "WHERE QUERY_TEXT IN ('SELECT ''of svc''', 'SELECT ''of admin''') AND USER_NAME = 'ADMIN'"
    )
    assert set(own) == {("SELECT 'of admin'",)}
    seen = admin.rows(
        f"SELECT QUERY_TEXT FROM TABLE({database}.INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(USER_NAME => 'svc')) "
        "WHERE QUERY_TEXT = 'SELECT ''of svc'''"
    )
    assert set(seen) == {("SELECT 'of svc'",)}
    end = "END_TIME_RANGE_END => TO_TIMESTAMP_LTZ('2001-01-01')"
    assert admin.rows(f"SELECT * FROM TABLE({database}.INFORMATION_SCHEMA.QUERY_HISTORY({end}))") == []
    admin.refused(f"SELECT * FROM TABLE({database}.INFORMATION_SCHEMA.QUERY_HISTORY(RESULT_LIMIT => 0))", 1008)
    admin.refused(f"SELECT * FROM TABLE({database}.INFORMATION_SCHEMA.QUERY_HISTORY(NO_SUCH => 1))", 1044)


def test_sequences_with_what_they_give_next(admin: Client, database: str) -> None:
    """Columns: docs.snowflake.com/en/sql-reference/info-schema/sequences."""
    admin.run(
        "CREATE SEQUENCE S START = 10 INCREMENT = 5 ORDER COMMENT = 'tens'",
        "CREATE SEQUENCE UNUSED",
        "SELECT S.NEXTVAL",
    )
    (s, unused) = admin.table("SELECT * FROM INFORMATION_SCHEMA.SEQUENCES ORDER BY SEQUENCE_NAME")
    created, altered = s.pop("CREATED"), s.pop("LAST_ALTERED")
    assert created == altered
    assert s == {
        "SEQUENCE_CATALOG": database, "SEQUENCE_SCHEMA": "PUBLIC", "SEQUENCE_NAME": "S",
        "SEQUENCE_OWNER": "ACCOUNTADMIN", "DATA_TYPE": "NUMBER", "NUMERIC_PRECISION": 38, "NUMERIC_PRECISION_RADIX": 10,
        "NUMERIC_SCALE": 0, "START_VALUE": "10", "MINIMUM_VALUE": None, "MAXIMUM_VALUE": None, "NEXT_VALUE": "15",
        "INCREMENT": "5", "CYCLE_OPTION": "NO", "ORDERED": "YES", "COMMENT": "tens",
    }  # fmt: skip
    assert (unused["NEXT_VALUE"], unused["ORDERED"]) == ("1", "NO")


def test_stages_and_file_formats(admin: Client, database: str) -> None:
    """Columns: docs.snowflake.com/en/sql-reference/info-schema/stages and file_formats."""
    admin.run(
        "CREATE STAGE ST COMMENT = 'mine'", "CREATE FILE FORMAT F TYPE = CSV FIELD_DELIMITER = '|' SKIP_HEADER = 1"
    )
    assert admin.rows(
        "SELECT STAGE_CATALOG, STAGE_SCHEMA, STAGE_NAME, STAGE_URL, STAGE_TYPE, STAGE_OWNER, COMMENT "
        "FROM INFORMATION_SCHEMA.STAGES"
    ) == [(database, "PUBLIC", "ST", None, "Internal Named", "ACCOUNTADMIN", "mine")]
    assert admin.rows(
        "SELECT FILE_FORMAT_NAME, FILE_FORMAT_TYPE, FIELD_DELIMITER, SKIP_HEADER, TRIM_SPACE, NULL_IF, ESCAPE "
        "FROM INFORMATION_SCHEMA.FILE_FORMATS"
    ) == [("F", "CSV", "|", 1, "false", '["\\\\N"]', None)]


def test_procedures_and_the_catalogs_own_name(admin: Client, database: str, svc: Client) -> None:
    """Columns: docs.snowflake.com/en/sql-reference/info-schema/procedures."""
    admin.run("CREATE PROCEDURE P(N NUMBER) RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN N; END'")
    said = "SELECT PROCEDURE_NAME, ARGUMENT_SIGNATURE, DATA_TYPE, PROCEDURE_LANGUAGE, PROCEDURE_DEFINITION "
    assert admin.rows(said + "FROM INFORMATION_SCHEMA.PROCEDURES") == [
        ("P", "(N NUMBER)", "VARCHAR", "SQL", "BEGIN RETURN N; END")
    ]
    assert admin.one("SELECT CATALOG_NAME FROM INFORMATION_SCHEMA.INFORMATION_SCHEMA_CATALOG_NAME") == database
    admin.run(f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER", "GRANT USAGE ON SCHEMA PUBLIC TO ROLE SHARER")
    assert svc.rows(said + f"FROM {database}.INFORMATION_SCHEMA.PROCEDURES") == []


ASKED = [
    ("TABLE_NAME, COLUMN_NAME", "C", "TABLE_SCHEMA = 'ONE'", "TABLE_SCHEMA || '' = 'ONE'"),
    ("*", "C", "C.TABLE_SCHEMA = 'ONE' AND (C.TABLE_NAME = 'T')", "C.TABLE_SCHEMA || C.TABLE_NAME = 'ONET'"),
    ("COUNT(*)", "C", "TABLE_SCHEMA IN ('ONE', 'Two') AND COLUMN_NAME = 'B'",
     "(TABLE_SCHEMA || '' = 'ONE' OR TABLE_SCHEMA || '' = 'Two') AND COLUMN_NAME || '' = 'B'"),
    ("TABLE_SCHEMA, COUNT(*)", "C", "TABLE_SCHEMA >= 'ONE' AND TABLE_SCHEMA <= 'PUBLIC' GROUP BY 1",
     "TABLE_SCHEMA || '' BETWEEN 'ONE' AND 'PUBLIC' GROUP BY 1"),
    ("TABLE_NAME", "C", "TABLE_SCHEMA = 'ONE' OR TABLE_NAME = 'V'",
     "TABLE_SCHEMA || '' = 'ONE' OR TABLE_NAME || '' = 'V'"),
    ("C.COLUMN_NAME, T.TABLE_TYPE", "C LEFT JOIN {tables} T USING (TABLE_SCHEMA, TABLE_NAME)", "T.TABLE_NAME = 'V'",
     "T.TABLE_NAME || '' = 'V'"),
    ("COLUMN_NAME", "C", "TABLE_SCHEMA = CURRENT_SCHEMA()", "TABLE_SCHEMA || '' = CURRENT_SCHEMA()"),
    ("COLUMN_NAME", "C", "TABLE_SCHEMA = 'one'", "1 = 2"),
    ("N", "(SELECT TABLE_NAME AS N, TABLE_SCHEMA AS S FROM {columns}) C", "S = 'Two'", "S || '' = 'Two'"),
    ("1", "C", "EXISTS (SELECT 1 FROM {tables} T WHERE T.TABLE_NAME = C.TABLE_NAME AND T.TABLE_SCHEMA = 'Two')",
     "EXISTS (SELECT 1 FROM {tables} T WHERE T.TABLE_NAME = C.TABLE_NAME AND T.TABLE_SCHEMA || '' = 'Two')"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "source", "quick", "slow"), ASKED, ids=[quick for *_, quick, _ in ASKED])
def test_a_condition_that_is_looked_at_early_changes_no_answer(
    admin: Client, database: str, what: str, source: str, quick: str, slow: str
) -> None:
    """What is compared with a literal is left out before any row is made; the slow spelling is not understood there."""
    admin.run('CREATE SCHEMA "Two"', "CREATE SCHEMA ONE", 'CREATE VIEW "Two".V AS SELECT 1 AS A, 2 AS B')
    admin.run(
        "CREATE TABLE T (A INT, B VARCHAR(3))", "CREATE TABLE PUBLIC.U (B DATE)", "CREATE VIEW V AS SELECT 3 AS C"
    )
    names = {name: f"{database}.INFORMATION_SCHEMA.{name.upper()}" for name in ("tables", "columns")}
    source = source if source.startswith("(") else f"{names['columns']} {source}"

    def sql(condition: str) -> str:
        return f"SELECT {what} FROM {source} WHERE {condition}"

    found, wanted = (sorted(map(str, admin.rows(sql(condition).format(**names)))) for condition in (quick, slow))
    assert found == wanted
    assert found or "1 = 2" in slow
