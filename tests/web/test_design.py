"""What holds for all pages: readable contrast, no inline script or style, every stylesheet linked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.pages.templatetags.firn import STYLESHEETS

pytestmark = pytest.mark.nodb

ROOT = Path(settings.BASE_DIR)
TOKENS = (ROOT / "static/css/tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
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


def _colours(scheme: str) -> dict[str, str]:
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", LIGHT))
    return light if scheme == "light" else light | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", DARK))


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio (w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


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


def test_every_stylesheet_is_linked_once() -> None:
    there = {path.stem for path in (ROOT / "static/css").glob("*.css")} - {"admin"}

    assert set(STYLESHEETS) == there
    assert len(STYLESHEETS) == len(there)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts],
    ids=lambda path: path.name,
)
def test_no_page_has_inline_script_or_style(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|javascript:|<style", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
