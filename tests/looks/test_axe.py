"""axe finds nothing on any page, for any role, light and dark, on a phone, a tablet and a desktop."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.looks import axe
from tests.looks.conftest import Tab
from tests.looks.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

ROLES = ["anonymous", "newcomer", "owner", "viewer", "approver", "looking", "staff"]
# Width, scheme, and whether only contrast is new there.
VIEWS = [(1280, "light", False), (768, "dark", True), (320, "dark", False), (320, "light", True)]
# Statuses that a page has on purpose.
STATUS = {"not-found": 404, "refused": 403, "request-refused": 403}
HEIGHT = 900


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(role: str, place: Place, tab: Tab) -> None:
    page, watch = tab(role)
    found: list[str] = []
    for name, path in place.paths[role].items():
        watch.expected = {STATUS[name]} if name in STATUS else set()
        page.goto(path)
        found += [f"{name} {view}: {line}" for view, line in _everywhere(page, practices=not name.startswith("admin"))]
    assert not found, "\n".join(found)


def _everywhere(page: Page, *, practices: bool) -> list[tuple[str, str]]:
    """The page in each view; it may not be wider than the screen either."""
    found = []
    for width, scheme, contrast_alone in VIEWS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        lines = axe.find(page, contrast_alone=contrast_alone, practices=practices)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        lines += [f"{wide} px too wide"] if wide > 0 else []
        found += [(f"{width} {scheme}", line) for line in lines]
    return found


def test_what_opens_is_as_sound_as_what_is_there(place: Place, tab: Tab) -> None:
    """The menu, every disclosure and tab of the style guide, and its dialog."""
    page, _ = tab("staff")
    page.goto("/styleguide/")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    found = _everywhere(page, practices=True)
    page.reload()
    page.get_by_role("button", name="End this share…").last.click()
    found += _everywhere(page, practices=True)
    assert not found, "\n".join(map(str, found))


def test_a_form_with_errors_is_as_sound(place: Place, tab: Tab) -> None:
    page, watch = tab("owner")
    watch.expected.add(422)
    page.goto("/requests/new/")
    page.get_by_role("button", name="Send request").click()
    page.locator("[data-error-summary]").wait_for()
    found = _everywhere(page, practices=True)
    assert not found, "\n".join(map(str, found))


def test_axe_would_have_found_it(place: Place, tab: Tab) -> None:
    page, _ = tab("anonymous")
    page.goto("/accounts/login/")
    page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"data:,\"><a href=\"/\"></a>')"
    )

    rules = {line.partition(" ")[0] for line in axe.find(page)}

    assert {"image-alt", "link-name"} <= rules
