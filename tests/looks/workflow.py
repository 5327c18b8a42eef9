"""The pictures of docs/workflow.md, from those that the browser test of the main job takes.

`python -m tests.looks.workflow PICTURES docs/workflow`; PICTURES is what FIRN_PICTURES named in that test.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.looks.screens import webp

# What the test calls them, on a desktop; the approver's on a phone.
STEPS = {
    "1-request": "06-request-1280",
    "2-waiting": "07-waiting-1280",
    "3-mail": "09-mail-390",
    "4-decision": "10-approval-390",
    "5-decided": "11-approved-390",
    "6-ready": "12-added-1280",
}
WIDEST, TALLEST = 780, 1600
STYLE = "body { margin: 0; } div { max-height: %dpx; overflow: hidden; } img { display: block; width: 100%%; }"


def shrink(browser: Browser, source: Path, target: Path) -> None:
    """At most WIDEST px wide and TALLEST high: of a long page the beginning."""
    inside = b64encode(source.read_bytes()).decode()
    page = browser.new_page(viewport={"width": min(WIDEST, width_of(source)), "height": 100})
    page.set_content(
        f'<!doctype html><style>{STYLE % TALLEST}</style><div><img src="data:image/png;base64,{inside}"></div>'
    )
    page.wait_for_function("document.images[0].complete")
    target.write_bytes(webp(page))
    page.close()


def width_of(source: Path) -> int:
    """Of a PNG, in px: it stands in the bytes 16 to 19."""
    return int.from_bytes(source.read_bytes()[16:20])


def main(pictures: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, taken in STEPS.items():
            shrink(browser, pictures / f"{taken}.png", folder / f"{name}.webp")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
