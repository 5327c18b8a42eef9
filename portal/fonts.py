"""`python -m portal.fonts FOLDER` cuts Inter down to two web fonts and writes the stylesheet that declares them.

script/bootstrap runs it with the packages of requirements-assets.txt on its path. Without its result pages use the
reader's own sans-serif.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

# What pages of Firn use at once, and what names of people and companies may need on top.
SUBSETS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2318",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0,U+2C60-2C7F",
}
WEIGHTS = (400, 700)
FEATURES = ["calt", "ccmp", "kern", "locl", "mark", "mkmk", "tnum", "cv05", "ss03"]

FACE = """@font-face {{
  font-family: "Inter Variable"; font-style: normal; font-display: swap; font-weight: {low} {high};
  src: url("../fonts/inter-{name}.woff2") format("woff2"); unicode-range: {range};
}}
"""
# Arial stretched to Inter's widths and heights: when Inter arrives, no line moves.
FALLBACK = """@font-face {
  font-family: "Inter Fallback"; src: local("Arial"), local("Liberation Sans"), local("Helvetica Neue");
  size-adjust: 107.06%; ascent-override: 90.49%; descent-override: 22.56%; line-gap-override: 0%;
}
"""


def main(folder: Path) -> None:
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    (folder / "css").mkdir(exist_ok=True)
    for name, characters in SUBSETS.items():
        _cut(_source(), folder / "fonts" / f"inter-{name}.woff2", characters)
    low, high = WEIGHTS
    faces = [FACE.format(name=name, range=text, low=low, high=high) for name, text in SUBSETS.items()]
    (folder / "css" / "font.css").write_text("".join([*faces, FALLBACK]))


def _source() -> Path:
    spec = importlib.util.find_spec("fontpkg_inter")
    if spec is None or spec.origin is None:
        raise SystemExit("fontpkg-inter is not on the path: run script/bootstrap")
    return Path(spec.origin).parent / "files" / "Inter[opsz,wght].ttf"


def _cut(source: Path, target: Path, characters: str) -> None:
    """Only these characters, at the size of running text, in the weights that the design uses."""
    from fontTools.subset import Options, Subsetter, load_font, parse_unicodes, save_font
    from fontTools.varLib.instancer import instantiateVariableFont

    options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, desubroutinize=True)
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(characters.replace("U+", "")))
    subsetter.subset(font)
    instantiateVariableFont(font, {"opsz": 14, "wght": WEIGHTS}, inplace=True)
    save_font(font, str(target), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
