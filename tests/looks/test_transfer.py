"""What a page weighs, cold and warm, and that nothing on it moves once it is there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from tests.looks.conftest import Tab
from tests.looks.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

COLD_BYTES, WARM_BYTES = 100_000, 15_000
# What is shifted by less than this nobody sees; 0.1 is what is called good.
SHIFT = 0.01
PAGES = [
    "home",
    "catalog",
    "dataset",
    "request-new",
    "request-waiting",
    "share-healthy",
    "shares",
    "requests",
    "access",
    "audit",
    "help",
]
_OBSERVE = """
window.shifted = 0;
window.movers = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    window.shifted += entry.value;
    for (const { node, previousRect, currentRect } of entry.sources) {
      const name = node ? (node.outerHTML || node.textContent).slice(0, 80) : "gone";
      window.movers.push(`${Math.round(entry.startTime)} ms: ${previousRect.y} to ${currentRect.y}: ${name}`);
    }
  }
}).observe({ type: 'layout-shift', buffered: true });
"""
# Without its typeface a page is drawn once nothing else is waited for.
_PAINTED = """() => new Promise(done => new PerformanceObserver(done).observe({ type: 'paint', buffered: true }))
  .then(() => new Promise(done => setTimeout(done, 100)))"""


def _weigh(page: Page, path: str) -> int:
    """Bytes over the wire for a page with all that it asks for; what the browser has kept counts as nothing."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    bytes_seen: list[int] = []
    session.on("Network.loadingFinished", lambda event: bytes_seen.append(int(event["encodedDataLength"])))
    page.goto(path, wait_until="networkidle")
    session.detach()
    return sum(bytes_seen)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_stands_still(name: str, place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.add_init_script(_OBSERVE)
    path = place.paths["owner"][name]

    cold = _weigh(page, path)
    shifted, movers = page.evaluate("[window.shifted, window.movers]")
    warm = _weigh(page, path)

    assert cold <= COLD_BYTES, f"{cold} bytes"
    assert warm <= WARM_BYTES, f"{warm} bytes"
    assert shifted <= SHIFT, f"{shifted} of a shift: {movers}"


@pytest.mark.parametrize("name", ["share-healthy", "share-ready", "share-building"])
def test_a_story_that_comes_later_moves_little(name: str, place: Place, tab: Tab) -> None:
    """On a screen that shows all of the page, so that whatever moves is seen."""
    page, _ = tab("owner")
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.add_init_script(_OBSERVE)
    page.goto(place.paths["owner"][name], wait_until="networkidle")
    page.locator("#story .step").first.wait_for()

    shifted, movers = page.evaluate("[window.shifted, window.movers]")
    assert shifted <= SHIFT, f"{shifted} of a shift: {movers}"


@pytest.mark.parametrize("name", PAGES)
def test_a_typeface_that_comes_late_moves_nothing(name: str, place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.add_init_script(_OBSERVE)
    held: list[Route] = []
    page.route("**/*.woff2", lambda route: held.append(route))
    page.goto(place.paths["owner"][name], wait_until="domcontentloaded")
    page.evaluate(_PAINTED)

    assert held, "the page did without its typeface"
    for route in held:
        route.continue_()
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(100)

    shifted, movers = page.evaluate("[window.shifted, window.movers]")
    assert shifted <= SHIFT, f"{shifted} of a shift: {movers}"
