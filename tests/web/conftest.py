"""Every test of pages starts from the same people."""

from __future__ import annotations

import pytest

from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def house(db: None) -> House:
    return rows.house()
