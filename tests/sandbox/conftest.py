"""One sandbox for all client tests; each test works in a database of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.serving import Server, connect, serving, write_world

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def server(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(world, "--data", str(tmp_path_factory.mktemp("data"))) as running:
        yield running
        keep_statements(running, tmp_path_factory.getbasetemp().name)


def keep_statements(running: Server, name: str) -> None:
    """Leaves what was sent for tests/sandbox/statements.py, where somebody asked for it."""
    folder = os.environ.get("FIRN_STATEMENTS")
    if folder:
        (Path(folder) / f"{name}-{os.getpid()}.jsonl").write_text(running.get("/sandbox/statements?since=0"))


Open = Callable[..., "Client"]


class Client:
    """A connection with short words for what tests do all the time."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def rows(self, sql: str, *arguments: Any) -> list[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, *arguments)
            return list(cursor.fetchall())

    def one(self, sql: str) -> Any:
        """The only value of the only row."""
        ((value,),) = self.rows(sql)
        return value

    def table(self, sql: str) -> list[dict[str, Any]]:
        """Rows by column name."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def refused(self, sql: str, code: int, state: str | None = None) -> str:
        """Asserts that the statement fails with this code; returns the text."""
        with self.connection.cursor() as cursor, pytest.raises(Exception) as caught:  # noqa: PT011 - told apart by code
            cursor.execute(sql)
        error = caught.value
        assert getattr(error, "errno", None) == code, f"{sql}: {error}"
        assert state is None or getattr(error, "sqlstate", None) == state, f"{sql}: {error}"
        return str(error)

    def run(self, *statements: str) -> None:
        for sql in statements:
            self.rows(sql)


@pytest.fixture
def log_in(server: Server) -> Iterator[Open]:
    """Opens connections that end with the test."""
    opened: list[Client] = []

    def open_one(account: str = "ACME-DATA", user: str = "ADMIN", **more: Any) -> Client:
        client = Client(connect(server.port, account, user, **more))
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.connection.close()


@pytest.fixture
def admin(log_in: Open) -> Client:
    """The provider's administrator."""
    return log_in()


@pytest.fixture
def database(admin: Client) -> str:
    """The name of a new database of the provider's administrator, who stands in its PUBLIC schema."""
    name = f"D{next(_numbers)}"
    admin.run(f"CREATE DATABASE {name}")
    return name


@pytest.fixture
def svc(log_in: Open, world: Path) -> Client:
    """The provider's service user: key pair, role SHARER."""
    return log_in(user="SVC", private_key_file=str(world.parent / "svc.pem"), authenticator="SNOWFLAKE_JWT")


class Shared:
    """A share of one secure view, as `svc` made it: database, share name."""

    def __init__(self, owner: Client) -> None:
        self.owner = owner
        number = next(_numbers)
        self.database, self.share = f"OUT{number}", f"SH{number}"
        self.name = f"ACME.DATA.{self.share}"
        owner.run(
            f"CREATE DATABASE {self.database}",
            f"CREATE SCHEMA {self.database}.S",
            f"CREATE SECURE VIEW {self.database}.S.FLIGHTS AS "
            "SELECT CARRIER, FLIGHT, DEP_DELAY FROM LAKE.NYC.FLIGHTS WHERE CARRIER IN ('UA')",
            f"CREATE SHARE {self.share} COMMENT = 'mark'",
            f"GRANT USAGE ON DATABASE {self.database} TO SHARE {self.share}",
            f"GRANT USAGE ON SCHEMA {self.database}.S TO SHARE {self.share}",
            f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE {self.share}",
            f"GRANT SELECT ON VIEW {self.database}.S.FLIGHTS TO SHARE {self.share}",
        )

    def add(self, *accounts: str) -> None:
        self.owner.run(f"ALTER SHARE {self.share} ADD ACCOUNTS = {', '.join(accounts)}")


@pytest.fixture
def shared(svc: Client) -> Shared:
    return Shared(svc)


@pytest.fixture
def mounted(shared: Shared, log_in: Open) -> tuple[Shared, Client, str]:
    """The share, the customer who mounted it, and the name of its database there."""
    shared.add("CUST.ONE")
    customer = log_in("CUST-ONE")
    name = f"M_{shared.share}"
    customer.run(f"CREATE DATABASE {name} FROM SHARE {shared.name}")
    return shared, customer, name
