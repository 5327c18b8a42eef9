"""A sandbox for each file of tests, with the role and the user that SnowDDL's guide has its users make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.snowddl.tool import BEST_CASE, CONFIG, EVERYTHING, Outcome, public_text, snowddl
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server, connect, serving, write_keys, write_world

Run = Callable[..., Outcome]

_SETUP = (
    "CREATE ROLE SNOWDDL_ADMIN",
    "GRANT ROLE SYSADMIN TO ROLE SNOWDDL_ADMIN",
    "GRANT ROLE SECURITYADMIN TO ROLE SNOWDDL_ADMIN",
    "GRANT ROLE SNOWDDL_ADMIN TO ROLE ACCOUNTADMIN",
    "GRANT CREATE SHARE, IMPORT SHARE ON ACCOUNT TO ROLE SNOWDDL_ADMIN",
    "GRANT MANAGE SHARE TARGET ON ACCOUNT TO ROLE SNOWDDL_ADMIN",
    "GRANT OVERRIDE SHARE RESTRICTIONS ON ACCOUNT TO ROLE SNOWDDL_ADMIN",
    "CREATE WAREHOUSE DDL_WH WAREHOUSE_SIZE = XSMALL",
    "GRANT USAGE ON WAREHOUSE DDL_WH TO ROLE SNOWDDL_ADMIN",
    "CREATE USER SNOWDDL TYPE = SERVICE DEFAULT_ROLE = SNOWDDL_ADMIN RSA_PUBLIC_KEY = '{key}'",
    "GRANT ROLE SNOWDDL_ADMIN TO USER SNOWDDL",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snowddl")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(write_world(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def admin(server: Server, folder: Path) -> Iterator[Client]:
    """ACCOUNTADMIN of the provider, who made SnowDDL's role and user."""
    write_keys(folder, "snowddl")
    key = public_text(folder / "snowddl.pem")
    client = Client(connect(server.port))
    client.run(*(sql.format(key=key) for sql in _SETUP))
    yield client
    client.connection.close()


@pytest.fixture(scope="module")
def run(server: Server, admin: Client, folder: Path) -> Run:
    """`run("plan")`, `run("apply", *options)`: with the best case's options and everything that may be applied."""

    def once(action: str, *options: str, config: Path = CONFIG) -> Outcome:
        allowed = EVERYTHING if action == "apply" else ()
        return snowddl(server.port, folder / "snowddl.pem", action, *allowed, *options, config=config)

    return once


@pytest.fixture(scope="module")
def best(run: Run) -> Run:
    """The same with only the kinds of objects that a share of views consists of."""

    def once(action: str) -> Outcome:
        return run(action, *BEST_CASE)

    return once


@pytest.fixture
def owner(server: Server, folder: Path, admin: Client) -> Iterator[Client]:
    """Somebody with SnowDDL's role who works by hand."""
    key = str(folder / "snowddl.pem")
    client = Client(connect(server.port, user="SNOWDDL", private_key_file=key, authenticator="SNOWFLAKE_JWT"))
    yield client
    client.connection.close()
