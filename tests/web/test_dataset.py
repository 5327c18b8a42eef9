"""One dataset: its columns, what separates customers, and the count for this customer."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_q.models import OrmQ

from shares.models import Dataset, Reading
from tests.web import rows
from tests.web.rows import House

PATH = "/catalog/flights/"


def test_it_shows_columns_and_what_separates_customers(house: House) -> None:
    page = rows.browser(house.vic).get(PATH).content.decode()

    assert "DEP_DELAY" in page
    assert "separates customers" in page
    assert "<code>UA</code>" in page


def test_its_description_is_safe_markdown(house: House) -> None:
    Dataset.objects.filter(pk=house.flights.pk).update(description="**Bold** <script>alert(1)</script>")

    page = rows.browser(house.ada).get(PATH).content.decode()

    assert "<strong>Bold</strong>" in page
    assert "<script>alert" not in page


def test_a_draft_is_not_there_for_customers(house: House) -> None:
    rows.dataset("Fleet", is_published=False)

    assert rows.browser(house.ada).get("/catalog/fleet/").status_code == 404
    assert rows.browser(house.eve).get("/catalog/fleet/").status_code == 200


def test_a_viewer_is_not_offered_to_request_it(house: House) -> None:
    assert "Request it" in rows.browser(house.bea).get(PATH).content.decode()
    assert "Request it" not in rows.browser(house.vic).get(PATH).content.decode()


def test_reading_the_page_asks_for_nothing(house: House) -> None:
    rows.browser(house.ada).get(PATH)

    assert not Reading.objects.exists()
    assert not OrmQ.objects.exists()


def test_an_old_count_makes_the_page_ask_for_a_new_one(house: House) -> None:
    rows.reading(house.flights, house.ua, measured_at=timezone.now() - timedelta(hours=2))

    assert f'hx-post="{PATH}count/"' in rows.browser(house.ada).get(PATH).content.decode()


def test_a_fresh_count_is_shown_and_left_alone(house: House) -> None:
    rows.reading(house.flights, house.ua, 58665)

    page = rows.browser(house.ada).get(PATH).content.decode()

    assert "58,665" in page
    assert 'hx-post="/catalog/flights/count/"' not in page


def test_the_count_of_another_customer_is_not_shown(house: House) -> None:
    rows.reading(house.flights, house.dl, 48110)

    assert "48,110" not in rows.browser(house.ada).get(PATH).content.decode()


def test_asking_rings_once_and_shows_that_it_counts(house: House) -> None:
    client = rows.htmx(house.ada)
    client.post(f"{PATH}count/")
    page = client.post(f"{PATH}count/").content.decode()

    assert "counting…" in page
    assert f'hx-get="{PATH}?look=1"' in page
    assert OrmQ.objects.count() == 1


def test_looking_stops_after_a_bounded_number_of_times(house: House) -> None:
    rows.reading(house.flights, house.ua, None, asked_at=timezone.now())

    page = rows.htmx(house.ada).get(f"{PATH}?look=30").content.decode()

    assert "counting…" in page
    assert "hx-get" not in page


def test_counting_without_scripts_comes_back_to_the_page(house: House) -> None:
    assert rows.browser(house.ada).post(f"{PATH}count/")["Location"] == PATH


def test_staff_without_a_customer_ask_for_nothing(house: House) -> None:
    rows.browser(house.eve).post(f"{PATH}count/")

    assert not Reading.objects.exists()


def test_wrong_methods(house: House) -> None:
    client = rows.browser(house.ada)

    assert client.post(PATH).status_code == 405
    assert client.get(f"{PATH}count/").status_code == 405
