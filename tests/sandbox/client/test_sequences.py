"""Sequences and their NEXTVAL."""

from __future__ import annotations

from tests.sandbox.conftest import Client


def test_numbers_follow_start_and_increment(admin: Client, database: str) -> None:
    admin.run("CREATE SEQUENCE S START = 10 INCREMENT BY 5", "CREATE SEQUENCE DOWN START WITH 3 INCREMENT -1")
    assert [admin.one("SELECT S.NEXTVAL") for _ in range(3)] == [10, 15, 20]
    assert [admin.one(f"SELECT {database}.PUBLIC.DOWN.nextval AS X") for _ in range(5)] == [3, 2, 1, 0, -1]
    ((first, second),) = admin.rows("SELECT S.NEXTVAL AS A, S.NEXTVAL AS B")
    assert sorted((first, second)) == [25, 30]
    assert admin.rows("SELECT COLUMN1, DOWN.NEXTVAL FROM VALUES ('a'), ('b')") == [("a", -2), ("b", -3)]
    admin.refused("SELECT NO_SUCH.NEXTVAL", 904)


def test_a_default_takes_numbers(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SEQUENCE S",
        "CREATE TABLE T (ID INT DEFAULT S.NEXTVAL, A INT)",
        "CREATE SCHEMA OTHER",
        f"INSERT INTO {database}.PUBLIC.T (A) VALUES (10), (20)",
        f"INSERT INTO {database}.PUBLIC.T VALUES (DEFAULT, 30), (PUBLIC.S.NEXTVAL, 40)",
    )
    assert admin.rows(f"SELECT ID, A FROM {database}.PUBLIC.T ORDER BY A") == [(1, 10), (2, 20), (3, 30), (4, 40)]
    assert admin.table("DESC TABLE PUBLIC.T")[0]["default"] == f"{database}.PUBLIC.S.NEXTVAL"


def test_a_relation_of_the_same_name_comes_first(admin: Client, database: str) -> None:
    admin.run("CREATE SEQUENCE S", "CREATE TABLE T (NEXTVAL INT)", "INSERT INTO T VALUES (99)")
    assert admin.one("SELECT S.NEXTVAL FROM T AS S") == 99


def test_show_describe_and_alter(admin: Client, database: str) -> None:
    admin.run("CREATE SEQUENCE S START 4 INCREMENT 2 ORDER COMMENT = 'numbers'", "SELECT S.NEXTVAL")
    (row,) = admin.table("SHOW SEQUENCES LIKE 's'")
    shown = [
        row[key] for key in ("name", "database_name", "schema_name", "next_value", "interval", "comment", "ordered")
    ]
    assert shown == ["S", database, "PUBLIC", 6, 2, "numbers", "Y"]
    assert admin.table("DESC SEQUENCE S") == [row]
    admin.run("ALTER SEQUENCE S SET INCREMENT BY 10", "ALTER SEQUENCE S SET NOORDER COMMENT = 'new'")
    assert admin.one("SELECT S.NEXTVAL") == 14
    admin.run("ALTER SEQUENCE S RENAME TO R", "ALTER SEQUENCE R UNSET COMMENT")
    (row,) = admin.table("SHOW SEQUENCES")
    assert (row["name"], row["next_value"], row["interval"], row["comment"], row["ordered"]) == ("R", 24, 10, "", "N")
    admin.refused("CREATE SEQUENCE R", 2002)
    admin.run("CREATE OR REPLACE SEQUENCE R", "DROP SEQUENCE R", "DROP SEQUENCE IF EXISTS R")
    admin.refused("DROP SEQUENCE R", 2003)
    admin.refused("CREATE SEQUENCE Z INCREMENT 0", 1008)
    admin.refused("SELECT R.NEXTVAL", 904)


def test_usage_is_needed(admin: Client, svc: Client, database: str) -> None:
    admin.run(
        "CREATE SEQUENCE S",
        f"GRANT USAGE ON DATABASE {database} TO ROLE SHARER",
        "GRANT USAGE ON SCHEMA PUBLIC TO ROLE SHARER",
    )
    svc.refused(f"SELECT {database}.PUBLIC.S.NEXTVAL", 904)
    admin.run("GRANT USAGE ON SEQUENCE S TO ROLE SHARER")
    assert svc.one(f"SELECT {database}.PUBLIC.S.NEXTVAL") == 1
    assert admin.rows(
        "SELECT GRANTEE, OBJECT_NAME, PRIVILEGE_TYPE FROM INFORMATION_SCHEMA.USAGE_PRIVILEGES ORDER BY PRIVILEGE_TYPE"
    ) == [("ACCOUNTADMIN", "S", "OWNERSHIP"), ("SHARER", "S", "USAGE")]


def test_a_clone_counts_by_itself(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SEQUENCE S",
        "CREATE TABLE T (ID INT DEFAULT S.NEXTVAL, A INT)",
        "INSERT INTO T (A) VALUES (10)",
        "CREATE SCHEMA C CLONE PUBLIC",
        "INSERT INTO C.T (A) VALUES (20)",
        "INSERT INTO PUBLIC.T (A) VALUES (30)",
    )
    assert admin.rows("SELECT ID, A FROM C.T ORDER BY A") == [(1, 10), (2, 20)]
    assert admin.rows("SELECT ID, A FROM PUBLIC.T ORDER BY A") == [(1, 10), (2, 30)]


def test_a_schema_comes_back_with_its_sequences(admin: Client, database: str) -> None:
    admin.run("CREATE SCHEMA G", "CREATE SEQUENCE G.S START 7", "DROP SCHEMA G", "UNDROP SCHEMA G")
    assert admin.one("SELECT G.S.NEXTVAL") == 7
