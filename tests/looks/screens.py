"""`python -m tests.looks.screens FOLDER` makes sheets of all pages, light and dark, on a desktop and a phone."""

from __future__ import annotations

import base64
import os
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.looks.place import Place, serve

SCHEMES = ("light", "dark")
QUALITY = 66


@dataclass(frozen=True)
class Size:
    """A screen: how wide it is, how much of a page is kept, and how large that stands on the sheet."""

    width: int
    height: int
    shown: int
    columns: int


SIZES = (Size(1280, 1700, 460, 4), Size(320, 1100, 230, 8))
STYLE = """
body { margin: 0; padding: 24px; font: 13px/1.4 system-ui, sans-serif; background: #dfe6ec; color: #0d1e2c; }
h1 { font-size: 20px; margin: 0 0 16px; }
main { display: grid; gap: 16px; align-items: start; }
figure { margin: 0; } figcaption { padding: 4px 0; }
img { display: block; width: 100%; border: 1px solid #b8c7d4; border-radius: 4px; }
"""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.webp"):
        old.unlink()
    with TemporaryDirectory() as scratch, serve(Path(scratch) / "world") as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        names = [
            _sheet(browser, place, role, scheme, size, Path(scratch), folder)
            for role in place.paths
            for size in SIZES
            for scheme in SCHEMES
        ]
        browser.close()
    lines = [f"## {name}\n\n![{name}]({name}.webp)\n" for name in names]
    head = "# Every page of Firn\n\nMade by `script/screens` from the small world of `tests/looks`, role by role.\n"
    (folder / "README.md").write_text("\n".join([head, *lines]))


def _sheet(browser: Browser, place: Place, role: str, scheme: str, size: Size, scratch: Path, folder: Path) -> str:
    """Photograph the pages of a role, and put the pictures on one sheet."""
    context = browser.new_context(
        base_url=place.base,
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        viewport={"width": size.width, "height": size.height},
        device_scale_factor=2 * size.shown / size.width,
    )
    if role in place.sessions:
        context.add_cookies([{"name": "sessionid", "value": place.sessions[role], "url": place.base}])
    page = context.new_page()
    pictures = []
    for name, path in place.paths[role].items():
        page.goto(path)
        page.screenshot(path=scratch / f"{name}.png")
        pictures.append(name)
    context.close()
    title = f"{role}-{size.width}-{scheme}"
    (scratch / "sheet.html").write_text(_html(title, pictures, size))
    sheet = browser.new_page(viewport={"width": size.columns * (size.shown + 16) + 32, "height": 400})
    sheet.goto(f"file://{scratch}/sheet.html")
    (folder / f"{title}.webp").write_bytes(webp(sheet))
    sheet.close()
    return title


def _html(title: str, names: list[str], size: Size) -> str:
    figures = "".join(
        f'<figure><img src="{name}.png"><figcaption>{escape(name)}</figcaption></figure>' for name in names
    )
    columns = f"grid-template-columns: repeat({size.columns}, {size.shown}px)"
    return f'<!doctype html><style>{STYLE}</style><h1>{title}</h1><main style="{columns}">{figures}</main>'


def webp(page: Page) -> bytes:
    """The whole page as a picture."""
    session = page.context.new_cdp_session(page)
    box = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": box[0], "height": box[1], "scale": 1}
    options = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    return base64.b64decode(session.send("Page.captureScreenshot", options)["data"])


if __name__ == "__main__":
    os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
    main(Path(sys.argv[1]))
