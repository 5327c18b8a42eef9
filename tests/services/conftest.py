"""The real sandbox, for the services that look into Snowflake."""

from __future__ import annotations

import pytest

from tests.services.rows import Scene
from tests.snowflake.conftest import running, snowflake

__all__ = ["running", "snowflake"]


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()
