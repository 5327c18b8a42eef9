"""What a screen reader is told on the main pages, what is left where the system sets the colours, and letters twice as
large."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.looks.conftest import Tab
from tests.looks.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

PAGES = ["home", "catalog", "dataset", "request-new", "request-waiting", "share-healthy", "share-end", "preferences"]
# A part of the tree of each page, in order: what it is, and what it is called.
TOLD = {
    "home": """
      - heading "Carrier UA" [level=1]
      - link "Request a share"
      - region /Next.*/:
        - heading /Next.*/ [level=2]
      - region "Your shares":
        - heading "Your shares" [level=2]
    """,
    "request-waiting": """
      - heading "Fleet" [level=1]
      - link "Change"
      - button "Withdraw"
      - region "Step by step":
        - list:
          - listitem: /Requested/
          - listitem: /Prove that/
          - listitem: /Waiting for the data owner/
    """,
    "share-healthy": """
      - heading "Airports and weather, Flights" [level=1]
      - region "At a glance"
      - region "Datasets in this share":
        - table:
          - rowgroup:
            - row:
              - columnheader "Dataset"
              - columnheader "Shared as"
      - region "History"
    """,
    "share-end": """
      - heading "End this share?" [level=1]
      - checkbox /I understand/
      - textbox /Reason/
      - button "End the share"
      - link "Keep it"
    """,
}
CLIPPED = """() => [...document.querySelectorAll('main h1, main h2, main p, main dd, main .btn, main .badge, nav a')]
  .filter(one => one.checkVisibility() && !one.closest('.visually-hidden, .visually-hidden *'))
  .filter(one => one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX === 'hidden'
    || one.scrollHeight > one.clientHeight + 4 && getComputedStyle(one).overflowY === 'hidden')
  .map(one => one.outerHTML.slice(0, 100))"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A button, a field and a badge without an edge are only text where backgrounds are the system's.
EDGELESS = """() => [...document.querySelectorAll('main .btn, main .badge, main input:not([type=hidden]), main select')]
  .filter(one => one.checkVisibility() && !one.closest('.visually-hidden'))
  .filter(one => !['checkbox', 'radio'].includes(one.type))
  .filter(one => getComputedStyle(one).borderTopStyle === 'none' && getComputedStyle(one).outlineStyle === 'none')
  .map(one => one.outerHTML.slice(0, 100))"""


def test_a_screen_reader_is_told_what_each_part_is(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    for name, tree in TOLD.items():
        page.goto(place.paths["owner"][name])
        expect(page.locator("main")).to_match_aria_snapshot(tree)


def test_letters_of_twice_the_size_fit(place: Place, tab: Tab) -> None:
    page, _ = tab("owner", viewport={"width": 1280, "height": 900})
    found = [f"{name}: {line}" for name in PAGES for line in _at_twice_the_size(page, place.paths["owner"][name])]
    assert not found, "\n".join(found)


def _at_twice_the_size(page: Page, path: str) -> list[str]:
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = page.evaluate(WIDE)
    return [*page.evaluate(CLIPPED), *([f"{wide} px too wide"] if wide > 0 else [])]


def test_edges_are_left_where_the_system_sets_the_colours(place: Place, tab: Tab) -> None:
    page, _ = tab("owner", forced_colors="active")
    found = []
    for name in PAGES:
        page.goto(place.paths["owner"][name])
        found += [f"{name}: {line}" for line in page.evaluate(EDGELESS)]
    assert not found, "\n".join(found)


def test_a_clipped_word_and_a_lost_edge_would_be_found(place: Place, tab: Tab) -> None:
    page, _ = tab("owner", forced_colors="active")
    page.goto(place.paths["owner"]["home"])
    page.evaluate(
        """() => {
          const bad = document.querySelector('main h1'), button = document.querySelector('main .btn');
          bad.style.cssText = 'width: 2em; overflow: hidden; white-space: nowrap';
          button.style.cssText = 'border: 0 none; outline: 0 none';
        }"""
    )
    assert page.evaluate(CLIPPED)
    assert page.evaluate(EDGELESS)
