"""Results and parameters: large, streamed, bound, ingested."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.clients.adbc.conftest import Client

DIGITS = "(SELECT COLUMN1 AS D FROM VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))"
NUMBER = "A.D + 10 * B.D + 100 * C.D + 1000 * E.D + 10000 * F.D"
MANY = f"SELECT {NUMBER} AS N, REPEAT('x', 20) AS S FROM {DIGITS} A, {DIGITS} B, {DIGITS} C, {DIGITS} E, {DIGITS} F"


def test_a_large_result_is_whole(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute(f"{MANY} ORDER BY N")
        table = cursor.fetch_arrow_table()
    assert table.num_rows == 100_000
    assert [int(n) for n in table.column("N").to_pylist()] == list(range(100_000))


def test_a_large_result_streams_in_batches(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute(MANY)
        sizes = [batch.num_rows for batch in cursor.fetch_record_batch()]
    assert sum(sizes) == 100_000


def test_no_rows_keep_their_columns(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT 1::NUMBER(5,0) AS A, 'x' AS B WHERE FALSE")
        table = cursor.fetch_arrow_table()
    assert (table.num_rows, table.schema.names) == (0, ["A", "B"])


@pytest.mark.parametrize("value", [7, -7, 2.5, "it's", True])
def test_a_parameter_comes_back(admin: Client, value: object) -> None:
    assert admin.rows("SELECT ?", (value,)) == [(value,)]


def test_a_null_binds_as_text(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT, S VARCHAR)")
    rows = pa.table({"n": pa.array([1, 2], pa.int64()), "s": pa.array(["a", None], pa.string())})
    with admin.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO T VALUES (?, ?)", rows)
    assert admin.rows("SELECT N, S FROM T ORDER BY N") == [(1, "a"), (2, None)]


def test_parameters_of_many_rows(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT, S VARCHAR)")
    with admin.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO T VALUES (?, ?)", [(n, f"r{n}") for n in range(5)])
    assert admin.rows("SELECT COUNT(*), MIN(S), MAX(N) FROM T") == [(5, "r0", 4)]


def test_columns_are_named_as_snowflake_names_them(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT ?, 1 + 1, count(*), 'x' AS \"y\" FROM LAKE.NYC.FLIGHTS", (1,))
        assert [column[0] for column in cursor.description] == ["?", "1 + 1", "COUNT(*)", "y"]


def test_changed_rows_are_counted(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (N INT)")
    with admin.connection.cursor() as cursor:
        assert cursor.adbc_statement.set_sql_query("INSERT INTO T VALUES (1), (2)") is None
        assert cursor.adbc_statement.execute_update() == 2
        cursor.adbc_statement.set_sql_query("DELETE FROM T WHERE N = 1")
        assert cursor.adbc_statement.execute_update() == 1
