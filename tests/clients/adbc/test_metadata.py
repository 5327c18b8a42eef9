"""ADBC's catalog calls: the driver asks SHOW and reads RESULT_SCAN."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tests.clients.adbc.conftest import Client


def objects(admin: Client, depth: str, **filters: str) -> Any:
    return admin.connection.adbc_get_objects(depth=depth, **filters).read_all().to_pylist()


def test_catalogs(admin: Client, database: str) -> None:
    names = [row["catalog_name"] for row in objects(admin, "catalogs")]
    assert {"LAKE", database} <= set(names)
    assert [row["catalog_name"] for row in objects(admin, "catalogs", catalog_filter="LAK_")] == ["LAKE"]


def test_schemas(admin: Client, database: str) -> None:
    admin.run("CREATE SCHEMA OTHER")
    (row,) = objects(admin, "db_schemas", catalog_filter=database)
    assert {schema["db_schema_name"] for schema in row["catalog_db_schemas"]} >= {"PUBLIC", "OTHER"}


def test_tables(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT)", "CREATE VIEW V AS SELECT N FROM T")
    (row,) = objects(admin, "tables", catalog_filter=database, db_schema_filter="PUBLIC")
    (schema,) = row["catalog_db_schemas"]
    assert {(table["table_name"], table["table_type"]) for table in schema["db_schema_tables"]} == {
        ("T", "TABLE"),
        ("V", "VIEW"),
    }


def test_columns_and_keys(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE P (ID NUMBER(9,0) PRIMARY KEY)",
        "CREATE TABLE T (N INT NOT NULL, S VARCHAR(10) UNIQUE COMMENT 'words', P_ID NUMBER(9,0) REFERENCES P (ID))",
    )
    (row,) = objects(admin, "columns", catalog_filter=database, db_schema_filter="PUBLIC", table_name_filter="T")
    (table,) = row["catalog_db_schemas"][0]["db_schema_tables"]
    columns = [(c["column_name"], c["ordinal_position"], c["xdbc_is_nullable"]) for c in table["table_columns"]]
    assert columns == [("N", 1, "NO"), ("S", 2, "YES"), ("P_ID", 3, "YES")]
    kinds = {(c["constraint_type"], tuple(c["constraint_column_names"])) for c in table["table_constraints"]}
    assert kinds == {("FOREIGN KEY", ("P_ID",)), ("UNIQUE", ("S",))}


def test_the_schema_of_a_table(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N NUMBER(38,0), D NUMBER(10,2), S VARCHAR, B BOOLEAN, DAY DATE, X BINARY)")
    schema = admin.connection.adbc_get_table_schema("T", catalog_filter=database, db_schema_filter="PUBLIC")
    assert [(field.name, field.type) for field in schema] == [
        ("N", pa.int64()),
        ("D", pa.float64()),
        ("S", pa.string()),
        ("B", pa.bool_()),
        ("DAY", pa.date32()),
        ("X", pa.binary()),
    ]


def test_info_and_table_types(admin: Client) -> None:
    info = admin.connection.adbc_get_info()
    assert (info["vendor_name"], info["driver_name"]) == ("Snowflake", "ADBC Snowflake Driver - Go")
    assert admin.connection.adbc_get_table_types() == ["TABLE", "VIEW"]
