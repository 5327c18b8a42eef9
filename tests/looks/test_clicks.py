"""How many clicks it takes from the start page to a submitted request, counted by the browser itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.looks.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

MOST = 6
LISTEN = "addEventListener('click', event => { if (event.isTrusted) window.clicked(); }, true)"


@pytest.fixture
def counted(tab: Tab) -> tuple[Page, list[str]]:
    page, _ = tab("owner")
    clicks: list[str] = []
    page.context.expose_binding("clicked", lambda source: clicks.append(source["page"].url))
    page.add_init_script(LISTEN)
    return page, clicks


def test_a_request_for_a_known_account_takes_few_clicks(counted: tuple[Page, list[str]]) -> None:
    page, clicks = counted
    page.goto("/")
    page.get_by_role("link", name="Catalog", exact=True).click()
    page.get_by_role("button", name="Add to request Fleet").click()
    expect(page.locator("#basket")).to_contain_text("1 dataset chosen")
    page.get_by_role("link", name="Go on to the request").click()
    expect(page.get_by_label("Fleet")).to_be_checked()
    expect(page.get_by_label("Account, in any form you have it")).to_have_value("CARRIERUA.NEW")
    expect(page.locator("#account-hints")).to_contain_text("Known to be yours")
    page.get_by_label("What is it for?").click()
    page.keyboard.type("Fleet planning.")
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url("**/requests/*-*/")

    expect(page.locator("#state")).to_contain_text("Waiting for approval")
    assert 0 < len(clicks) <= MOST, clicks
