"""Order and length of what SHOW lists: docs.snowflake.com/en/sql-reference/sql/show-views and its neighbours."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client

MADE = {
    "TABLES": "CREATE TABLE {} (A INT)",
    "VIEWS": "CREATE VIEW {} AS SELECT 1 AS A",
    "OBJECTS": "CREATE TABLE {} (A INT)",
    "USER FUNCTIONS": "CREATE FUNCTION {}() RETURNS INT AS '1'",
    "SEQUENCES": "CREATE SEQUENCE {}",
    "TAGS": "CREATE TAG {}",
    "MASKING POLICIES": "CREATE MASKING POLICY {} AS (V VARCHAR) RETURNS VARCHAR -> V",
    "PRIMARY KEYS": "CREATE TABLE {} (A INT PRIMARY KEY)",
}


@pytest.mark.parametrize("kind", MADE)
def test_show_goes_by_database_then_schema_then_name(admin: Client, database: str, kind: str) -> None:
    other = f"A{database}"
    admin.run(f"CREATE DATABASE {other}", f"CREATE SCHEMA {database}.Z", f"CREATE SCHEMA {database}.A")
    for where in (f"{database}.Z", f"{database}.A", f"{other}.PUBLIC"):
        admin.run(*(MADE[kind].format(f"{where}.{name}") for name in ("C", "B")))
    column = {"PRIMARY KEYS": "table_name"}.get(kind, "name")
    place = ("catalog_name" if kind == "USER FUNCTIONS" else "database_name", "schema_name", column)
    rows = [tuple(row[key] for key in place) for row in admin.table(f"SHOW {kind} IN ACCOUNT")]
    ours = [row for row in rows if row[0] in (database, other)]
    assert ours == [
        *((other, "PUBLIC", name) for name in "BC"),
        *((database, schema, name) for schema in "AZ" for name in "BC"),
    ]
    if kind == "PRIMARY KEYS":
        return
    cut = admin.table(f"SHOW {kind} IN DATABASE {database} LIMIT 3")
    assert [row["schema_name"] for row in cut] == ["A", "A", "Z"]
    page = admin.table(f"SHOW {kind} IN SCHEMA {database}.A LIMIT 5 FROM 'B'")
    assert [row[column] for row in page] == ["C"]


def test_schemas_go_by_database_then_name(admin: Client, database: str) -> None:
    other = f"A{database}"
    admin.run(f"CREATE DATABASE {other}", f"CREATE SCHEMA {other}.Z", f"CREATE SCHEMA {database}.A")
    rows = [(row["database_name"], row["name"]) for row in admin.table("SHOW SCHEMAS IN ACCOUNT")]
    assert rows == sorted(rows)
    assert [name for place, name in rows if place == other] == ["INFORMATION_SCHEMA", "PUBLIC", "Z"]


def test_show_columns_ends_there_too(admin: Client, database: str) -> None:
    for n in range(6):
        columns = ", ".join(f"{k} AS C{k}" for k in range(2000))
        admin.run(f"CREATE VIEW V{n} AS SELECT {columns}")
    rows = admin.table("SHOW COLUMNS IN SCHEMA PUBLIC")
    assert len(rows) == 10_000
    assert {row["table_name"] for row in rows} == {f"V{n}" for n in range(5)}
