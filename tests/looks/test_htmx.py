"""Fragments as one wishes them: without a script, on a slow line, signed out, failed, hidden, and gone back to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.watch import Watch
from tests.looks.conftest import Tab
from tests.looks.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

SLOW_MS = 900


def forgive(watch: Watch, *words: str) -> None:
    """What browser and htmx write into the console about an error that the test has made itself."""
    watch.problems = [problem for problem in watch.problems if not any(word in problem for word in words)]


def test_without_a_script_forms_and_links_do_it(place: Place, tab: Tab) -> None:
    """Search, the check of an account, and the choice of colours."""
    page, _ = tab("owner", java_script_enabled=False)
    page.goto("/catalog/")
    page.get_by_role("search").locator("input").first.fill("Airports")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#results article")).to_have_count(1)

    page.goto("/requests/new/")
    page.get_by_label("Account, in any form you have it").fill("carrierua-new.snowflakecomputing.com")
    page.get_by_role("button", name="Check the account").click()
    expect(page.locator("#account-hints")).to_contain_text("CARRIERUA.NEW")

    page.locator("details.who summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator('meta[name="color-scheme"]')).to_have_attribute("content", "dark")


def test_search_answers_while_one_types_and_back_leads_back(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.goto("/catalog/")
    tiles = page.locator("#results article")
    all_of_them = tiles.count()
    page.get_by_role("search").locator("input").first.press_sequentially("Airports", delay=10)
    expect(tiles).to_have_count(1)
    expect(page).to_have_url(f"{place.base}/catalog/?q=Airports&topic=&kind=&region=&age=")

    page.go_back()

    expect(tiles).to_have_count(all_of_them)
    expect(page.get_by_role("banner")).to_have_count(1)


def test_a_fragment_s_address_is_a_page_of_its_own(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.goto("/catalog/?q=Airports&topic=&kind=")

    expect(page.get_by_role("heading", level=1)).to_have_text("Catalog")
    expect(page.locator("#results article")).to_have_count(1)


def test_whoever_was_signed_out_meanwhile_comes_back_to_the_page(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.goto("/catalog/")
    page.context.clear_cookies()

    page.get_by_role("search").locator("input").first.press_sequentially("A")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.url.endswith("/accounts/login/?next=%2Fcatalog%2F")


@pytest.mark.parametrize(("status", "words"), [(500, "Something failed on our side"), (503, "busy or being updated")])
def test_a_failed_fragment_says_so_in_the_one_region(status: int, words: str, place: Place, tab: Tab) -> None:
    page, watch = tab("owner")
    watch.expected.add(status)
    page.goto("/catalog/")
    page.route("**/catalog/?*", lambda route: route.fulfill(status=status, body="<p>Traceback</p>"))
    search = page.get_by_role("search").locator("input").first

    search.press_sequentially("Air", delay=10)
    expect(page.locator("#toasts .toast")).to_contain_text(words)
    search.press_sequentially("ports", delay=10)
    page.wait_for_timeout(SLOW_MS)

    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    forgive(watch, f"Response Status Error Code {status}")


def test_without_a_network_nothing_is_lost(place: Place, tab: Tab) -> None:
    page, watch = tab("owner")
    page.goto("/catalog/")
    page.route("**/catalog/?*", lambda route: route.abort())

    page.get_by_role("search").locator("input").first.press_sequentially("Air", delay=10)

    expect(page.locator("#toasts .toast")).to_contain_text("could not be reached")
    forgive(watch, "ERR_FAILED", "htmx:afterRequest", "htmx:sendError")


def test_a_slow_line_is_seen_after_a_moment(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.goto("/catalog/")

    def slowly(route: Route) -> None:
        page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route("**/catalog/?*", slowly)
    page.get_by_role("search").locator("input").first.press_sequentially("Air", delay=10)

    expect(page.locator("body.is-busy #results[aria-busy='true']")).to_have_count(1)
    expect(page.locator("body.is-busy")).to_have_count(0)


def test_a_form_is_sent_once_however_often_one_clicks(place: Place, tab: Tab) -> None:
    page, watch = tab("owner")
    watch.expected.add(422)
    page.goto("/requests/new/")
    sent: list[str] = []

    def slowly(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route("**/requests/new/", slowly)
    page.evaluate(
        """() => {
          new MutationObserver(() => { if (document.body.matches('.is-busy')) sessionStorage.seen = 'busy' })
            .observe(document.body, { attributes: true });
          const button = [...document.querySelectorAll('button')].find(one => one.innerText.includes('Send request'));
          button.click(); button.click(); setTimeout(() => button.click(), 300);
        }"""
    )
    expect(page.locator("[data-error-summary]")).to_be_visible()

    assert len(sent) == 1
    assert page.evaluate("sessionStorage.seen") == "busy"


def test_a_page_that_nobody_sees_does_not_ask(place: Place, tab: Tab) -> None:
    """The story of a share that is being built asks every few seconds; in a hidden tab it waits."""
    page, _ = tab("owner")
    page.goto(place.paths["owner"]["share-building"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/requests/*/?v=*"):
        pass

    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    page.wait_for_timeout(500)
    asked.clear()
    page.wait_for_timeout(4000)

    assert asked == []
