"""axe-core in a page: what it finds, in lines that name rule, place and reason."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Widgets of the administration that Django brings, with what is wrong in them.
DJANGOS_OWN = [[".selector"], [".select2"]]
# Contrast alone depends on the scheme.
CONTRAST = {"type": "rule", "values": ["color-contrast"]}


@cache
def source() -> str:
    """The text of axe-core, from the package that brings it; the test is skipped where that is not installed."""
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed: run script/bootstrap --dev")
    return (Path(spec.origin).parent / "axe.min.js").read_text()


def find(page: Page, *, contrast_alone: bool = False, practices: bool = True) -> list[str]:
    """What axe finds on the page as it is now; `practices` are axe's own on top of WCAG 2.2 AA."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(source())
    tags = {"type": "tag", "values": [*WCAG, "best-practice"] if practices else WCAG}
    options = {"runOnly": CONTRAST if contrast_alone else tags, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate(
        "([context, options]) => axe.run(context, options).then(result => result.violations)",
        [{"exclude": DJANGOS_OWN}, options],
    )
    return [_line(rule, node) for rule in found for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = (node.get("any") or node.get("all") or node.get("none") or [{"message": rule["help"]}])[0]["message"]
    return f"{rule['id']} at {' '.join(map(str, node['target']))}: {why}"
