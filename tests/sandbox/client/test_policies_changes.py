"""UPDATE, DELETE and MERGE of tables with policies: they touch the rows and read the values that a query would see.

Sources: docs.snowflake.com/en/user-guide/security-row-intro: a policy determines which rows are selected by UPDATE,
DELETE and MERGE, and prevents neither inserts nor changes of visible rows; …/security-column-intro: a mask applies
wherever the column stands.
"""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open

EVERYTHING = "SELECT TENANT, PRICE, NOTE FROM FARES ORDER BY NOTE, PRICE"


@pytest.fixture
def fares(admin: Client, database: str) -> str:
    admin.run(
        "CREATE TABLE FARES (TENANT VARCHAR, PRICE NUMBER(8, 2), NOTE VARCHAR)",
        "INSERT INTO FARES VALUES ('UA', 10, 'a'), ('AA', 20, 'b'), ('UA', 30, 'c')",
        "CREATE TABLE NEW (TENANT VARCHAR, PRICE NUMBER(8, 2), NOTE VARCHAR)",
        "INSERT INTO NEW VALUES ('UA', 11, 'a'), ('AA', 21, 'b'), ('AA', 41, 'd')",
    )
    return database


@pytest.fixture
def clerk(admin: Client, fares: str, log_in: Open) -> Client:
    """A role that may change the table, but sees the rows of UA only; the administrator sees all."""
    admin.run(
        "CREATE ROLE IF NOT EXISTS CLERK",
        "GRANT ROLE CLERK TO USER ADMIN",
        f"GRANT USAGE ON DATABASE {fares} TO ROLE CLERK",
        "GRANT USAGE ON SCHEMA PUBLIC TO ROLE CLERK",
        "GRANT ALL ON TABLE FARES TO ROLE CLERK",
        "GRANT SELECT ON TABLE NEW TO ROLE CLERK",
        "CREATE ROW ACCESS POLICY ROWS_OF AS (T VARCHAR) RETURNS BOOLEAN -> "
        "CURRENT_ROLE() = 'ACCOUNTADMIN' OR T = 'UA'",
        "ALTER TABLE FARES ADD ROW ACCESS POLICY ROWS_OF ON (TENANT)",
    )
    return log_in(role="CLERK", database=fares, schema="PUBLIC")


@pytest.fixture
def masked(admin: Client, clerk: Client) -> Client:
    """The same role, to which the notes are masked, too."""
    admin.run(
        "CREATE MASKING POLICY HIDE AS (V VARCHAR) RETURNS VARCHAR -> "
        "CASE WHEN CURRENT_ROLE() = 'ACCOUNTADMIN' THEN V ELSE '*' END",
        "ALTER TABLE FARES MODIFY COLUMN NOTE SET MASKING POLICY HIDE",
    )
    return clerk


def test_update_leaves_rows_that_the_policy_hides(admin: Client, clerk: Client) -> None:
    assert clerk.rows("UPDATE FARES F SET PRICE = F.PRICE + 1, NOTE = UPPER(NOTE)") == [(2, 0)]
    assert admin.rows(EVERYTHING) == [("UA", 11, "A"), ("UA", 31, "C"), ("AA", 20, "b")]


def test_update_from_another_table(admin: Client, clerk: Client) -> None:
    assert clerk.rows(
        "UPDATE FARES SET PRICE = NEW.PRICE FROM NEW WHERE FARES.NOTE = NEW.NOTE AND FARES.PRICE < NEW.PRICE"
    ) == [(1, 0)]
    assert admin.rows(EVERYTHING) == [("UA", 11, "a"), ("AA", 20, "b"), ("UA", 30, "c")]


def test_a_visible_row_may_be_changed_so_that_it_is_hidden(admin: Client, clerk: Client) -> None:
    clerk.run("UPDATE FARES SET TENANT = 'AA' WHERE PRICE = 30", "INSERT INTO FARES VALUES ('AA', 50, 'e')")
    assert clerk.rows("SELECT PRICE FROM FARES") == [(10,)]
    assert admin.one("SELECT COUNT(*) FROM FARES WHERE TENANT = 'AA'") == 3


def test_delete_leaves_rows_that_the_policy_hides(admin: Client, clerk: Client) -> None:
    assert clerk.rows("DELETE FROM FARES USING NEW WHERE FARES.NOTE = NEW.NOTE") == [(1,)]
    assert clerk.rows("DELETE FROM FARES") == [(1,)]
    assert admin.rows(EVERYTHING) == [("AA", 20, "b")]


def test_expressions_see_masked_values(admin: Client, masked: Client) -> None:
    assert masked.rows("UPDATE FARES SET PRICE = 0 WHERE NOTE = 'a'") == [(0, 0)]
    assert masked.rows("DELETE FROM FARES WHERE NOTE = 'a'") == [(0,)]
    assert masked.rows("UPDATE FARES SET NOTE = NOTE || PRICE::INT WHERE PRICE = 10") == [(1, 0)]
    assert admin.rows(EVERYTHING) == [("UA", 10, "*10"), ("AA", 20, "b"), ("UA", 30, "c")]


def test_merge_does_not_match_what_is_hidden(admin: Client, clerk: Client) -> None:
    rows = clerk.rows(
        "MERGE INTO FARES F USING NEW N ON F.NOTE = N.NOTE "
        "WHEN MATCHED AND N.PRICE > 100 THEN DELETE WHEN MATCHED THEN UPDATE SET F.PRICE = F.PRICE + N.PRICE "
        "WHEN NOT MATCHED AND N.PRICE < 40 THEN INSERT (TENANT, PRICE, NOTE) VALUES (N.TENANT, N.PRICE, N.NOTE)"
    )
    assert rows == [(1, 1, 0)]
    assert admin.rows(EVERYTHING) == [("UA", 21, "a"), ("AA", 20, "b"), ("AA", 21, "b"), ("UA", 30, "c")]


def test_merge_deletes_and_refuses_doubles_behind_a_policy(admin: Client, clerk: Client) -> None:
    admin.run("INSERT INTO NEW VALUES ('UA', 12, 'a')")
    double = "MERGE INTO FARES F USING NEW N ON F.NOTE = N.NOTE WHEN MATCHED THEN UPDATE SET F.PRICE = N.PRICE"
    clerk.refused(double, 100090)
    assert clerk.rows("MERGE INTO FARES F USING NEW N ON F.NOTE = N.NOTE WHEN MATCHED THEN DELETE") == [(1,)]
    assert admin.rows("SELECT NOTE FROM FARES ORDER BY 1") == [("b",), ("c",)]


def test_merge_sees_masked_values(admin: Client, masked: Client) -> None:
    assert masked.rows(
        "MERGE INTO FARES F USING (SELECT 1 AS X) ON F.NOTE = '*' AND F.PRICE = 10 "
        "WHEN MATCHED THEN UPDATE SET F.NOTE = F.NOTE || '!'"
    ) == [(1,)]
    assert admin.rows("SELECT NOTE FROM FARES WHERE PRICE = 10") == [("*!",)]


def test_inside_a_transaction(admin: Client, masked: Client) -> None:
    masked.run("BEGIN", "UPDATE FARES SET PRICE = 1", "DELETE FROM FARES WHERE PRICE = 1", "ROLLBACK")
    assert admin.rows("SELECT SUM(PRICE) FROM FARES") == [(60,)]
