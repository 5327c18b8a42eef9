"""Transactions, with and without autocommit."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open


@pytest.fixture
def table(admin: Client, database: str) -> str:
    admin.run("CREATE TABLE T (A INT)")
    return f"{database}.PUBLIC.T"


def count(client: Client, table: str) -> int:
    return int(client.one(f"SELECT COUNT(*) FROM {table}"))


def test_a_rollback_undoes(admin: Client, table: str) -> None:
    admin.run("BEGIN", f"INSERT INTO {table} VALUES (1)")
    assert count(admin, table) == 1
    admin.run("ROLLBACK")
    assert count(admin, table) == 0


def test_nobody_sees_what_is_not_committed(admin: Client, table: str, log_in: Open) -> None:
    other = log_in()
    admin.run("BEGIN TRANSACTION", f"INSERT INTO {table} VALUES (1)")
    assert count(other, table) == 0
    admin.run("COMMIT")
    assert count(other, table) == 1


def test_a_statement_that_fails_does_not_end_the_transaction(admin: Client, table: str) -> None:
    admin.run("BEGIN", f"INSERT INTO {table} VALUES (1)")
    admin.refused("SELECT NOPE FROM LAKE.NYC.FLIGHTS", 904)
    admin.refused(f"SELECT 1 / (A - 1) FROM {table}", 100051)
    admin.refused(f"INSERT INTO {table} VALUES ('x')", 100038)
    admin.run("COMMIT")
    assert count(admin, table) == 1


def test_ending_no_transaction_is_no_error(admin: Client) -> None:
    admin.run("COMMIT", "ROLLBACK")


def test_a_definition_commits_what_is_open(admin: Client, table: str, database: str) -> None:
    admin.run("BEGIN", f"INSERT INTO {table} VALUES (1)", f"CREATE TABLE {database}.PUBLIC.U (A INT)", "ROLLBACK")
    assert count(admin, table) == 1


def test_without_autocommit_the_first_change_opens_a_transaction(table: str, log_in: Open) -> None:
    manual = log_in(autocommit=False)
    manual.run(f"INSERT INTO {table} VALUES (1)")
    manual.connection.rollback()
    assert count(manual, table) == 0
    manual.run(f"INSERT INTO {table} VALUES (1)")
    manual.connection.commit()
    assert count(log_in(), table) == 1


def test_autocommit_can_be_switched(table: str, log_in: Open) -> None:
    client = log_in(autocommit=False)
    client.connection.autocommit(True)
    client.run(f"INSERT INTO {table} VALUES (1)")
    client.connection.rollback()
    assert count(client, table) == 1


def test_a_statement_sees_what_others_committed_meanwhile(admin: Client, table: str, log_in: Open) -> None:
    admin.run(f"INSERT INTO {table} VALUES (1)")
    other = log_in()
    admin.run("BEGIN", f"INSERT INTO {table} VALUES (10)")
    other.run(f"UPDATE {table} SET A = A + 1")
    admin.run(f"UPDATE {table} SET A = A * 2", "COMMIT")
    assert admin.rows(f"SELECT A FROM {table} ORDER BY A") == [(4,), (20,)]


def test_a_lost_session_leaves_nothing_half_done(admin: Client, table: str, log_in: Open) -> None:
    other = log_in()
    other.run("BEGIN", f"INSERT INTO {table} VALUES (1)", f"UPDATE {table} SET A = 2")
    other.connection.close()
    assert count(admin, table) == 0
    admin.run(f"UPDATE {table} SET A = 3")


def test_locks_of_open_transactions(admin: Client, svc: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "INSERT INTO T VALUES (1)", "BEGIN", "UPDATE T SET A = 2")
    (row,) = [r for r in admin.table("SHOW LOCKS") if r["resource"] == f"{database}.PUBLIC.T"]
    assert (row["type"], row["status"]) == ("PARTITIONS", "HOLDING")
    assert row["session"] == int(admin.one("SELECT CURRENT_SESSION()"))
    assert row["transaction_started_on"] <= row["acquired_on"]
    assert [r for r in svc.table("SHOW LOCKS") if r["resource"] == f"{database}.PUBLIC.T"] == []
    svc.refused("SHOW LOCKS IN ACCOUNT", 3001)
    admin.run("COMMIT")
    assert [r for r in admin.table("SHOW LOCKS IN ACCOUNT") if r["resource"] == f"{database}.PUBLIC.T"] == []
