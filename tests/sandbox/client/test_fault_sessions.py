"""Faults that really happen to a session, to a port, and to what SHOW answers."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server, serving
from tests.sandbox.timeouts import SHORT


@pytest.mark.parametrize("name", ["token-expires", "token-expires-after"])
def test_an_expired_token_is_renewed_without_a_word(server: Server, log_in: Open, name: str) -> None:
    client = log_in("CUST-TWO", **SHORT)
    (session,) = client.rows("SELECT CURRENT_SESSION()")
    with server.control.armed(name, sql="'mine'") as number:
        assert client.one("SELECT 'mine'") == "mine"
        assert client.one("SELECT 'more'") == "more"
        assert server.control.shown(number)["struck"] == 1
    assert client.rows("SELECT CURRENT_SESSION()") == [session]


def test_when_all_tokens_expire_only_a_new_login_helps(server: Server, log_in: Open) -> None:
    client = log_in(**SHORT)
    with server.control.armed("tokens-expire", sql="'old'"):
        client.refused("SELECT 'old'", 390114)
    assert log_in().one("SELECT 'new'") == "new"


def test_a_session_that_ends_takes_along_what_was_not_committed(server: Server, log_in: Open, database: str) -> None:
    client, table = log_in(autocommit=False, **SHORT), f"{database}.PUBLIC.T"
    client.run(f"CREATE TABLE {table} (A INT)", f"INSERT INTO {table} VALUES (1)")
    with server.control.armed("session-ends", sql="COMMIT"):
        client.refused("COMMIT", 390104)
    assert log_in().one(f"SELECT COUNT(*) FROM {table}") == 0


@pytest.mark.parametrize(("seconds", "refused"), [(5, False), (7200, True)])
def test_a_clock_that_is_ahead_refuses_key_pairs_beyond_their_time(
    server: Server, log_in: Open, world: Path, seconds: int, refused: bool
) -> None:
    key = {"user": "SVC", "private_key_file": str(world.parent / "svc.pem"), "authenticator": "SNOWFLAKE_JWT"}
    with server.control.armed("clock-skew", user="SVC", options={"seconds": seconds}) as number:
        if refused:
            with pytest.raises(Exception) as caught:  # noqa: PT011 - told apart by code
                log_in(**key, **SHORT)
            assert getattr(caught.value, "errno", None) == 390144
        else:
            assert log_in(**key, **SHORT).one("SELECT CURRENT_USER()") == "SVC"
        assert server.control.shown(number)["struck"] == 1


def test_nobody_listens_for_a_while(world: Path) -> None:
    with serving(world) as own:
        with own.control.armed("refused", on="HEARTBEAT", options={"seconds": 1}):
            with socket.create_connection(("127.0.0.1", own.port), timeout=10) as plain:
                plain.sendall(b"POST /session/heartbeat HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
                with pytest.raises(ConnectionResetError):
                    plain.recv(100)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", own.port), timeout=10)
        assert own.get_when_open("/sandbox/health") == '{"ok":true}'


def test_a_driver_outlives_a_closed_port(world: Path, server: Server, log_in: Open, database: str) -> None:
    client, table = log_in(**SHORT), f"{database}.PUBLIC.T"
    with server.control.armed("refused", sql=f"TABLE {table} ", options={"seconds": 0.5}) as number:
        client.run(f"CREATE TABLE {table} (A INT)")
        assert server.control.shown(number)["struck"] == 1
    assert client.one(f"SELECT COUNT(*) FROM {table}") == 0


def test_a_new_column_of_show(server: Server, admin: Client, database: str) -> None:
    with server.control.armed("show-more-columns", sql=database, options={"column": "brand_new"}):
        (row,) = admin.table(f"SHOW DATABASES LIKE '{database}'")
    assert next(iter(row.items())) == ("brand_new", "")
    assert row["name"] == database
