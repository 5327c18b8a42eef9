"""What can be read where there is little room: nothing runs under something else, and no name is torn."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.looks.conftest import Tab
from tests.looks.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

PHONE = {"width": 320, "height": 900}
# The arrow of a select is drawn by 1.15 + .375 rem from its end.
ARROW_PX = 24
UNDER_THE_ARROW = """arrow => [...document.querySelectorAll('main select:not([multiple])')]
  .filter(one => parseFloat(getComputedStyle(one).paddingInlineEnd) <= arrow).map(one => one.outerHTML.slice(0, 100))"""
# Words of code that do not stand on one line, and code that is beside its Copy.
TORN = """() => [...document.querySelectorAll('.code pre')].filter(pre => pre.checkVisibility()).flatMap(pre => {
  const texts = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT), found = [];
  for (let text; text = texts.nextNode();) for (const word of text.data.matchAll(/[\\w.]+/g)) {
    const range = document.createRange();
    range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
    if (range.getClientRects().length > 1) found.push(word[0]);
  }
  return found;
})"""
BESIDE = """() => {
  const box = one => one.getBoundingClientRect(), all = [...document.querySelectorAll('.code > .copy + pre')];
  return all.filter(pre => pre.checkVisibility() && box(pre.previousElementSibling).bottom > box(pre).top + 1).length;
}"""
CUT = """() => {
  return [...document.querySelectorAll('.module .form-row :is(input, select, textarea)')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1)
    .filter(one => one.getBoundingClientRect().right > one.closest('.module').getBoundingClientRect().right - 4)
    .map(one => one.name); }"""
RAGGED = """() => {
  const end = one => one.getBoundingClientRect().bottom;
  return [...document.querySelectorAll('td > form.search > .btn')]
    .filter(one => Math.abs(end(one) - end(one.previousElementSibling)) > 4).length;
}"""
FADES = "getComputedStyle(document.querySelector('.nav')).maskImage"
BROKEN = """() => [...document.querySelectorAll('.links > li > svg:last-child')]
  .filter(one => one.getBoundingClientRect().top >= one.previousElementSibling.getBoundingClientRect().bottom).length"""


@pytest.mark.parametrize(("role", "name"), [("owner", "preferences"), ("owner", "catalog"), ("owner", "organization")])
def test_what_is_chosen_does_not_run_under_the_arrow(role: str, name: str, place: Place, tab: Tab) -> None:
    page, _ = tab(role, viewport=PHONE)
    page.goto(place.paths[role][name])
    assert page.evaluate(UNDER_THE_ARROW, ARROW_PX) == []


@pytest.mark.parametrize("name", ["share-ready", "request-new", "help"])
def test_code_is_torn_nowhere_and_has_the_whole_width(name: str, place: Place, tab: Tab) -> None:
    page, _ = tab("owner", viewport=PHONE)
    page.goto(place.paths["owner"][name])
    assert page.locator(".code pre").count()
    assert page.evaluate(TORN) == []
    assert page.evaluate(BESIDE) == 0


def test_no_field_of_the_administration_is_cut(place: Place, tab: Tab) -> None:
    page, _ = tab("staff", viewport=PHONE)
    page.goto(place.paths["staff"]["admin-dataset"])
    assert page.evaluate(CUT) == []


def test_the_sections_fade_only_where_there_are_more(place: Place, tab: Tab) -> None:
    page, _ = tab("owner", viewport=PHONE)
    page.goto(place.paths["owner"]["home"])
    assert page.evaluate(FADES) == "none"

    page, _ = tab("staff", viewport=PHONE)
    page.goto(place.paths["staff"]["home"])
    assert "linear-gradient" in page.evaluate(FADES)
    page.evaluate("document.querySelector('.nav').scrollLeft = 1000")
    page.wait_for_function(f"{FADES} === 'none'")


def test_the_arrow_of_a_line_stays_on_it(place: Place, tab: Tab) -> None:
    page, _ = tab("approver", viewport=PHONE)
    page.goto(place.paths["approver"]["home"])
    assert page.locator(".links > li > svg:last-child").count()
    assert page.evaluate(BROKEN) == 0


def test_no_name_of_a_view_is_torn_in_the_evidence(place: Place, tab: Tab) -> None:
    page, _ = tab("owner", viewport={"width": 1280, "height": 900})
    page.goto(place.paths["owner"]["share-evidence"])
    lines = (
        page.locator("#prints")
        .locator("xpath=ancestor::section")
        .locator("tbody th code")
        .evaluate_all("all => all.map(one => one.getClientRects().length)")
    )
    assert lines
    assert set(lines) == {1}


def test_a_role_or_code_and_its_button_stand_on_one_line(place: Place, tab: Tab) -> None:
    page, _ = tab("owner", viewport=PHONE)
    page.goto(place.paths["owner"]["organization"])
    assert page.locator("td > form.search > .btn").count() > 2
    assert page.evaluate(RAGGED) == 0


@pytest.mark.parametrize(
    ("role", "name", "summary", "rest"),
    [
        ("owner", "share-healthy", "More actions", "End this share…"),
        ("staff", "operations-share", "More actions", "The customer's page"),
        ("owner", "catalog", "Filters", "Available in"),
        ("owner", "audit", "Filters", "Action"),
        ("staff", "operations-shares", "Filters", "Region"),
    ],
)
def test_what_comes_second_is_behind_a_button_on_a_phone_alone(
    role: str, name: str, summary: str, rest: str, place: Place, tab: Tab
) -> None:
    page, _ = tab(role, viewport=PHONE)
    page.goto(place.paths[role][name])
    button, more = page.locator("main details.more > summary", has_text=summary), page.locator("main details.more")
    second = more.get_by_role("link", name=rest).or_(more.get_by_label(rest, exact=True))
    expect(second).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(second).to_be_visible()

    page.reload()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(button).to_be_hidden()
    expect(second).to_be_visible()


def test_filters_in_use_are_open_on_a_phone(place: Place, tab: Tab) -> None:
    page, _ = tab("owner", viewport=PHONE)
    page.goto("/catalog/?q=flights")
    expect(page.get_by_label("Kind")).to_be_hidden()
    page.goto("/catalog/?kind=rows")
    expect(page.get_by_label("Kind")).to_be_visible()


def test_the_evidence_is_printed_by_a_button_that_needs_a_script(place: Place, tab: Tab) -> None:
    page, _ = tab("owner")
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(place.paths["owner"]["share-evidence"])
    page.get_by_role("button", name="Print or save as PDF").click()
    assert page.evaluate("window.printed")

    page, _ = tab("owner", java_script_enabled=False)
    page.goto(place.paths["owner"]["share-evidence"])
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_hidden()
