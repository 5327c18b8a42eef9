"""Tables: constraints and changes of columns."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client


def test_constraints_can_be_added_and_dropped(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT, B INT)", "ALTER TABLE T ADD CONSTRAINT P PRIMARY KEY (A)")
    admin.refused("ALTER TABLE T ADD PRIMARY KEY (B)", 2000)
    admin.refused("ALTER TABLE T ADD UNIQUE (NOPE)", 904)
    admin.run("ALTER TABLE T RENAME CONSTRAINT P TO Q")
    assert [k["constraint_name"] for k in admin.table("SHOW PRIMARY KEYS IN TABLE T")] == ["Q"]
    admin.run("ALTER TABLE T DROP PRIMARY KEY")
    assert admin.rows("SHOW PRIMARY KEYS IN TABLE T") == []
    admin.refused("ALTER TABLE T DROP CONSTRAINT Q", 2209)


def test_columns_change_within_snowflakes_rules(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A VARCHAR(3), N NUMBER(5, 2), D INT DEFAULT 7)",
        "INSERT INTO T VALUES ('abc', 123.45, NULL)",
        "ALTER TABLE T ALTER COLUMN A SET DATA TYPE VARCHAR(10), COLUMN N TYPE NUMBER(9, 2)",
        "ALTER TABLE T MODIFY COLUMN A COMMENT 'first'",
        "ALTER TABLE T ALTER D DROP DEFAULT",
        "INSERT INTO T (A) VALUES ('longer')",
    )
    described = [(r["name"], r["type"], r["default"], r["comment"]) for r in admin.table("DESCRIBE TABLE T")]
    assert described == [
        ("A", "VARCHAR(10)", None, "first"),
        ("N", "NUMBER(9,2)", None, None),
        ("D", "NUMBER(38,0)", None, None),
    ]
    assert admin.one("SELECT D FROM T WHERE A = 'longer'") is None
    admin.refused("ALTER TABLE T ALTER COLUMN A SET DATA TYPE NUMBER", 2108)
    admin.refused("ALTER TABLE T ALTER COLUMN A SET DATA TYPE VARCHAR(5)", 2108)
    admin.refused("ALTER TABLE T ALTER COLUMN N SET NOT NULL", 100072)
    admin.run("ALTER TABLE T ALTER COLUMN A SET NOT NULL")
    admin.refused("INSERT INTO T (N) VALUES (1)", 100072)
    admin.run("ALTER TABLE T ALTER COLUMN A DROP NOT NULL", "INSERT INTO T (N) VALUES (1)")


def test_columns_are_added_and_dropped(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "INSERT INTO T VALUES (1)")
    admin.refused("ALTER TABLE T ADD COLUMN B INT NOT NULL", 100072)
    admin.run(
        "ALTER TABLE T ADD COLUMN B INT NOT NULL DEFAULT 5, C INT", "ALTER TABLE T ADD COLUMN IF NOT EXISTS C INT"
    )
    assert admin.rows("SELECT * FROM T") == [(1, 5, None)]
    admin.run("ALTER TABLE T DROP COLUMN B, C", "ALTER TABLE T DROP COLUMN IF EXISTS C")
    admin.refused("ALTER TABLE T DROP COLUMN A", 2204)


def test_swapping_names_keeps_grants_with_their_tables(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE A AS SELECT 1 AS N",
        "CREATE TABLE B AS SELECT 2 AS N",
        "GRANT SELECT ON TABLE A TO ROLE PUBLIC",
        "ALTER TABLE A SWAP WITH B",
    )
    assert (admin.one("SELECT N FROM A"), admin.one("SELECT N FROM B")) == (2, 1)
    assert "PUBLIC" in [g["grantee_name"] for g in admin.table("SHOW GRANTS ON TABLE B")]


def test_transient_and_clustered_tables_say_so(admin: Client, database: str) -> None:
    admin.run("CREATE TRANSIENT TABLE T (A INT) CLUSTER BY (A) COMMENT = 'c'")
    (row,) = admin.table("SHOW TABLES")
    assert (row["kind"], row["cluster_by"], row["comment"]) == ("TRANSIENT", "LINEAR(A)", "c")
    admin.run("ALTER TABLE T DROP CLUSTERING KEY", "ALTER TABLE T UNSET COMMENT")
    (row,) = admin.table("SHOW TABLES")
    assert (row["cluster_by"], row["comment"]) == ("", "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("ADD COLUMN X INT, A INT", 2025),
        ("ADD COLUMN X INT nonsense", 1003),
        ("RENAME COLUMN A TO X nonsense", 1003),
        ("DROP COLUMN B, NOTHING", 904),
    ],
)
def test_a_change_of_columns_that_fails_changes_nothing(admin: Client, database: str, change: str, code: int) -> None:
    admin.run("CREATE TABLE T (A INT, B INT)", "INSERT INTO T VALUES (1, 2)")
    admin.refused(f"ALTER TABLE T {change}", code)
    assert admin.table("SELECT * FROM T") == [{"A": 1, "B": 2}]
    admin.run("INSERT INTO T VALUES (3, 4)")
    assert admin.rows("SELECT A, B FROM T ORDER BY A") == [(1, 2), (3, 4)]
