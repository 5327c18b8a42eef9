"""What was understood of the account while it is typed."""

from __future__ import annotations

from shares.models import ConsumerAccount
from tests.web import rows
from tests.web.rows import House

PATH = "/requests/check/"


def test_it_says_how_the_account_was_read(house: House) -> None:
    page = (
        rows.htmx(house.ada).post(PATH, {"account": "carrierua-analytics", "region": "AWS_US_EAST_1"}).content.decode()
    )

    assert "Read as CARRIERUA.ANALYTICS" in page
    assert "US East (N. Virginia)" in page
    assert "<html" not in page


def test_it_says_what_a_right_value_looks_like(house: House) -> None:
    page = rows.htmx(house.ada).post(PATH, {"account": "https://example.org/"}).content.decode()

    assert "hint-bad" in page
    assert "MYORG.MYACCOUNT" in page


def test_it_names_datasets_that_are_not_published_there(house: House) -> None:
    rows.provider("AWS_EU_CENTRAL_1")
    typed = {"account": "carrierua-analytics", "region": "AWS_EU_CENTRAL_1", "datasets": [house.flights.pk]}

    assert "Flights" in rows.htmx(house.ada).post(PATH, typed).content.decode()


def test_an_empty_field_has_no_hints(house: House) -> None:
    assert "<li" not in rows.htmx(house.ada).post(PATH, {"account": " "}).content.decode()


def test_it_stores_nothing(house: House) -> None:
    rows.htmx(house.ada).post(PATH, {"account": "carrierua-analytics", "region": "AWS_US_EAST_1"})

    assert not ConsumerAccount.objects.exists()


def test_it_may_be_read_with_get(house: House) -> None:
    assert "Read as" in rows.htmx(house.ada).get(f"{PATH}?account=CARRIERUA.ANALYTICS").content.decode()


def test_without_scripts_the_whole_form_comes_back_unjudged(house: House) -> None:
    response = rows.browser(house.ada).post(PATH, {"account": "carrierua-analytics", "reason": "Because"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "Read as CARRIERUA.ANALYTICS" in page
    assert "Because" in page
    assert "another look" not in page


def test_a_viewer_may_not(house: House) -> None:
    assert rows.htmx(house.vic).post(PATH, {"account": "x"}).status_code == 403


def test_other_methods_are_refused(house: House) -> None:
    assert rows.htmx(house.ada).put(PATH).status_code == 405
