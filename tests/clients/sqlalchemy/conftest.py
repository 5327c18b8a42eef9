"""Engines of snowflake-sqlalchemy over the sandbox of the session."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.sandbox.conftest import server, world  # noqa: F401 - the same sandbox and world as the connectors' tests
from tests.sandbox.serving import PASSWORD, Server

_numbers = itertools.count(1)
Make = Callable[..., sa.Engine]


@pytest.fixture
def engine_of(server: Server) -> Iterator[Make]:  # noqa: F811
    """Makes engines that end with the test; the URL has no word for the protocol, so that goes to connect_args."""
    made: list[sa.Engine] = []

    def make(account: str = "ACME-DATA", database: str | None = None, **more: Any) -> sa.Engine:
        url = sa.URL.create(
            "snowflake",
            username="ADMIN",
            password=PASSWORD,
            host="127.0.0.1",
            port=server.port,
            database=f"{database}/PUBLIC" if database else None,
            query={"account": account},
        )
        arguments = {"protocol": "http", "enable_server_session_keep_alive_auto_detection": False}
        engine = sa.create_engine(url, connect_args=arguments, **more)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture
def database(engine_of: Make) -> str:
    """The name of a new database of the provider's."""
    name = f"ALCHEMY{next(_numbers)}"
    with engine_of().begin() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    return name


@pytest.fixture
def engine(engine_of: Make, database: str) -> sa.Engine:
    """An engine in the PUBLIC schema of a new database."""
    return engine_of(database=database)
