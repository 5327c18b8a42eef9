"""`snow connection` and `snow object`: what they ask the server for, and how they print it."""

from __future__ import annotations

from tests.clients.cli.conftest import Ask, Snow, plain


def test_a_connection_is_tested(ask: Ask) -> None:
    found = ask("connection", "test", "-c", "service")
    assert (found["Status"], found["Account"], found["User"], found["Role"]) == ("OK", "ACME-DATA", "SVC", "SHARER")


def test_a_connection_that_fails(snow: Snow) -> None:
    done = snow("connection", "test", "-c", "wrong")
    assert done.returncode == 1
    assert "Incorrect username or password was specified" in plain(done)


def test_databases_are_listed(ask: Ask, database: str) -> None:
    assert [row["name"] for row in ask("object", "list", "database", "--like", database)] == [database]


def test_schemas_and_tables_are_listed(ask: Ask, database: str) -> None:
    made = (
        f"CREATE SCHEMA {database}.S; CREATE TABLE {database}.S.T (N INT); CREATE VIEW {database}.S.V AS SELECT 1 AS N"
    )
    ask("sql", "-q", made)
    inside = ("--database", database)
    schemas = ask("object", "list", "schema", "--in", "database", database)
    assert {"PUBLIC", "S"} <= {row["name"] for row in schemas}
    assert [row["name"] for row in ask("object", "list", "table", "--in", "schema", "S", *inside)] == ["T"]
    assert [row["name"] for row in ask("object", "list", "view", "--in", "schema", "S", *inside)] == ["V"]


def test_warehouses_roles_and_users_are_listed(ask: Ask) -> None:
    assert "WH" in {row["name"] for row in ask("object", "list", "warehouse")}
    assert {"ACCOUNTADMIN", "SHARER"} <= {row["name"] for row in ask("object", "list", "role")}
    assert {"ADMIN", "SVC"} <= {row["name"] for row in ask("object", "list", "user")}


def test_a_table_is_described(ask: Ask, database: str) -> None:
    ask("sql", "-q", f"CREATE TABLE {database}.PUBLIC.T (N NUMBER(9,0) NOT NULL, S VARCHAR(10) COMMENT 'words')")
    described = ask("object", "describe", "table", f"{database}.PUBLIC.T")
    assert [(row["name"], row["type"], row["null?"], row["comment"]) for row in described] == [
        ("N", "NUMBER(9,0)", "N", None),
        ("S", "VARCHAR(10)", "Y", "words"),
    ]


def test_an_object_is_dropped(ask: Ask, database: str) -> None:
    assert ask("object", "drop", "database", database) == [{"status": f"{database} successfully dropped."}]
    assert ask("object", "list", "database", "--like", database) == []
