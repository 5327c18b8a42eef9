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
