"""Parquet files of a stage. Writing one needs DuckDB, which only the sandbox's own environment has."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.sandbox.conftest import Client


def test_parquet_is_loaded_by_name_and_by_query(admin: Client, database: str, world: Path) -> None:
    folder = world.parent / "stage" / "parquet"
    folder.mkdir()
    path = folder / "a.parquet"
    duckdb.connect().execute(f"COPY (SELECT 1 AS id, 'x' AS \"Name\", [1, 2] AS tags) TO '{path}' (FORMAT parquet)")
    admin.run(
        f"CREATE STAGE S URL = 'file://{folder}' FILE_FORMAT = (TYPE = PARQUET)",
        "CREATE TABLE T (ID INT, NAME VARCHAR, TAGS VARIANT)",
        "COPY INTO T FROM @S MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
        "COPY INTO T FROM (SELECT $1:id + 1, $1:Name, NULL FROM @S) FORCE = TRUE",
    )
    assert admin.rows("SELECT ID, NAME, TAGS[1]::INT FROM T ORDER BY ID") == [(1, "x", 2), (2, "x", None)]


def test_a_broken_parquet_file_is_refused(admin: Client, database: str, world: Path) -> None:
    folder = world.parent / "stage" / "broken"
    folder.mkdir()
    (folder / "a.parquet").write_text("not parquet")
    admin.run(f"CREATE STAGE S URL = 'file://{folder}' FILE_FORMAT = (TYPE = PARQUET)", "CREATE TABLE V (DOC VARIANT)")
    assert "a.parquet" in admin.refused("COPY INTO V FROM @S", 100293)
