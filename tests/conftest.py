"""For every test: which need no database of the portal's, and so run once only; and no limits left by another."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache

# These have no database, or start a whole Firn with one of its own.
NO_DATABASE = ("browser", "clients", "demo", "live", "meta", "sandbox", "unit")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).parts[0] in NO_DATABASE:
            item.add_marker(pytest.mark.nodb)


@pytest.fixture(autouse=True)
def _no_limits_left_by_other_tests() -> None:
    """Limits on sign-in attempts count in the cache, which all tests of a process share."""
    cache.clear()
