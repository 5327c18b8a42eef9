"""One small world, one browser, and one tab for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE_MS, browser, chromium
from tests.browser.watch import Watch
from tests.databases import copy_to
from tests.looks.place import Place, serve

__all__ = ["browser", "chromium"]

# Opens a tab in which that role is signed in; `anonymous` is nobody.
Tab = Callable[..., tuple[Page, Watch]]


@pytest.fixture(scope="package")
def place(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("looks")
    copy_to(folder / "firn.sqlite3")
    with serve(folder) as running:
        yield running


@pytest.fixture
def tab(browser: Browser, place: Place, tmp_path: Path) -> Iterator[Tab]:
    """In the end nobody's browser may have complained."""
    watches: list[Watch] = []

    def open_tab(role: str, **options: object) -> tuple[Page, Watch]:
        context = browser.new_context(base_url=place.base, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        if role in place.sessions:
            context.add_cookies([{"name": "sessionid", "value": place.sessions[role], "url": place.base}])
        watch = Watch(role, tmp_path)
        watch.follow(context)
        watches.append(watch)
        return context.new_page(), watch

    yield open_tab
    for context in browser.contexts:
        context.close()
    for watch in watches:
        watch.check()
