"""ADBC connections to the sandbox of the session."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import adbc_driver_snowflake.dbapi
import pytest

from tests.sandbox.conftest import server, world  # noqa: F401 - the same sandbox and world as the connectors' tests
from tests.sandbox.serving import PASSWORD, Server

_numbers = itertools.count(1)
Open = Callable[..., "Client"]


class Client:
    """A connection, and short words for what tests do all the time."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, *parameters)
            return list(cursor.fetchall())

    def run(self, *statements: str) -> None:
        for sql in statements:
            self.rows(sql)

    def refused(self, sql: str, code: int, state: str) -> str:
        """Asserts that the statement fails with this code and SQLSTATE; returns the text."""
        with self.connection.cursor() as cursor, pytest.raises(adbc_driver_snowflake.dbapi.Error) as caught:
            cursor.execute(sql)
        assert (caught.value.vendor_code, caught.value.sqlstate) == (code, state), caught.value
        return str(caught.value)


@pytest.fixture
def log_in(server: Server) -> Iterator[Open]:  # noqa: F811
    """Opens DB-API connections that end with the test; the options go to ADBC's connect()."""
    opened: list[Any] = []

    def open_one(
        account: str = "ACME-DATA",
        user: str = "ADMIN",
        *,
        autocommit: bool = True,
        options: dict[str, str] | None = None,
    ) -> Client:
        given = {
            "adbc.snowflake.sql.account": account,
            "adbc.snowflake.sql.uri.protocol": "http",
            "adbc.snowflake.sql.uri.host": "127.0.0.1",
            "adbc.snowflake.sql.uri.port": str(server.port),
            "username": user,
            "password": PASSWORD,
        }
        connection = adbc_driver_snowflake.dbapi.connect(db_kwargs=given | (options or {}), autocommit=autocommit)
        opened.append(connection)
        return Client(connection)

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture
def admin(log_in: Open) -> Client:
    """The provider's administrator."""
    return log_in()


@pytest.fixture
def database(admin: Client) -> str:
    """The name of a new database, in whose PUBLIC schema the administrator stands."""
    name = f"ADBC{next(_numbers)}"
    admin.run(f"CREATE DATABASE {name}")
    return name
