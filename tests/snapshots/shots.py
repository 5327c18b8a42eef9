"""Which pages are looked at, and how they are photographed so that machines agree."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from playwright.sync_api import Browser

from tests.looks.place import Place

# A page of each kind, in the states that have a look of their own.
PAGES = {
    "anonymous": ("sign-in",),
    "newcomer": ("welcome",),
    "owner": (
        "home", "catalog", "dataset", "request-new", "request-waiting", "shares", "share-healthy", "share-stopped",
        "share-end", "organization",
    ),
    "approver": ("approval",),
    "staff": ("operations", "operations-shares", "operations-import", "admin-shares"),
}  # fmt: skip
# What a page fetches once it is there.
FETCHED = {"request-new": "#account-hints li"}
SCHEMES = ("light", "dark")
# How wide, and how much of a long page is kept.
SIZES = ((320, 1800), (1280, 1200))
# Letters as their outlines say, whatever the machine's settings; colours as the page says.
FLAGS = [
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--disable-partial-raster",
]
# There is no monospaced typeface of ours: each machine has its own.
_STYLE = ":root { --mono: var(--font) !important; } * { caret-color: transparent !important; }"
# A typeface is asked for when something is drawn in it, so the page is drawn first.
_DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_ASKING, _STILL_MS, _LOOKS = ".htmx-request", 300, 10


def shoot(browser: Browser, place: Place) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each picture's name, and what takes it: a PNG."""
    for width, height in SIZES:
        for scheme in SCHEMES:
            for role, names in PAGES.items():
                context = browser.new_context(
                    base_url=place.base,
                    bypass_csp=True,  # for the style below; that the policy holds is tested elsewhere
                    color_scheme=scheme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                    timezone_id="UTC",
                    locale="en-GB",
                    viewport={"width": width, "height": height},
                )
                if role in place.sessions:
                    context.add_cookies([{"name": "sessionid", "value": place.sessions[role], "url": place.base}])
                page = context.new_page()
                for name in names:
                    page.goto(place.paths[role][name])
                    page.add_style_tag(content=_STYLE)
                    if name in FETCHED:
                        page.locator(FETCHED[name]).first.wait_for()
                    page.evaluate(_DRAWN)
                    page.evaluate("document.fonts.ready")
                    page.wait_for_function(f"!document.querySelector('{_ASKING}')")
                    yield f"{role}-{name}-{width}-{scheme}", partial(page.screenshot, animations="disabled")
                context.close()


def still(take: Callable[[], bytes]) -> bytes:
    """The page once two pictures in a row are the same: a busy machine draws late."""
    was, now = b"", take()
    for _ in range(_LOOKS):
        if was == now:
            break
        time.sleep(_STILL_MS / 1000)
        was, now = now, take()
    return now
