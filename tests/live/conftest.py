"""The place of the contract tests, once for the whole run, and what was learned in it at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live.answers import LEARNED
from tests.live.place import Place, is_live, left_by_others, sandbox, sign_in


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        if is_live():
            file = Path(os.environ.get("SNOWFLAKE_CONNECTIONS_FILE") or "~/.snowflake/connections.toml").expanduser()
            names = os.environ["FIRN_LIVE_CONNECTION"], os.environ.get("FIRN_LIVE_CONSUMER", "")
        else:
            file, names = stack.enter_context(sandbox(tmp_path_factory.mktemp("live"))), ("provider", "consumer")
        accounts = [sign_in(file, name) for name in names if name]
        for account in accounts:
            stack.callback(account.client.close)
        found = Place(accounts[0], accounts[1] if len(accounts) > 1 else None)
        if left := left_by_others(found.provider.client):
            LEARNED.append(f"left by earlier runs, drop them by hand: {', '.join(left)}")
        try:
            found.prepare()
            yield found
        finally:
            left = found.clean()
            assert not left, "could not be removed:\n" + "\n".join(left)


@pytest.fixture
def consumer(place: Place) -> Place:
    """The same place, where there is a consumer."""
    if place.consumer is None:
        pytest.skip("FIRN_LIVE_CONSUMER IS NOT SET: NOTHING IS MOUNTED")
    return place


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if is_live() and LEARNED:
        terminalreporter.section("what this account answers otherwise than sandbox/refusals, or confirms")
        for text in LEARNED:
            terminalreporter.write_line(text)
