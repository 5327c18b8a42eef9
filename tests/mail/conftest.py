"""A real SMTP server and the usual people, for the tests of mails."""

from __future__ import annotations

import pytest

from tests.portal.conftest import mailbox
from tests.services.rows import Scene

__all__ = ["mailbox"]


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()
