"""One dataset: its columns, what separates customers, and the count for this customer."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_q.models import OrmQ

from shares.models import Dataset, Proof, ReadDay, Reading
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
    assert "Request only this" in rows.browser(house.bea).get(PATH).content.decode()
    assert "Request only this" not in rows.browser(house.vic).get(PATH).content.decode()


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


SAMPLE = {"columns": ["CARRIER", "ORIGIN"], "rows": [["UA", "EWR"], ["UA", None]], "seen": "consumer", "as": "A.B"}


def test_rows_of_their_own_are_shown(house: House) -> None:
    rows.reading(house.flights, house.ua, sample=SAMPLE)

    page = rows.browser(house.vic).get(PATH).content.decode()

    assert "<td>EWR</td>" in page
    assert "read as A.B" in page


def test_sample_rows_of_another_customer_are_not(house: House) -> None:
    rows.reading(house.flights, house.ua, sample=SAMPLE)

    assert "<td>EWR</td>" not in rows.browser(house.cy).get(PATH).content.decode()
    assert "<td>EWR</td>" not in rows.browser(house.eve).get(PATH).content.decode()
    assert "<td>EWR</td>" not in rows.browser(house.dan).get(PATH).content.decode()


def test_a_fragment_brings_the_rows_beside_the_counts(house: House) -> None:
    rows.reading(house.flights, house.ua, sample=SAMPLE)

    page = rows.htmx(house.ada).get(PATH).content.decode()

    assert 'id="samples" class="stack slot" hx-swap-oob="true"' in page
    assert "<td>EWR</td>" in page


def test_days_of_counts_become_a_chart_of_their_own_rows(house: House) -> None:
    mine, theirs = rows.reading(house.flights, house.ua), rows.reading(house.flights, house.dl)
    now = timezone.now()
    for number in range(3):
        day = timezone.localdate() - timedelta(days=number)
        newest = now - timedelta(hours=5)
        ReadDay.objects.create(reading=mine, day=day, rows=700 + number, newest=newest, measured_at=now)
        ReadDay.objects.create(reading=theirs, day=day, rows=90_000, measured_at=now)

    page = rows.browser(house.ada).get(PATH).content.decode()

    assert "Rows: from 700 to 702 rows, last 700" in page
    assert "Age of the newest row: from 5 to 5 h, last 5" in page


def test_with_a_share_its_proofs_make_the_chart(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    old = share.proofs.get()
    old.pk = None
    old.readings = [{"name": "FLIGHTS", "rows": 40_000, "foreign": 0, "newest": None}]
    old.save()
    Proof.objects.filter(pk=old.pk).update(proved_at=timezone.now() - timedelta(days=3))

    page = rows.browser(house.ada).get(PATH).content.decode()

    assert "Rows: from 40,000 to 48,110 rows, last 48,110" in page
    assert f"/shares/{share.public_id}/" in page


def test_first_queries_have_titles_and_the_names_of_the_share(house: House) -> None:
    house.flights.first_query = "-- By origin\nSELECT 1 FROM {{schema}}.FLIGHTS;\nSELECT 2 FROM {{schema}}.FLIGHTS"
    house.flights.save()
    client = rows.browser(house.ada)
    before = client.get(PATH).content.decode()

    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    after = client.get(PATH).content.decode()

    assert "1. By origin" in before
    assert "2. First look at Flights" in before
    assert "YOUR_DATABASE" in before
    assert share.schema in after
