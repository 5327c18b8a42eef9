"""Whole journeys with the keyboard alone, and a focus that can be seen and is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.looks.conftest import Tab
from tests.looks.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

# Enough for the longest page; a trap would go on for ever.
STEPS = 200
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const shown = [at, at.closest('.pick-item, .tile'), at.matches('.tabs > input') ? at.nextElementSibling : null];
  const seen = shown.some(part => part && getComputedStyle(part).outlineStyle !== 'none');
  return { seen, what: at.outerHTML.slice(0, 120), box: at.getBoundingClientRect().width > 0 };
}"""


def walk(page: Page) -> list[dict[str, object]]:
    """Every stop of the Tab key from the top of the page until it leaves it."""
    stops: list[dict[str, object]] = []
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (stops and stop == stops[0]):
            return stops
        stops.append(stop)
    raise AssertionError(f"the Tab key is trapped at {stops[-1]['what']}")


def reach(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so."""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if name in page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText"):
            return
    raise AssertionError(f"{name} cannot be reached with the keyboard")


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("anonymous", "sign-in"),
        ("owner", "home"),
        ("owner", "request-new"),
        ("owner", "share-healthy"),
        ("staff", "styleguide"),
    ],
)
def test_every_stop_is_seen(role: str, name: str, place: Place, tab: Tab) -> None:
    page, _ = tab(role)
    page.goto(place.paths[role][name])
    page.evaluate("document.activeElement.blur()")

    stops = walk(page)

    assert len(stops) > 3
    assert [stop["what"] for stop in stops if not (stop["seen"] and stop["box"])] == []


def test_the_first_stop_leads_past_the_menu(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.goto("/shares/")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("main").get_by_role("link", name="Request a share")).to_be_focused()


def test_the_menu_opens_and_closes_and_gives_the_focus_back(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.goto("/")
    reach(page, "Your menu")

    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Email addresses")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Email addresses")).not_to_be_visible()
    assert "Your menu" in page.evaluate("document.activeElement.innerText")


def test_the_pages_turn_dark_and_stay_so(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.goto("/shares/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    reach(page, "Your menu")
    page.keyboard.press("Enter")
    reach(page, "Dark")
    page.keyboard.press("Enter")

    page.wait_for_function("before => getComputedStyle(document.body).backgroundColor !== before", arg=before)
    assert page.url.endswith("/shares/")
    page.goto("/catalog/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") in ("dark", "normal")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_tabs_follow_the_arrows(place: Place, tab: Tab) -> None:
    page, _ = tab("staff")
    page.goto("/styleguide/")
    page.get_by_role("radio", name="SQL").focus()

    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("radio", name="Snowsight")).to_be_focused()
    expect(page.get_by_text("Data, then Private sharing")).to_be_visible()
    expect(page.locator("#sample-sql")).not_to_be_visible()


def test_a_dialog_holds_the_focus_and_gives_it_back(place: Place, tab: Tab) -> None:
    page, _ = tab("staff")
    page.goto("/styleguide/")
    opener = page.get_by_role("button", name="End this share…").last
    opener.focus()

    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="End this share?")
    expect(dialog).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")

    expect(dialog).not_to_be_visible()
    expect(opener).to_be_focused()


def test_a_request_is_sent(place: Place, tab: Tab) -> None:
    """From home to the tracker: wrong at first, which puts the focus on what is wrong."""
    page, watch = tab("owner")
    page.goto("/")
    reach(page, "Request a share")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Request a share")).to_be_visible()
    watch.expected.add(422)
    reach(page, "Send request")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    watch.expected.clear()

    reach(page, "Fleet")
    page.keyboard.press("Space")
    reach(page, "Account, in any form")
    page.keyboard.type("CARRIERUA.KEYBOARD")
    reach(page, "Region")
    page.keyboard.type("US East (N. V")
    reach(page, "What is it for?")
    page.keyboard.type("Crew planning.")
    reach(page, "Send request")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Step by step")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Requested").first).to_be_visible()
