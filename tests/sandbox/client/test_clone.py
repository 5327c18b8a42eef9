"""CLONE of tables, schemas and databases."""

from __future__ import annotations

from tests.sandbox.conftest import Client, Shared


def test_a_schema_is_cloned_with_all_that_is_in_it(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SCHEMA A COMMENT = 'original'",
        "CREATE TABLE T (N INT) COMMENT = 'rows'",
        "INSERT INTO T VALUES (1), (2)",
        "CREATE SECURE VIEW V AS SELECT N FROM T",
        "CREATE FUNCTION F(X INT) RETURNS INT AS 'X + 1'",
        "CREATE ROLE IF NOT EXISTS READER",
        "GRANT SELECT ON TABLE T TO ROLE READER",
        "GRANT USAGE ON SCHEMA A TO ROLE READER",
        "CREATE SCHEMA B CLONE A",
        "INSERT INTO B.T VALUES (3)",
        "DROP TABLE A.T",
    )
    assert admin.rows("SELECT N FROM B.V ORDER BY N") == [(1,), (2,), (3,)]
    assert admin.one("SELECT B.F(1)") == 2
    (row,) = admin.table("SHOW SCHEMAS LIKE 'B'")
    assert row["comment"] == "original"
    assert admin.table("SHOW TABLES IN SCHEMA B")[0]["comment"] == "rows"
    assert "READER" in [r["grantee_name"] for r in admin.table("SHOW GRANTS ON TABLE B.T")]
    assert "READER" not in [r["grantee_name"] for r in admin.table("SHOW GRANTS ON SCHEMA B")]


def test_policies_and_keys_of_a_clone_are_its_own(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SCHEMA A",
        "CREATE ROW ACCESS POLICY P AS (N INT) RETURNS BOOLEAN -> N > 1",
        "CREATE TABLE T (N INT PRIMARY KEY) WITH ROW ACCESS POLICY P ON (N)",
        "INSERT INTO T VALUES (1), (2)",
        "CREATE TABLE C (N INT REFERENCES T (N))",
        "CREATE SCHEMA B CLONE A",
    )
    references = admin.table("SELECT * FROM TABLE(INFORMATION_SCHEMA.POLICY_REFERENCES(POLICY_NAME => 'B.P'))")
    assert [(r["REF_SCHEMA_NAME"], r["REF_ENTITY_NAME"]) for r in references] == [("B", "T")]
    assert admin.rows("SELECT N FROM B.T") == [(2,)]
    (key,) = admin.table("SHOW IMPORTED KEYS IN TABLE B.C")
    assert key["pk_schema_name"] == "B"
    admin.run("CREATE TABLE A.K CLONE A.T")
    assert admin.rows("SELECT N FROM A.K") == [(2,)]


def test_a_database_is_cloned_but_shared_to_nobody(shared: Shared) -> None:
    owner = shared.owner
    owner.run(
        f"CREATE DATABASE ROLE {shared.database}.R",
        f"GRANT SELECT ON VIEW {shared.database}.S.FLIGHTS TO DATABASE ROLE {shared.database}.R",
        f"CREATE DATABASE C_{shared.database} CLONE {shared.database}",
    )
    clone = f"C_{shared.database}"
    assert [r["name"] for r in owner.table(f"SHOW SCHEMAS IN DATABASE {clone}")] == [
        "INFORMATION_SCHEMA",
        "PUBLIC",
        "S",
    ]
    assert len(owner.rows(f"SELECT * FROM {clone}.S.FLIGHTS")) == 3
    grants = owner.table(f"SHOW GRANTS ON VIEW {clone}.S.FLIGHTS")
    assert {(r["granted_to"], r["grantee_name"]) for r in grants} == {("ROLE", "SHARER"), ("DATABASE_ROLE", "R")}
    assert [
        r["name"] for r in owner.table(f"SHOW GRANTS TO DATABASE ROLE {clone}.R") if r["privilege"] == "SELECT"
    ] == [f"{clone}.S.FLIGHTS"]


def test_numbers_go_on_where_the_original_stands(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (ID INT AUTOINCREMENT ORDER, A INT)",
        "INSERT INTO T (A) VALUES (10), (20)",
        "CREATE TABLE K CLONE T",
        "INSERT INTO K (A) VALUES (30)",
        "CREATE SCHEMA S2 CLONE PUBLIC",
        "INSERT INTO S2.T (A) VALUES (40)",
    )
    assert admin.rows("SELECT ID, A FROM PUBLIC.K ORDER BY ID") == [(1, 10), (2, 20), (3, 30)]
    assert admin.rows("SELECT ID, A FROM S2.T ORDER BY ID") == [(1, 10), (2, 20), (3, 40)]


def test_what_cannot_be_cloned(mounted: tuple[Shared, Client, str], admin: Client, svc: Client, database: str) -> None:
    _, customer, name = mounted
    customer.run("CREATE DATABASE IF NOT EXISTS OWN")
    customer.refused(f"CREATE DATABASE COPY CLONE {name}", 3038)
    customer.refused(f"CREATE SCHEMA OWN.COPY CLONE {name}.S", 3038)
    admin.refused(f"CREATE DATABASE COPY CLONE {database} AT (OFFSET => -60)", 2)
    admin.refused("CREATE SCHEMA COPY CLONE NO_SUCH", 2003)
    svc.refused(f"CREATE DATABASE COPY CLONE {database}", 2003)
    admin.run("CREATE SCHEMA S", "CREATE SCHEMA IF NOT EXISTS S CLONE PUBLIC")
    admin.refused("CREATE SCHEMA S CLONE PUBLIC", 2002)
