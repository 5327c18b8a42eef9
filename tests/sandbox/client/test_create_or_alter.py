"""CREATE OR ALTER: created when missing, otherwise altered, with grants and rows kept."""

from __future__ import annotations

from tests.sandbox.conftest import Client, Shared


def test_a_table_is_created_then_altered_with_its_rows(admin: Client, database: str) -> None:
    admin.run(
        "CREATE OR ALTER TABLE T (A INT NOT NULL, B VARCHAR(5), C INT DEFAULT 7) CLUSTER BY (A) COMMENT = 'first'",
        "INSERT INTO T (A, B) VALUES (1, 'x')",
        "CREATE ROLE IF NOT EXISTS READER",
        "GRANT SELECT ON TABLE T TO ROLE READER",
        "CREATE OR ALTER TABLE T (A INT PRIMARY KEY, B VARCHAR(20) COMMENT 'longer', D INT)",
    )
    assert admin.rows("SELECT * FROM T") == [(1, "x", None)]
    described = [
        (r["name"], r["type"], r["null?"], r["primary key"], r["comment"]) for r in admin.table("DESC TABLE T")
    ]
    assert described == [
        ("A", "NUMBER(38,0)", "N", "Y", None),
        ("B", "VARCHAR(20)", "Y", "N", "longer"),
        ("D", "NUMBER(38,0)", "Y", "N", None),
    ]
    (row,) = admin.table("SHOW TABLES LIKE 'T'")
    assert (row["comment"], row["cluster_by"]) == ("", "")
    assert ("SELECT", "READER") in [(r["privilege"], r["grantee_name"]) for r in admin.table("SHOW GRANTS ON TABLE T")]


def test_what_a_table_cannot_become_is_refused(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT, B VARCHAR(5))", "INSERT INTO T VALUES (NULL, 'abcde')")
    admin.refused("CREATE OR ALTER TABLE T (B VARCHAR(5), A INT)", 2)
    admin.refused("CREATE OR ALTER TABLE T (A INT, B VARCHAR(5) DEFAULT 'x')", 2)
    admin.refused("CREATE OR ALTER TABLE T AS SELECT 1 AS A", 2)
    admin.refused("CREATE OR ALTER TRANSIENT TABLE T (A INT, B VARCHAR(5))", 2)
    admin.refused("CREATE OR ALTER TABLE T (A INT, B INT)", 2108)
    admin.refused("CREATE OR ALTER TABLE IF NOT EXISTS T (A INT)", 1003)
    admin.run("CREATE VIEW V AS SELECT 1 AS A")
    admin.refused("CREATE OR ALTER TABLE V (A INT)", 2002)
    assert admin.rows("SELECT A, B FROM T") == [(None, "abcde")]


def test_a_failure_half_way_leaves_a_table_that_works(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT, B INT, C INT)", "INSERT INTO T VALUES (1, NULL, 3)")
    admin.refused("CREATE OR ALTER TABLE T (A INT, B INT NOT NULL)", 100072)
    assert admin.rows("SELECT * FROM T") == [(1, None)]


def test_a_view_keeps_its_grants_also_those_to_shares(shared: Shared) -> None:
    owner, name = shared.owner, f"{shared.database}.S.FLIGHTS"
    owner.run(
        f"CREATE OR ALTER SECURE VIEW {name} COMMENT = 'two columns' AS SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS"
    )
    granted = [r["name"] for r in owner.table(f"SHOW GRANTS TO SHARE {shared.share}") if r["privilege"] == "SELECT"]
    assert granted == [name]
    (row,) = owner.table(f"SHOW VIEWS IN SCHEMA {shared.database}.S")
    assert (row["comment"], row["is_secure"]) == ("two columns", "true")
    assert [r["name"] for r in owner.table(f"DESC VIEW {name}")] == ["CARRIER", "FLIGHT"]
    assert len(owner.rows(f"SELECT * FROM {name}")) == 6


def test_databases_and_schemas(admin: Client, database: str) -> None:
    admin.run(
        f"CREATE OR ALTER DATABASE {database} DATA_RETENTION_TIME_IN_DAYS = 5 COMMENT = 'kept'",
        "CREATE OR ALTER SCHEMA S WITH MANAGED ACCESS COMMENT = 'one'",
        "CREATE TABLE S.T (A INT)",
    )
    (row,) = admin.table(f"SHOW DATABASES LIKE '{database}'")
    assert (row["comment"], row["retention_time"]) == ("kept", "5")
    admin.run(f"CREATE OR ALTER DATABASE {database}", "CREATE OR ALTER SCHEMA S")
    (row,) = admin.table(f"SHOW DATABASES LIKE '{database}'")
    assert (row["comment"], row["retention_time"]) == ("", "1")
    (row,) = admin.table("SHOW SCHEMAS LIKE 'S'")
    assert (row["comment"], row["options"]) == ("", "")
    assert [r["name"] for r in admin.table("SHOW TABLES IN SCHEMA S")] == ["T"]


def test_roles_and_warehouses(admin: Client) -> None:
    admin.run(
        "CREATE OR ALTER ROLE COA_ROLE COMMENT = 'one'",
        "CREATE OR ALTER WAREHOUSE COA_WH WAREHOUSE_SIZE = LARGE COMMENT = 'big'",
        "GRANT USAGE ON WAREHOUSE COA_WH TO ROLE COA_ROLE",
        "CREATE OR ALTER ROLE COA_ROLE COMMENT = 'two'",
        "CREATE OR ALTER WAREHOUSE COA_WH AUTO_SUSPEND = 60",
    )
    assert admin.table("SHOW ROLES LIKE 'COA_ROLE'")[0]["comment"] == "two"
    (row,) = admin.table("SHOW WAREHOUSES LIKE 'COA_WH'")
    assert (row["size"], row["auto_suspend"], row["comment"]) == ("X-Small", 60, "")
    assert len(admin.table("SHOW GRANTS OF ROLE COA_ROLE")) == 0
    assert "COA_ROLE" in [r["grantee_name"] for r in admin.table("SHOW GRANTS ON WAREHOUSE COA_WH")]
    admin.run("DROP WAREHOUSE COA_WH", "DROP ROLE COA_ROLE")


def test_only_the_owner_may_alter(admin: Client, svc: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER")
    admin.run(f"GRANT ALL ON SCHEMA {database}.PUBLIC TO ROLE SHARER")
    svc.refused(f"CREATE OR ALTER TABLE {database}.PUBLIC.T (A INT, B INT)", 3001)
    svc.refused(f"CREATE OR ALTER DATABASE {database}", 3001)


def test_transient_things_say_so(admin: Client, database: str) -> None:
    admin.run("CREATE TRANSIENT SCHEMA TS", "CREATE OR REPLACE TRANSIENT DATABASE TRANSIENT_ONE")
    assert admin.table(f"SHOW SCHEMAS LIKE 'TS' IN DATABASE {database}")[0]["options"] == "TRANSIENT"
    assert admin.table("SHOW DATABASES LIKE 'TRANSIENT_ONE'")[0]["options"] == "TRANSIENT"
    assert admin.table("SHOW SCHEMAS LIKE 'PUBLIC' IN DATABASE TRANSIENT_ONE")[0]["options"] == "TRANSIENT"
    admin.run("DROP DATABASE TRANSIENT_ONE")
