"""The real sandbox, once for the whole run. Shares have names of their own, so the tests do not meet in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from shares.snowflake import pool
from tests.snowflake import world
from tests.snowflake.builders import Scene
from tests.snowflake.world import Snowflake


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snowflake]:
    folder = tmp_path_factory.mktemp("snowflake")
    process, port, control = world.start(world.write(folder))
    snowflake = Snowflake(port, folder, world.write_connections(folder, port), control)
    yield snowflake
    snowflake.close()
    process.terminate()
    process.wait(20)
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture
def snowflake(running: Snowflake, settings: Settings) -> Iterator[Snowflake]:
    settings.SNOWFLAKE_CONNECTIONS_FILE = running.connections
    # Each test begins with an empty database: to the sandbox it is another portal.
    settings.FIRN_INSTANCE = f"t{uuid.uuid4().hex[:12]}"
    yield running
    running.control.disarm()
    # The next test's first run signs in like any worker's first.
    pool.close_idle()


@pytest.fixture
def scene(snowflake: Snowflake, transactional_db: None) -> Scene:
    """Transactional, because other processes and threads must see the rows."""
    return Scene()
