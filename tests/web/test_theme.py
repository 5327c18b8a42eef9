"""Light, dark or as the system has it: kept in a cookie, known to the first byte of the next page."""

from __future__ import annotations

import pytest

from tests.web import rows
from tests.web.rows import House

SIGN_IN = "/accounts/login/"


def _scheme(page: str) -> str:
    return page.split('name="color-scheme" content="')[1].split('"')[0]


@pytest.mark.parametrize(("theme", "scheme"), [("dark", "dark"), ("light", "light"), ("system", "light dark")])
def test_the_choice_holds_from_the_next_page_on(db: None, theme: str, scheme: str) -> None:
    """Also for somebody who has not signed in."""
    client = rows.browser()

    answer = client.post("/theme/", {"theme": theme, "next": SIGN_IN})

    assert answer.status_code == 302
    assert answer["Location"] == SIGN_IN
    page = client.get(SIGN_IN).content.decode()
    assert _scheme(page) == scheme
    assert f'value="{theme}" aria-pressed="true"' in page


def test_it_holds_in_the_administration_too(house: House) -> None:
    client = rows.browser(house.eve)
    client.post("/theme/", {"theme": "dark"})

    page = client.get("/admin/").content.decode()

    assert _scheme(page) == "dark"
    assert "theme.js" not in page


def test_a_choice_that_does_not_exist_is_refused(db: None) -> None:
    assert rows.browser().post("/theme/", {"theme": "pink"}).status_code == 400


def test_a_cookie_that_says_something_else_counts_as_none(db: None) -> None:
    client = rows.browser()
    client.cookies["firn-theme"] = '"><script>'

    assert _scheme(client.get(SIGN_IN).content.decode()) == "light dark"


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "", "account_logout", "1 OR 1=1"],
)
def test_it_leads_nowhere_else(db: None, target: str) -> None:
    assert rows.browser().post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_it_is_chosen_by_post(db: None) -> None:
    assert rows.browser().get("/theme/").status_code == 405
