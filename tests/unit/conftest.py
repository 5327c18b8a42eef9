"""Everything in this folder is free of databases: it runs once, whatever DATABASE_URL says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

HERE = Path(__file__).parent

if os.environ.get("FIRN_MUTATION"):
    # That a mutant is caught needs no shortest example.
    settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], database=None, derandomize=True)
    settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.nodb)
