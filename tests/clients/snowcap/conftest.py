"""A sandbox for each file of tests, and snowcap's plans and applications in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from snowcap import Blueprint

from tests.clients.snowcap.account import customer, provider
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server, connect, serving, write_world


class Manager:
    """snowcap at work in one account: what it plans, as `CREATE view/OUT_DB.DATA.DELAYS` and the like."""

    def __init__(self, port: int, account: str, blueprint: Any) -> None:
        self.connection = connect(port, account)
        self._blueprint = blueprint

    def plan(self) -> list[str]:
        return sorted(_words(change) for change in self._new().plan(self.connection))

    def apply(self) -> None:
        blueprint = self._new()
        blueprint.apply(self.connection, blueprint.plan(self.connection))

    def _new(self) -> Blueprint:
        """A blueprint is for one use; the session is left as snowcap found it."""
        with self.connection.cursor() as cursor:
            cursor.execute("USE ROLE ACCOUNTADMIN")
        return self._blueprint()


def _words(change: Any) -> str:
    action = type(change).__name__.removesuffix("Resource").removesuffix("Ownership").upper()
    delta = getattr(change, "delta", None)
    urn = str(change.urn).partition("::")[2].partition(":")[2]
    return f"{action} {urn}" + (f" {sorted(delta)}" if delta else "")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("snowcap")
    with serving(write_world(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def sender(server: Server) -> Iterator[Manager]:
    """The provider's account."""
    manager = Manager(server.port, "ACME-DATA", provider)
    yield manager
    manager.connection.close()


@pytest.fixture(scope="module")
def receiver(server: Server) -> Iterator[Manager]:
    """The customer's account."""
    manager = Manager(server.port, "CUST-ONE", customer)
    yield manager
    manager.connection.close()


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[Client]:
    """Somebody of the provider who works by hand."""
    client = Client(connect(server.port))
    yield client
    client.connection.close()


@pytest.fixture(scope="module")
def guest(server: Server) -> Iterator[Client]:
    """Somebody of the customer who works by hand."""
    client = Client(connect(server.port, "CUST-ONE"))
    yield client
    client.connection.close()
