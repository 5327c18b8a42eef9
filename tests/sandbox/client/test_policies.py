"""Row access and masking policies."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open


@pytest.fixture
def fares(admin: Client, database: str) -> str:
    """A table of three rows, and a mapping of accounts to tenants."""
    admin.run(
        "CREATE TABLE FARES (TENANT VARCHAR, PRICE NUMBER(8, 2), NOTE VARCHAR)",
        "INSERT INTO FARES VALUES ('UA', 10, 'a'), ('AA', 20, 'b'), ('UA', 30, 'c')",
        "CREATE TABLE SEATS_OF (ACCOUNT VARCHAR, TENANT VARCHAR)",
        "INSERT INTO SEATS_OF VALUES ('CUS20001', 'UA')",
    )
    return database


def test_only_rows_that_the_policy_lets_through_are_read(admin: Client, fares: str) -> None:
    admin.run(
        "CREATE ROW ACCESS POLICY ONLY_UA AS (T VARCHAR) RETURNS BOOLEAN -> T = 'UA' COMMENT = 'mark'",
        "ALTER TABLE FARES ADD ROW ACCESS POLICY ONLY_UA ON (TENANT)",
    )
    assert admin.rows("SELECT F.PRICE FROM FARES F ORDER BY 1") == [(10,), (30,)]
    assert admin.rows("SELECT COUNT(*) FROM FARES JOIN SEATS_OF USING (TENANT)") == [(2,)]
    admin.run("ALTER TABLE FARES DROP ROW ACCESS POLICY ONLY_UA")
    assert admin.one("SELECT COUNT(*) FROM FARES") == 3


def test_a_policy_reads_a_mapping_table_with_its_owners_rights(admin: Client, fares: str, log_in: Open) -> None:
    admin.run(
        "CREATE ROLE IF NOT EXISTS MAPPED",
        "GRANT ROLE MAPPED TO USER ADMIN",
        f"GRANT USAGE ON DATABASE {fares} TO ROLE MAPPED",
        "GRANT USAGE ON SCHEMA PUBLIC TO ROLE MAPPED",
        "GRANT SELECT ON TABLE FARES TO ROLE MAPPED",
        "INSERT INTO SEATS_OF VALUES ('MAPPED', 'AA')",
        "CREATE ROW ACCESS POLICY P AS (T VARCHAR) RETURNS BOOLEAN -> "
        "EXISTS (SELECT 1 FROM SEATS_OF WHERE ACCOUNT = CURRENT_ROLE() AND TENANT = T)",
        "ALTER TABLE FARES ADD ROW ACCESS POLICY P ON (TENANT)",
    )
    assert admin.rows("SELECT PRICE FROM FARES") == []
    reader = log_in(role="MAPPED", database=fares, schema="PUBLIC")
    assert reader.rows("SELECT PRICE FROM FARES") == [(20,)]
    reader.refused("SELECT * FROM SEATS_OF", 2003)


def test_masked_columns_show_what_the_role_may_see(admin: Client, fares: str, log_in: Open) -> None:
    admin.run(
        "CREATE MASKING POLICY HIDE AS (V VARCHAR) RETURNS VARCHAR -> "
        "CASE WHEN CURRENT_ROLE() = 'ACCOUNTADMIN' THEN V ELSE '***' END",
        "ALTER TABLE FARES MODIFY COLUMN NOTE SET MASKING POLICY HIDE",
        f"GRANT USAGE ON DATABASE {fares} TO ROLE PUBLIC",
        "GRANT USAGE ON SCHEMA PUBLIC TO ROLE PUBLIC",
        "GRANT SELECT ON TABLE FARES TO ROLE PUBLIC",
    )
    assert admin.rows("SELECT NOTE FROM FARES ORDER BY 1") == [("a",), ("b",), ("c",)]
    stranger = log_in(role="PUBLIC")
    assert stranger.rows(f"SELECT DISTINCT NOTE FROM {fares}.PUBLIC.FARES") == [("***",)]
    assert stranger.rows(f"SELECT COUNT(*) FROM {fares}.PUBLIC.FARES WHERE NOTE = 'a'") == [(0,)]
    admin.run("ALTER TABLE FARES MODIFY COLUMN NOTE UNSET MASKING POLICY")
    assert stranger.rows(f"SELECT COUNT(*) FROM {fares}.PUBLIC.FARES WHERE NOTE = 'a'") == [(1,)]


def test_a_mask_may_depend_on_another_column(admin: Client, fares: str) -> None:
    admin.run(
        "CREATE MASKING POLICY OWN AS (V NUMBER, T VARCHAR) RETURNS NUMBER -> IFF(T = 'UA', V, NULL)",
        "ALTER TABLE FARES ALTER COLUMN PRICE SET MASKING POLICY OWN USING (PRICE, TENANT)",
    )
    assert admin.rows("SELECT TENANT, PRICE FROM FARES ORDER BY NOTE") == [("UA", 10), ("AA", None), ("UA", 30)]


def test_policies_can_be_part_of_a_definition(admin: Client, fares: str) -> None:
    admin.run(
        "CREATE ROW ACCESS POLICY R AS (T VARCHAR) RETURNS BOOLEAN -> T = 'UA'",
        "CREATE MASKING POLICY M AS (V VARCHAR) RETURNS VARCHAR -> 'x'",
        "CREATE SECURE VIEW V (TENANT, NOTE WITH MASKING POLICY M) ROW ACCESS POLICY R ON (TENANT) "
        "AS SELECT TENANT, NOTE FROM FARES",
        "CREATE TABLE T (TENANT VARCHAR WITH MASKING POLICY M, N INT) WITH ROW ACCESS POLICY R ON (TENANT)",
        "INSERT INTO T VALUES ('UA', 1), ('AA', 2)",
    )
    assert admin.rows("SELECT * FROM V") == [("UA", "x"), ("UA", "x")]
    assert admin.rows("SELECT * FROM T") == [("x", 1)]


def test_what_a_consumer_gets_depends_on_the_account(admin: Client, fares: str, log_in: Open) -> None:
    share = f"SH_{fares}"
    admin.run(
        "CREATE ROW ACCESS POLICY BY_ACCOUNT AS (T VARCHAR) RETURNS BOOLEAN -> "
        "EXISTS (SELECT 1 FROM SEATS_OF S WHERE S.ACCOUNT = CURRENT_ACCOUNT() AND S.TENANT = T)",
        "CREATE ROW ACCESS POLICY BY_ROLE AS (T VARCHAR) RETURNS BOOLEAN -> CURRENT_ROLE() = 'ACCOUNTADMIN'",
        f"CREATE ROW ACCESS POLICY BY_SHARE AS (T VARCHAR) RETURNS BOOLEAN -> INVOKER_SHARE() = '{share}'",
        "CREATE TABLE ROLES AS SELECT * FROM FARES",
        "CREATE TABLE SHARES AS SELECT * FROM FARES",
        "ALTER TABLE FARES ADD ROW ACCESS POLICY BY_ACCOUNT ON (TENANT)",
        "ALTER TABLE ROLES ADD ROW ACCESS POLICY BY_ROLE ON (TENANT)",
        "ALTER TABLE SHARES ADD ROW ACCESS POLICY BY_SHARE ON (TENANT)",
        "CREATE SECURE VIEW OVER_SHARES AS SELECT * FROM SHARES",
        f"CREATE SHARE {share}",
        f"GRANT USAGE ON DATABASE {fares} TO SHARE {share}",
        f"GRANT USAGE ON SCHEMA {fares}.PUBLIC TO SHARE {share}",
        *(f"GRANT SELECT ON TABLE {fares}.PUBLIC.{t} TO SHARE {share}" for t in ("FARES", "ROLES", "SHARES")),
        f"GRANT SELECT ON VIEW {fares}.PUBLIC.OVER_SHARES TO SHARE {share}",
        f"ALTER SHARE {share} ADD ACCOUNTS = CUST.ONE",
    )
    assert admin.one("SELECT COUNT(*) FROM ROLES") == 3
    customer = log_in("CUST-ONE")
    customer.run(f"CREATE DATABASE M_{fares} FROM SHARE ACME.DATA.{share}")
    counted = {
        name: customer.one(f"SELECT COUNT(*) FROM M_{fares}.PUBLIC.{name}")
        for name in ("FARES", "ROLES", "SHARES", "OVER_SHARES")
    }
    assert counted == {"FARES": 2, "ROLES": 0, "SHARES": 3, "OVER_SHARES": 0}


def test_the_simulated_consumer_meets_the_policy_of_a_view(admin: Client, fares: str) -> None:
    admin.run(
        "CREATE ROW ACCESS POLICY P AS (T VARCHAR) RETURNS BOOLEAN -> "
        "EXISTS (SELECT 1 FROM SEATS_OF S WHERE S.ACCOUNT = CURRENT_ACCOUNT() AND S.TENANT = T)",
        "CREATE SECURE VIEW V AS SELECT * FROM FARES",
        "ALTER VIEW V ADD ROW ACCESS POLICY P ON (TENANT)",
    )
    assert admin.rows("SELECT * FROM V") == []
    admin.run("ALTER SESSION SET SIMULATED_DATA_SHARING_CONSUMER = 'CUS20001'")
    assert admin.rows("SELECT TENANT, PRICE FROM V ORDER BY 2") == [("UA", 10), ("UA", 30)]
    # An account's name is no CURRENT_ACCOUNT().
    admin.run("ALTER SESSION SET SIMULATED_DATA_SHARING_CONSUMER = 'ONE'")
    assert admin.rows("SELECT * FROM V") == []


def test_show_and_describe(admin: Client, fares: str) -> None:
    admin.run(
        "CREATE ROW ACCESS POLICY R AS (T VARCHAR, N NUMBER) RETURNS BOOLEAN -> T = 'UA' AND N > 1 COMMENT = 'mark'",
        "CREATE MASKING POLICY M AS (V VARCHAR) RETURNS VARCHAR -> 'x'",
    )
    (row,) = admin.table("SHOW ROW ACCESS POLICIES")
    assert list(row)[1:] == [
        *["name", "database_name", "schema_name", "kind", "owner", "comment", "owner_role_type", "options"]
    ]
    assert (row["name"], row["kind"], row["comment"]) == ("R", "ROW_ACCESS_POLICY", "mark")
    (row,) = admin.table(f"SHOW MASKING POLICIES LIKE 'm' IN DATABASE {fares}")
    assert (row["name"], row["kind"]) == ("M", "MASKING_POLICY")
    (row,) = admin.table("DESCRIBE ROW ACCESS POLICY R")
    assert row == {
        "name": "R",
        "signature": "(T VARCHAR, N NUMBER)",
        "return_type": "BOOLEAN",
        "body": "T = 'UA' AND N > 1",
    }


def test_a_policy_in_use_stays(admin: Client, fares: str) -> None:
    admin.run(
        "CREATE ROW ACCESS POLICY R AS (T VARCHAR) RETURNS BOOLEAN -> T = 'UA'",
        "ALTER TABLE FARES ADD ROW ACCESS POLICY R ON (TENANT)",
    )
    admin.refused("DROP ROW ACCESS POLICY R", 3733)
    admin.refused("CREATE OR REPLACE ROW ACCESS POLICY R AS (T VARCHAR) RETURNS BOOLEAN -> TRUE", 3733)
    admin.run("ALTER ROW ACCESS POLICY R SET BODY -> T = 'AA'")
    assert admin.rows("SELECT NOTE FROM FARES") == [("b",)]
    admin.run("ALTER TABLE FARES DROP ALL ROW ACCESS POLICIES", "DROP ROW ACCESS POLICY R")
    assert admin.rows("SHOW ROW ACCESS POLICIES") == []


def test_what_does_not_fit_is_refused(admin: Client, fares: str) -> None:
    admin.refused("CREATE ROW ACCESS POLICY R AS (T VARCHAR) RETURNS VARCHAR -> T", 3731)
    admin.refused("CREATE ROW ACCESS POLICY R AS (T VARCHAR) RETURNS BOOLEAN -> NOPE = 1", 904)
    admin.run("CREATE ROW ACCESS POLICY R AS (T VARCHAR) RETURNS BOOLEAN -> T = 'UA'")
    admin.refused("ALTER TABLE FARES ADD ROW ACCESS POLICY R ON (PRICE)", 3732)
    admin.refused("ALTER TABLE FARES ADD ROW ACCESS POLICY R ON (NOPE)", 904)
    admin.refused("ALTER TABLE FARES ADD ROW ACCESS POLICY MISSING ON (TENANT)", 2003)
    admin.run("ALTER TABLE FARES ADD ROW ACCESS POLICY R ON (TENANT)")
    admin.refused("ALTER TABLE FARES ADD ROW ACCESS POLICY R ON (TENANT)", 3735)


def test_putting_a_policy_on_needs_apply(admin: Client, fares: str, svc: Client) -> None:
    admin.run(
        "CREATE ROW ACCESS POLICY R AS (T VARCHAR) RETURNS BOOLEAN -> T = 'UA'",
        f"GRANT USAGE ON DATABASE {fares} TO ROLE SHARER",
        "GRANT ALL ON SCHEMA PUBLIC TO ROLE SHARER",
        "GRANT USAGE ON SCHEMA PUBLIC TO ROLE SHARER",
    )
    svc.run(f"USE SCHEMA {fares}.PUBLIC", "CREATE TABLE MINE (TENANT VARCHAR)")
    svc.refused("ALTER TABLE MINE ADD ROW ACCESS POLICY R ON (TENANT)", 2003)
    admin.run("GRANT APPLY ON ROW ACCESS POLICY R TO ROLE SHARER")
    svc.run("ALTER TABLE MINE ADD ROW ACCESS POLICY R ON (TENANT)")
