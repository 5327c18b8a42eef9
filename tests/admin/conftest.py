"""Eve and Dan signed in to the administration, with and without the real sandbox."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.services.rows import Scene
from tests.snowflake.conftest import running, snowflake

__all__ = ["running", "snowflake"]


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


@pytest.fixture
def eve(scene: Scene, client: Client) -> Client:
    """The superuser."""
    client.force_login(scene.eve)
    return client


@pytest.fixture
def dan(scene: Scene) -> Client:
    """The approver, who may look at requests and shares."""
    client = Client()
    client.force_login(scene.dan)
    return client
