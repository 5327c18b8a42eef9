"""`python -m tests.looks.guide FOLDER` photographs the pages that the guides show, as the small world has them."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.looks.place import Place, serve

WIDTH, HEIGHT, QUALITY = 900, 520, 72


def _choose(page: Page) -> None:
    page.get_by_role("button", name="Add to request Fleet").click()
    page.locator("#basket.basket-full").wait_for()


def _fill(page: Page) -> None:
    page.get_by_label("What is it for?").fill("Route planning for the summer season.")
    page.get_by_role("heading", level=1).click()


def _nothing(page: Page) -> None:
    """The page as it comes."""


# By name of the picture: who looks, at which page of the scene, and what they do there first.
SHOTS: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "catalog": ("owner", "catalog", _choose),
    "request": ("owner", "request-new", _fill),
    "tracker": ("owner", "request-waiting", _nothing),
    "share": ("owner", "share-healthy", _nothing),
    "approval": ("approver", "approval", _nothing),
}


def shoot(place: Place, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (role, where, act) in SHOTS.items():
            size = {"width": WIDTH, "height": HEIGHT}
            context = browser.new_context(base_url=place.base, viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
            context.add_cookies([{"name": "sessionid", "value": place.sessions[role], "url": place.base}])
            page = context.new_page()
            page.goto(place.paths[role][where])
            act(page)
            (folder / f"{name}.webp").write_bytes(_webp(page))
            context.close()
        browser.close()


def _webp(page: Page) -> bytes:
    session = page.context.new_cdp_session(page)
    data = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})["data"]
    return base64.b64decode(data)


def main(folder: Path) -> None:
    with TemporaryDirectory() as scratch, serve(Path(scratch) / "world") as place:
        shoot(place, folder)


if __name__ == "__main__":
    os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
    main(Path(sys.argv[1]))
