"""Autocommit off: the Go driver sends BEGIN and ALTER SESSION itself."""

from __future__ import annotations

from tests.clients.adbc.conftest import Client, Open


def test_what_is_not_committed_is_seen_by_its_session_only(log_in: Open, database: str) -> None:
    admin, other = log_in(autocommit=False), log_in()
    admin.run(f"USE SCHEMA {database}.PUBLIC", "CREATE TABLE T (N INT)", "INSERT INTO T VALUES (1)")
    assert admin.rows("SELECT COUNT(*) FROM T") == [(1,)]
    assert other.rows(f"SELECT COUNT(*) FROM {database}.PUBLIC.T") == [(0,)]
    admin.connection.commit()
    assert other.rows(f"SELECT COUNT(*) FROM {database}.PUBLIC.T") == [(1,)]


def test_a_rollback_takes_changes_back(log_in: Open, database: str) -> None:
    client = log_in(autocommit=False)
    client.run(f"USE SCHEMA {database}.PUBLIC", "CREATE TABLE T (N INT)", "INSERT INTO T VALUES (1)")
    client.connection.commit()
    client.run("INSERT INTO T VALUES (2)", "DELETE FROM T WHERE N = 1")
    client.connection.rollback()
    assert client.rows("SELECT N FROM T") == [(1,)]


def test_an_error_does_not_end_a_transaction(log_in: Open, database: str) -> None:
    client = log_in(autocommit=False)
    client.run(f"USE SCHEMA {database}.PUBLIC", "CREATE TABLE T (N INT)", "INSERT INTO T VALUES (1)")
    client.refused("SELECT * FROM NO_SUCH", 2003, "42S02")
    client.connection.commit()
    assert client.rows("SELECT N FROM T") == [(1,)]


def test_autocommit_can_be_switched_in_the_session(log_in: Open, admin: Client, database: str) -> None:
    other = log_in()
    admin.run("CREATE TABLE T (N INT)")
    admin.connection.adbc_connection.set_autocommit(False)
    admin.run("INSERT INTO T VALUES (1)")
    assert other.rows(f"SELECT COUNT(*) FROM {database}.PUBLIC.T") == [(0,)]
    admin.connection.adbc_connection.set_autocommit(True)
    assert other.rows(f"SELECT COUNT(*) FROM {database}.PUBLIC.T") == [(1,)]
