"""The catalog's list: search, filters, and the customer's own counts."""

from __future__ import annotations

import pytest

from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def stocked(house: House) -> House:
    rows.dataset("Airports", kind="reference", topic="Reference")
    rows.dataset("Punctuality", kind="function", topic="Analysis")
    rows.dataset("Fleet", is_published=False)
    return house


def _listed(page: str) -> list[str]:
    return [name for name in ("Airports", "Fleet", "Flights", "Punctuality") if f">{name}</a>" in page]


def test_it_lists_what_is_published(stocked: House) -> None:
    assert _listed(rows.browser(stocked.vic).get("/catalog/").content.decode()) == [
        "Airports",
        "Flights",
        "Punctuality",
    ]


def test_staff_also_see_drafts(stocked: House) -> None:
    page = rows.browser(stocked.eve).get("/catalog/").content.decode()

    assert "Fleet" in _listed(page)
    assert "Draft" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=punct", ["Punctuality"]),
        ("q=dep_delay", ["Airports", "Flights"]),
        ("topic=Analysis", ["Punctuality"]),
        ("kind=reference", ["Airports"]),
        ("kind=function", ["Punctuality"]),
        ("kind=rows", ["Flights"]),
        ("kind=rows&q=punct", []),
        ("topic=nonsense&kind=nonsense", ["Airports", "Flights", "Punctuality"]),
    ],
)
def test_it_searches_and_filters(stocked: House, query: str, found: list[str]) -> None:
    assert _listed(rows.browser(stocked.ada).get(f"/catalog/?{query}").content.decode()) == found


def test_htmx_gets_the_results_alone(stocked: House) -> None:
    page = rows.htmx(stocked.ada).get("/catalog/?q=flights").content.decode()

    assert _listed(page) == ["Flights"]
    assert "<html" not in page


def test_nothing_found_says_what_to_do(stocked: House) -> None:
    assert "Nothing matches" in rows.browser(stocked.ada).get("/catalog/?q=zzz").content.decode()


def test_a_customer_sees_their_own_count(house: House) -> None:
    rows.reading(house.flights, house.ua, 58665)
    rows.reading(house.flights, house.dl, 48110)

    page = rows.browser(house.ada).get("/catalog/").content.decode()

    assert "58,665" in page
    assert "48,110" not in page


def test_someone_unattached_waits(house: House) -> None:
    assert rows.browser(rows.person("new@ua.example")).get("/catalog/")["Location"] == "/welcome/"


def test_it_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post("/catalog/").status_code == 405


def test_its_queries_do_not_grow(house: House) -> None:
    rows.reading(house.flights, house.ua)
    client = rows.browser(house.ada)
    few = rows.queries(client, "/catalog/")
    for number in range(5):
        rows.reading(rows.dataset(f"More {number}"), house.ua)

    assert rows.queries(client, "/catalog/") == few
