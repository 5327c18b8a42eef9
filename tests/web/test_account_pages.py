"""Addresses and password of one's own account, in the words and parts of all other pages."""

from __future__ import annotations

import re

from allauth.account.models import EmailAddress

from tests.web import rows
from tests.web.rows import House

ADDRESSES = "/accounts/email/"


def _addresses(house: House) -> None:
    EmailAddress.objects.create(user=house.ada, email=house.ada.email, verified=True, primary=True)
    EmailAddress.objects.create(user=house.ada, email="ada@private.example", verified=False)


def test_addresses_show_what_each_is(house: House) -> None:
    _addresses(house)

    page = rows.browser(house.ada).get(ADDRESSES).content.decode()

    main, other = sorted(
        re.findall(r'<label class="pick-item".*?</label>', page, re.DOTALL), key=lambda one: "private" in one
    )
    assert "Confirmed" in main
    assert "Your main address" in main
    assert "Not confirmed" in other
    assert "Your main address" not in other


def test_an_address_that_is_not_the_main_one_goes(house: House) -> None:
    _addresses(house)

    rows.browser(house.ada).post(ADDRESSES, {"action_remove": "", "email": "ada@private.example"})

    assert list(EmailAddress.objects.filter(user=house.ada).values_list("email", flat=True)) == [house.ada.email]


def test_somebody_else_s_address_stays(house: House) -> None:
    _addresses(house)

    rows.browser(house.cy).post(ADDRESSES, {"action_remove": "", "email": "ada@private.example"})

    assert EmailAddress.objects.filter(email="ada@private.example").exists()


def test_a_password_that_is_refused_says_why_at_the_top_and_at_its_field(house: House) -> None:
    house.ada.set_password("a-long-enough-secret")
    house.ada.save()
    client = rows.browser(house.ada)
    wrong = {"oldpassword": "not it", "password1": "another-long-secret", "password2": "another-long-secret"}

    page = client.post("/accounts/password/change/", wrong).content.decode()

    assert "Change your password" in page
    assert "data-error-summary" in page
    assert 'aria-invalid="true"' in page


def test_who_has_no_password_sets_one(house: House) -> None:
    client = rows.browser(house.ada)

    page = client.get("/accounts/password/change/", follow=True).content.decode()

    assert "Set a password" in page
    assert 'name="password2"' in page


def test_the_pages_about_one_s_account_lead_to_each_other(house: House) -> None:
    client = rows.browser(house.ada)
    paths = [
        "/accounts/preferences/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/sessions/",
    ]
    for path in paths:
        page = client.get(path, follow=True).content.decode()
        tabs = page.partition('aria-label="Your account"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]*)"', tabs) == paths
        assert tabs.count('aria-current="page"') == 1
    below = client.get("/accounts/2fa/webauthn/", follow=True).content.decode()
    assert re.search(r'href="/accounts/2fa/" aria-current="true"', below)
