"""ADBC connections to the sandbox of the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import adbc_driver_snowflake.dbapi
import pytest

from tests.sandbox.conftest import server, world  # noqa: F401 - the same sandbox and world as the connectors' tests
from tests.sandbox.serving import PASSWORD, Server

Open = Callable[..., Any]


@pytest.fixture
def log_in(server: Server) -> Iterator[Open]:  # noqa: F811
    """Opens DB-API connections that end with the test; keyword arguments go to ADBC's connect()."""
    opened: list[Any] = []

    def open_one(account: str = "ACME-DATA", user: str = "ADMIN", *, autocommit: bool = True, **options: str) -> Any:
        given = {
            "adbc.snowflake.sql.account": account,
            "adbc.snowflake.sql.uri.protocol": "http",
            "adbc.snowflake.sql.uri.host": "127.0.0.1",
            "adbc.snowflake.sql.uri.port": str(server.port),
            "username": user,
        }
        if "adbc.snowflake.sql.auth_type" not in options:
            given["password"] = PASSWORD
        connection = adbc_driver_snowflake.dbapi.connect(db_kwargs=given | options, autocommit=autocommit)
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture
def admin(log_in: Open) -> Any:
    return log_in()


@pytest.fixture
def cursor(admin: Any) -> Iterator[Any]:
    """The administrator's cursor, in a new database."""
    with admin.cursor() as made:
        yield made
