"""The list of requests."""

from __future__ import annotations

from tests.web import rows
from tests.web.rows import House


def test_it_lists_the_organization_s_requests_with_their_state(house: House) -> None:
    rows.request(house.ada, house.flights)

    page = rows.browser(house.vic).get("/requests/").content.decode()

    assert "Flights" in page
    assert "Waiting for approval" in page


def test_another_customer_s_are_not_in_it(house: House) -> None:
    rows.request(house.ada, house.flights)

    assert "CARRIERUA" not in rows.browser(house.cy).get("/requests/").content.decode()


def test_staff_see_whose_they_are(house: House) -> None:
    rows.request(house.ada, house.flights)

    assert "Carrier UA" in rows.browser(house.eve).get("/requests/").content.decode()


def test_none_yet_says_what_to_do(house: House) -> None:
    assert "Nothing was asked for yet" in rows.browser(house.ada).get("/requests/").content.decode()


def test_it_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post("/requests/").status_code == 405


def test_its_queries_do_not_grow(house: House) -> None:
    client = rows.browser(house.ada)
    rows.request(house.ada, house.flights)
    few = rows.queries(client, "/requests/")
    for number in range(4):
        rows.request(house.ada, house.flights, to=rows.account(house.ua, f"CARRIERUA.MORE{number}"))

    assert rows.queries(client, "/requests/") == few


def test_it_is_split_into_pages(house: House) -> None:
    for number in range(26):
        rows.request(house.ada, house.flights, to=rows.account(house.ua, f"CARRIERUA.MORE{number}"))

    first = rows.browser(house.ada).get("/requests/").content.decode()
    second = rows.browser(house.ada).get("/requests/?page=2").content.decode()

    assert "1–25 of 26" in first
    assert "CARRIERUA.MORE0<" in second


def test_only_who_may_ask_is_offered_to(house: House) -> None:
    for path in ("/requests/", "/shares/"):
        assert "Request a share" in rows.browser(house.bea).get(path).content.decode()
        assert "Request a share" not in rows.browser(house.vic).get(path).content.decode()
