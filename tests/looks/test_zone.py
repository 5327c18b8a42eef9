"""The browser says where its reader is, and the next page has their times."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.looks.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]


def test_times_are_the_reader_s_from_the_second_page_on(tab: Tab) -> None:
    page, _ = tab("owner", timezone_id="Europe/Rome")
    page.goto("/help/")
    expect(page.locator(".foot")).to_contain_text("Times are in UTC.")

    page.goto("/shares/")

    expect(page.locator(".foot")).to_contain_text("Times are in Europe/Rome.")
