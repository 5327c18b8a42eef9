"""A whole Firn with sandbox, worker and mailbox, and Debian's Chromium in front of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from demo.places import Places
from demo.stack import Stack
from tests.browser.watch import WIDE, Watch

CHROMIUM = Path(os.environ.get("FIRN_CHROMIUM", "/usr/bin/chromium"))
# A root's Chromium needs --no-sandbox; the rest keeps it from talking to anybody else.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000

# Who signs in as whom: a tab of a browser of their own.
Tab = Callable[[str], tuple[Page, Watch]]


@pytest.fixture(scope="session")
def chromium() -> Path:
    if not CHROMIUM.exists():
        words = f"NO BROWSER TESTS: {CHROMIUM} is not there. Install Debian's chromium, or set FIRN_CHROMIUM."
        print(f"\n{'!' * 100}\n{words}\n{'!' * 100}", file=sys.__stderr__)
        pytest.skip(words)
    return CHROMIUM


@pytest.fixture(scope="session")
def stack(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Sandbox, mailbox, web server and worker, with people and catalog, and nothing asked for yet."""
    with Stack(Places(tmp_path_factory.mktemp("stack"))) as running:
        yield running
        running.check()


# Not for the session: while playwright runs, this process counts as asynchronous, and Django refuses it the database.
@pytest.fixture(scope="package")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the screenshots go: FIRN_PICTURES, or a directory of this test."""
    folder = Path(os.environ.get("FIRN_PICTURES", tmp_path / "pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def tab(browser: Browser, stack: Stack, pictures: Path) -> Iterator[Tab]:
    """Opens a tab for somebody; in the end nobody's browser may have complained."""
    watches: list[Watch] = []

    def open_tab(who: str) -> tuple[Page, Watch]:
        context = browser.new_context(
            base_url=stack.addresses.portal,
            viewport={"width": WIDE["width"], "height": WIDE["height"]},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(who, pictures)
        watch.follow(context)
        watches.append(watch)
        return context.new_page(), watch

    yield open_tab
    for watch in watches:
        watch.check()
    for context in browser.contexts:
        context.close()
