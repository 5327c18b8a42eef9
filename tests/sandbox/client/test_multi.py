"""Several statements in one request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Client, Open


def sets(client: Client, sql: str, wanted: int, *arguments: object) -> list[list[tuple[object, ...]]]:
    """The rows of each statement."""
    with client.connection.cursor() as cursor:
        cursor.execute(sql, *arguments, num_statements=wanted)
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
        return found


def failed(client: Client, sql: str, wanted: int) -> Any:
    """The error that the driver raises."""
    with client.connection.cursor() as cursor, pytest.raises(Exception) as caught:  # noqa: PT011 - told apart by code
        cursor.execute(sql, num_statements=wanted)
    return caught.value


@pytest.mark.parametrize("wanted", [3, 0])
def test_each_statement_has_its_own_rows(admin: Client, wanted: int) -> None:
    sql = "SELECT 1; SELECT 'a;b' -- not here; nor here\n; SELECT 2, 3;"
    assert sets(admin, sql, wanted) == [[(1,)], [("a;b",)], [(2, 3)]]


def test_a_wrong_count_is_refused_and_nothing_runs(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    error = failed(admin, "INSERT INTO T VALUES (1); INSERT INTO T VALUES (2)", 3)
    assert (error.errno, error.sqlstate) == (8, "0A000")
    assert "count 2 did not match the desired statement count 3." in str(error)
    assert admin.one("SELECT COUNT(*) FROM T") == 0


def test_without_a_count_only_one_statement_is_allowed(admin: Client) -> None:
    assert "count 2 did not match the desired statement count 1" in admin.refused("SELECT 1; SELECT 2", 8)


def test_statements_run_in_order_in_one_session(admin: Client, database: str) -> None:
    sql = (
        "CREATE TABLE T (A INT); INSERT INTO T VALUES (1), (2); BEGIN; DELETE FROM T; ROLLBACK; "
        "USE SCHEMA LAKE.NYC; SELECT COUNT(*) FROM PLANES"
    )
    found = sets(admin, sql, 0)
    assert (found[1], found[3], found[6]) == ([(2,)], [(2,)], [(5,)])
    assert admin.one(f"SELECT COUNT(*) FROM {database}.PUBLIC.T") == 2
    assert admin.one("SELECT CURRENT_SCHEMA()") == "NYC"


def test_the_first_failure_ends_the_request(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    error = failed(admin, "INSERT INTO T VALUES (1); SELECT NOPE FROM T; INSERT INTO T VALUES (2)", 0)
    assert (error.errno, error.sqlstate) == (100132, "P0000")
    assert 'failed on statement "SELECT NOPE FROM T" (at line 1, position 26)' in str(error)
    assert "invalid identifier 'NOPE'" in str(error)
    assert admin.rows("SELECT A FROM T") == [(1,)]


def test_the_session_may_allow_any_number(admin: Client) -> None:
    admin.run("ALTER SESSION SET MULTI_STATEMENT_COUNT = 0")
    assert sets(admin, "SELECT 1; SELECT 2", 0) == [[(1,)], [(2,)]]
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT 3; SELECT 4")
        assert cursor.fetchall() == [(3,)]
    admin.run("ALTER SESSION UNSET MULTI_STATEMENT_COUNT")
    admin.refused("SELECT 1; SELECT 2", 8)


def test_bound_values_are_used_up_from_left_to_right(log_in: Open) -> None:
    client = log_in(paramstyle="qmark")
    assert sets(client, "SELECT ?; SELECT '?'; SELECT ?, ?", 3, (1, "b", 3)) == [[(1,)], [("?",)], [("b", 3)]]


def test_a_single_statement_may_be_sent_as_a_script(admin: Client) -> None:
    assert sets(admin, "SELECT 1;", 0) == [[(1,)]]


def test_the_children_have_query_ids_of_their_own(admin: Client) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute("SELECT 1; SELECT 2", num_statements=2)
        children = list(cursor.multi_statement_savedIds)
    assert len(set(children)) == 2
    assert admin.rows(f"SELECT * FROM TABLE(RESULT_SCAN('{children[1]}'))") == [(2,)]


def test_a_script_cut_by_the_driver(admin: Client, database: str) -> None:
    cursors = list(admin.connection.execute_string("CREATE TABLE T (A INT); INSERT INTO T VALUES (7); SELECT A FROM T"))
    assert cursors[-1].fetchall() == [(7,)]
