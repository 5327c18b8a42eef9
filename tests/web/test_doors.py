"""allauth's pages and the error pages look like Firn and work without what may be broken."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from tests.web import rows
from tests.web.rows import House

DOORS = ("login/", "signup/", "login/code/", "password/reset/", "password/reset/done/")


@pytest.mark.parametrize("door", DOORS)
def test_the_doors_are_ours(db: None, door: str) -> None:
    page = rows.browser().get(f"/accounts/{door}").content.decode()

    assert 'class="door"' in page
    assert "<label" in page or "done" in door


@pytest.mark.parametrize("page", ["email/", "logout/"])
def test_the_pages_of_one_s_own_account_have_the_menu(house: House, page: str) -> None:
    assert 'aria-label="Sections"' in rows.browser(house.ada).get(f"/accounts/{page}").content.decode()


def test_a_refused_sign_in_says_so_beside_the_form(db: None) -> None:
    page = rows.browser().post("/accounts/login/", {"login": "a@b.example", "password": "x"}).content.decode()

    assert 'role="alert"' in page


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "csrf"])
def test_error_pages_need_neither_request_nor_database(name: str) -> None:
    page = render_to_string(f"{name}.html", {"request_id": "f3a9", "support_email": "help@firn.test"})

    assert "<h1>" in page
    assert "f3a9" in page
    assert "help@firn.test" in page


def test_an_unknown_address_is_answered_in_our_words(house: House) -> None:
    response = rows.browser(house.ada).get("/nowhere/")

    assert response.status_code == 404
    assert "nothing here for you" in response.content.decode()


def test_who_waits_is_told_what_happens_next(house: House) -> None:
    page = rows.browser(rows.person("new@ua.example")).get("/welcome/").content.decode()

    assert "What happens next" in page
    assert "new@ua.example" in page


def test_the_menu_offers_signing_out_by_post(house: House) -> None:
    assert 'action="/accounts/logout/"' in rows.browser(house.ada).get("/").content.decode()
