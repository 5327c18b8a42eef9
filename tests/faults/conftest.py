"""The sandbox of tests/snowflake, and a process whose runs can be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.snowflake.builders import Scene
from tests.snowflake.conftest import running, scene, snowflake
from tests.snowflake.processes import Killer, killer
from tests.snowflake.world import Snowflake

__all__ = ["running", "scene", "snowflake"]


@pytest.fixture
def deadly(scene: Scene, snowflake: Snowflake) -> Iterator[Killer]:
    with killer(snowflake.connections) as process:
        yield process
