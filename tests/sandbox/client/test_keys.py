"""Primary, unique and foreign keys, and columns that number their rows."""

from __future__ import annotations

from tests.sandbox.conftest import Client


def test_keys_are_shown_and_described(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE P (A INT, B VARCHAR(5), C INT UNIQUE, CONSTRAINT P_KEY PRIMARY KEY (A, B) RELY)",
        "CREATE TABLE F (N INT PRIMARY KEY, A INT, B VARCHAR(5), "
        "CONSTRAINT TO_P FOREIGN KEY (A, B) REFERENCES P (A, B) ON DELETE CASCADE NOT ENFORCED)",
    )
    primary = admin.table("SHOW PRIMARY KEYS IN TABLE P")
    assert [(r["column_name"], r["key_sequence"], r["constraint_name"], r["rely"]) for r in primary] == [
        ("A", 1, "P_KEY", "true"),
        ("B", 2, "P_KEY", "true"),
    ]
    (unique,) = admin.table(f"SHOW UNIQUE KEYS IN SCHEMA {database}.PUBLIC")
    assert (unique["table_name"], unique["column_name"]) == ("P", "C")
    assert unique["constraint_name"].startswith("SYS_CONSTRAINT_")
    imported = admin.table(f"SHOW IMPORTED KEYS IN DATABASE {database}")
    assert [
        (r["pk_table_name"], r["pk_column_name"], r["fk_table_name"], r["fk_column_name"], r["key_sequence"])
        for r in imported
    ] == [("P", "A", "F", "A", 1), ("P", "B", "F", "B", 2)]
    assert {(r["update_rule"], r["delete_rule"], r["fk_name"], r["pk_name"]) for r in imported} == {
        ("NO ACTION", "CASCADE", "TO_P", "P_KEY")
    }
    described = {r["name"]: (r["null?"], r["primary key"], r["unique key"]) for r in admin.table("DESC TABLE P")}
    assert described == {"A": ("N", "Y", "N"), "B": ("N", "Y", "N"), "C": ("Y", "N", "Y")}


def test_keys_are_not_enforced_but_not_null_is(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT PRIMARY KEY, B INT UNIQUE)", "INSERT INTO T VALUES (1, 1), (1, 1)")
    assert admin.one("SELECT COUNT(*) FROM T") == 2
    admin.refused("INSERT INTO T VALUES (NULL, 2)", 100072, "22000")


def test_a_foreign_key_of_a_dropped_table_is_gone(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE P (A INT PRIMARY KEY)", "CREATE TABLE F (A INT REFERENCES P)")
    assert len(admin.table("SHOW IMPORTED KEYS IN TABLE F")) == 1
    admin.run("DROP TABLE P")
    assert admin.table("SHOW IMPORTED KEYS IN TABLE F") == []


def test_what_is_no_key_is_refused(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE P (A INT, B INT PRIMARY KEY)")
    admin.refused("CREATE TABLE F (A INT REFERENCES P (A))", 2000)
    admin.refused("CREATE TABLE F (A INT, PRIMARY KEY (NO_SUCH))", 904, "42000")
    admin.refused("CREATE TABLE F (A INT PRIMARY KEY ENFORCED)", 2, "0A000")


def test_an_identity_numbers_rows(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT IDENTITY (10, 5), S VARCHAR)", "INSERT INTO T (S) VALUES ('a'), ('b'), ('c')")
    assert admin.rows("SELECT N, S FROM T ORDER BY N") == [(10, "a"), (15, "b"), (20, "c")]
    (described, _) = admin.table("DESC TABLE T")
    assert described["default"] == "IDENTITY START 10 INCREMENT 5 NOORDER"
    column = f"FROM {database}.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'T' AND COLUMN_NAME = 'N'"
    assert admin.rows(f"SELECT IS_IDENTITY, IDENTITY_START, IDENTITY_INCREMENT {column}") == [("YES", "10", "5")]
    admin.run("CREATE OR REPLACE TABLE T (N INT AUTOINCREMENT START 1 INCREMENT 1 ORDER, S VARCHAR)")
    admin.run("INSERT INTO T (S) VALUES ('x')", "DROP TABLE T")


def test_objects_are_listed_together(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT)", "CREATE VIEW V AS SELECT N FROM T")
    terse = admin.table(f"SHOW TERSE OBJECTS IN SCHEMA {database}.PUBLIC")
    assert list(terse[0]) == ["created_on", "name", "kind", "database_name", "schema_name"]
    assert [(r["name"], r["kind"]) for r in terse] == [("T", "TABLE"), ("V", "VIEW")]
    full = admin.table("SHOW OBJECTS LIKE 'T' IN PUBLIC")
    assert [(r["name"], r["rows"], r["owner"]) for r in full] == [("T", 0, "ACCOUNTADMIN")]
