"""What holds for all pages: readable contrast, no inline script or style, every stylesheet linked."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.pages import style

pytestmark = pytest.mark.nodb

ROOT = Path(settings.BASE_DIR)
TOKENS = (ROOT / "static/css/tokens.css").read_text()
TEXT = [
    (ink, ground)
    for ink in ("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad")
    for ground in ("paper", "surface", "sunk")
]
TEXT += [(tone, f"{tone}-soft") for tone in ("accent", "good", "warn", "bad", "wait")]
TEXT += [("accent-ink", "accent"), ("accent-ink", "accent-strong"), ("bad-ink", "bad"), ("bad-ink", "bad-strong")]
TEXT += [
    ("ink", "bad-soft"),
    ("ink-2", "accent-soft"),
    ("sql-word", "sunk"),
    ("sql-text", "sunk"),
    ("sql-note", "sunk"),
]


Colour = tuple[float, float, float]
_OKLCH = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
_TOKEN = re.compile(rf"--([\w-]+): light-dark\({_OKLCH}, {_OKLCH}\)")


def _colours(scheme: str) -> dict[str, Colour]:
    """Token → lightness (0 to 1), chroma, hue in degrees."""
    start = 1 if scheme == "light" else 4
    found = {groups[0]: [float(part) for part in groups[start : start + 3]] for groups in _TOKEN.findall(TOKENS)}
    return {name: (light / 100, chroma, hue) for name, (light, chroma, hue) in found.items()}


def _linear(colour: Colour) -> Colour:
    """Linear sRGB, cut off where a screen could not show it (css-color-4, sample code for OKLab)."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return (min(max(red, 0), 1), min(max(green, 0), 1), min(max(blue, 0), 1))


def _luminance(colour: Colour) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2 contrast ratio (w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_defined() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)
    # #0b5a9f on white, as other tools compute it.
    assert contrast((0.463, 0.131, 252), (1, 0, 0)) == pytest.approx(6.97, abs=0.1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_readable(scheme: str, ink: str, ground: str) -> None:
    colours = _colours(scheme)

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "paper"])
def test_edges_of_controls_are_visible(scheme: str, ground: str) -> None:
    colours = _colours(scheme)

    assert contrast(colours["edge"], colours[ground]) >= 3


def test_every_stylesheet_is_linked_and_the_order_of_the_layers_comes_first() -> None:
    there = {path.stem for path in (ROOT / "static/css").glob("*.css")} - {"admin"}

    linked = re.findall(r"css/([\w-]+)\.css", style.stylesheets())

    assert set(linked) - {"font"} == there
    assert linked[0] == "reset"
    assert len(linked) == len(set(linked))


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "static/css").glob("*.css")))
def test_stylesheets_use_tokens_and_stay_in_their_layer(name: str) -> None:
    """A colour of its own would be missing in the other scheme, and a rule outside of the layers beats all of them."""
    if name in {"admin", "tokens", "print"}:
        return
    text = re.sub(r"/\*.*?\*/", "", (ROOT / f"static/css/{name}.css").read_text(), flags=re.DOTALL)

    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|oklch\(|rgb\(", text)
    assert all(rule.startswith("@layer") for rule in re.findall(r"^\S[^\n]*", text, re.MULTILINE) if rule != "}")


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts],
    ids=lambda path: path.name,
)
def test_no_page_has_inline_script_or_style(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|javascript:|<style", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
