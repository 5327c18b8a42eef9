"""Every kind of page looks as it did when somebody last said that it looks right.

`FIRN_UPDATE_SNAPSHOTS=1` keeps how they look now; look at them before you commit. What differs is left in
var/snapshots (FIRN_PICTURES): as it was, as it is, and where.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from tests.browser import conftest
from tests.browser.conftest import CHROMIUM, chromium
from tests.looks.place import ROOT, Place, serve
from tests.snapshots import compare, shots

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

PICTURES = Path(__file__).parent / "pictures"
LEFT = Path(os.environ.get("FIRN_PICTURES", ROOT / "var" / "snapshots"))
UPDATE = os.environ.get("FIRN_UPDATE_SNAPSHOTS") == "1"


@pytest.fixture(scope="module")
def place(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with serve(tmp_path_factory.mktemp("frozen"), frozen=True) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*conftest.FLAGS, *shots.FLAGS])
        yield started
        started.close()


def test_pages_look_as_they_did(browser: Browser, place: Place) -> None:
    seen, differ = set(), {}
    for name, take in shots.shoot(browser, place):
        seen.add(name)
        file = PICTURES / f"{name}.webp"
        now = _settled(take, file)
        if UPDATE:
            _update(file, now)
        elif not file.exists():
            differ[name] = "nothing is kept of it"
            _leave(name, now)
        elif words := compare.trouble(was := Image.open(file).convert("RGB"), now):
            differ[name] = words
            _leave(name, now, was)
    assert differ == {}, f"See {LEFT}. If they look right, run this with FIRN_UPDATE_SNAPSHOTS=1."
    strays = {file.stem for file in PICTURES.glob("*.webp")} - seen
    assert strays == set(), "pictures of pages that nobody looks at any more: remove them"


def _settled(take: Callable[[], bytes], file: Path) -> Image.Image:
    """The page as it is kept, looked at longer when it is not as it was."""
    now = compare.kept(take())
    if not file.exists() or compare.trouble(Image.open(file).convert("RGB"), now):
        now = compare.kept(shots.still(take))
    return now


def _update(file: Path, now: Image.Image) -> None:
    """Only what looks different is written anew, so that a commit shows which pages that are."""
    if not file.exists() or compare.trouble(Image.open(file).convert("RGB"), now):
        file.write_bytes(compare.webp(now))


def _leave(name: str, now: Image.Image, was: Image.Image | None = None) -> None:
    LEFT.mkdir(parents=True, exist_ok=True)
    now.save(LEFT / f"{name}.now.png")
    if was is not None:
        was.save(LEFT / f"{name}.was.png")
        tiles = compare.difference(was, now)
        tiles.resize((tiles.width * compare.TILE, tiles.height * compare.TILE)).save(LEFT / f"{name}.where.png")


@pytest.fixture
def picture() -> Image.Image:
    with Image.open(PICTURES / "owner-share-healthy-1280-light.webp") as image:
        return image.convert("RGB")


def test_a_page_is_like_itself(picture: Image.Image) -> None:
    assert compare.trouble(picture, picture) == ""


def test_a_button_in_another_colour_is_seen(picture: Image.Image) -> None:
    changed = picture.copy()
    ImageDraw.Draw(changed).rectangle((300, 200, 350, 218), fill=(170, 40, 40))
    assert "a tile differs" in compare.trouble(picture, changed)


def test_a_page_that_grew_is_seen(picture: Image.Image) -> None:
    grown = Image.new("RGB", (picture.width, picture.height + compare.LONGER + 1))
    grown.paste(picture, (0, 0))
    assert "instead of" in compare.trouble(picture, grown)


def test_letters_drawn_softer_are_the_same(picture: Image.Image) -> None:
    soft = picture.resize((picture.width * 2, picture.height * 2)).resize(picture.size, Image.Resampling.BILINEAR)
    assert compare.trouble(picture, soft) == ""


def test_they_stay_small() -> None:
    assert sum(file.stat().st_size for file in PICTURES.glob("*.webp")) < 3_000_000
