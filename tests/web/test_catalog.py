"""The catalog's list: search, filters, and the customer's own counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shares.models import DatasetColumn
from shares.services.publishing import publish
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


@pytest.fixture
def long(house: House) -> House:
    """Thirty datasets, of which 24 stand on the first page."""
    for number in range(29):
        rows.dataset(f"More {number:02}", topic="Even" if number % 2 == 0 else "Odd")
    return house


def _names(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/catalog/[^"]*">([^<]*)</a></h2>', page)


def test_a_long_catalog_comes_in_pages(long: House) -> None:
    client = rows.browser(long.ada)
    first = client.get("/catalog/").content.decode()
    second = client.get("/catalog/?page=2").content.decode()

    assert _names(first) == ["Flights", *(f"More {number:02}" for number in range(23))]
    assert _names(second) == [f"More {number:02}" for number in range(23, 29)]
    assert "30 datasets" in first
    assert 'rel="next" href="?page=2"' in first
    assert 'rel="prev" href="?page=1"' in second
    assert _names(client.get("/catalog/?page=nonsense").content.decode()) == _names(first)


def test_search_looks_at_all_pages_and_leaves_the_page_that_one_was_on(long: House) -> None:
    page = rows.htmx(long.ada).get("/catalog/?q=more 28").content.decode()

    assert _names(page) == ["More 28"]
    assert "pagination" not in page


def test_pages_keep_what_was_looked_for(long: House) -> None:
    for number in range(29, 60):
        rows.dataset(f"More {number}", topic="Odd")

    page = rows.browser(long.ada).get("/catalog/?topic=Odd").content.decode()

    assert 'href="?topic=Odd&amp;page=2"' in page
    assert set(_names(page)) <= {f"More {number:02}" for number in range(1, 60) if number % 2 or number >= 29}


def test_the_basket_names_what_was_picked_on_another_page(long: House) -> None:
    client = rows.browser(long.ada)
    client.post("/catalog/more-28/basket/")

    assert "More 28" in client.get("/catalog/").content.decode()


def test_a_new_version_is_found_by_what_it_says(house: House) -> None:
    client = rows.browser(house.ada)
    assert _listed(client.get("/catalog/?q=gate_number").content.decode()) == []
    item = house.flights.dataset_objects.get()
    DatasetColumn.objects.create(object=item, position=4, name="GATE_NUMBER", data_type="VARCHAR")
    publish(house.flights, house.eve)

    assert _listed(client.get("/catalog/?q=gate_number").content.decode()) == ["Flights"]


def test_staff_find_a_draft_by_its_columns(stocked: House) -> None:
    assert "Fleet" in _listed(rows.browser(stocked.eve).get("/catalog/?q=origin").content.decode())


def test_drafts_cost_no_query_each(house: House) -> None:
    rows.dataset("Draft", is_published=False)
    client = rows.browser(house.eve)
    few = rows.queries(client, "/catalog/")
    for number in range(5):
        rows.dataset(f"Draft {number}", is_published=False)

    assert rows.queries(client, "/catalog/") == few


def test_the_age_of_the_newest_row_is_each_customer_s_own(house: House) -> None:
    rows.reading(house.flights, house.ua, newest=timezone.now() - timedelta(hours=3))
    rows.reading(house.flights, house.dl, newest=timezone.now())
    client = rows.browser(house.ada)

    assert _listed(client.get("/catalog/?age=hour").content.decode()) == []
    assert _listed(client.get("/catalog/?age=day").content.decode()) == ["Flights"]
