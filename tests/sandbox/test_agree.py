"""Catalog and rows after a kill in the middle of ALTER TABLE: put apart by hand here, found together at the start."""

from __future__ import annotations

import json
import signal
import sqlite3
from pathlib import Path

import duckdb
import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.serving import connect, serving


@pytest.mark.parametrize(
    ("done", "columns"),
    [
        ("ADD COLUMN EXTRA INT", ["A", "b", "C"]),
        ('RENAME COLUMN "~B" TO "RENAMED"', ["A", "b", "C"]),
        ("DROP COLUMN C", ["A", "b"]),
    ],
)
def test_the_rows_follow_the_catalog(world: Path, tmp_path: Path, done: str, columns: list[str]) -> None:
    with serving(world, "--data", str(tmp_path)) as first:
        client = Client(connect(first.port))
        client.run("CREATE DATABASE K", 'CREATE TABLE K.PUBLIC.T (A INT, "b" INT, C INT)')
        client.run("INSERT INTO K.PUBLIC.T VALUES (1, 2, 3)")
        first.stop(signal.SIGKILL)
    with sqlite3.connect(tmp_path / "catalog.sqlite3") as catalog:
        things = catalog.execute("SELECT id, props FROM thing WHERE kind = 'TABLE' AND name = 'T'").fetchall()
    ((table, props),) = things
    assert [c["name"] for c in json.loads(props)["columns"]] == ["A", "b", "C"]
    with duckdb.connect(str(tmp_path / "rows.duckdb")) as rows:
        rows.execute(f"ALTER TABLE lake.t{table} {done}")
    with serving(world, "--data", str(tmp_path)) as second:
        client = Client(connect(second.port))
        assert [row["name"] for row in client.table("DESCRIBE TABLE K.PUBLIC.T")] == columns
        assert client.rows("SELECT * FROM K.PUBLIC.T") == [tuple(range(1, len(columns) + 1))]
        client.connection.close()
