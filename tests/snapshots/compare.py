"""Whether two pictures of a page show the same, however another machine draws the edges of its letters.

Both are halved and blurred, and their difference is averaged over small tiles: letters drawn a little differently
change many tiles by little, a thing that moved, appeared or changed its colour changes some by much. `LIMIT` lies
between what was measured: 11 at most for the same page photographed again, also with other settings for fonts, 18 to 29
for one that moved by two pixels, 43 for a heading that is gone, 56 for four pixels. A short word that is gone (11) is
not seen.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageChops, ImageFilter

BLUR, TILE = 1.5, 8
# The mean difference of a tile, of 255.
LIMIT = 24
# Rows that one of them may be longer, of a page's half size: a line more is seen.
LONGER = 6
QUALITY = 70


def kept(png: bytes) -> Image.Image:
    """A screenshot at half its size, as it is kept."""
    whole = Image.open(BytesIO(png)).convert("RGB")
    return whole.resize((max(1, whole.width // 2), max(1, whole.height // 2)), Image.Resampling.BOX)


def webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def difference(was: Image.Image, now: Image.Image) -> Image.Image:
    """The tiles of both where the longer one ends, grey: 0 the same, 255 white against black."""
    size = (min(was.width, now.width), min(was.height, now.height))
    seen = [image.crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(BLUR)) for image in (was, now)]
    red, green, blue = ImageChops.difference(*seen).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue).reduce(TILE)


def most(tiles: Image.Image) -> int:
    """What the tile that differs most differs by."""
    return int(tiles.getextrema()[1])  # type: ignore[arg-type] # of one band: a pair


def trouble(was: Image.Image, now: Image.Image) -> str:
    """What speaks against their showing the same, or ""."""
    if was.width != now.width or abs(was.height - now.height) > LONGER:
        return f"{now.width} × {now.height} instead of {was.width} × {was.height}"
    differs = most(difference(was, now))
    return f"a tile differs by {differs}, more than {LIMIT}" if differs > LIMIT else ""
