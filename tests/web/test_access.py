"""Who has what, as a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.people.models import User
from shares.models import AccessReview, Share
from shares.services import reviews
from tests.web import rows
from tests.web.rows import House

PATH = "/access/"


@pytest.fixture
def share(house: House) -> Share:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)
    share = Share.data.get()
    Share.objects.filter(pk=share.pk).update(ready_at=timezone.now() - timedelta(days=90))
    return share


def text(user: User) -> str:
    page = rows.browser(user).get(PATH)
    assert page.status_code == 200
    return page.content.decode()


def test_members_see_what_their_organization_has(house: House, share: Share) -> None:
    for user in (house.ada, house.bea, house.vic):
        page = text(user)
        assert "CARRIERUA.ANALYTICS" in page
        assert "Flights" in page
        assert "Dan" in page


def test_another_customer_sees_nothing_of_it(house: House, share: Share) -> None:
    page = text(house.cy)
    assert "CARRIERUA" not in page
    assert "Nobody can read anything now" in page


def test_staff_see_all(house: House, share: Share) -> None:
    assert "Carrier UA" in text(house.eve)


def test_only_an_owner_is_asked_on_it(house: House, share: Share) -> None:
    assert "Still needed" not in text(house.ada)
    reviews.ask_due()
    assert "Still needed" in text(house.ada)
    assert "Still needed" not in text(house.bea)
    assert "not answered yet" in text(house.eve)


def test_an_owner_answers(house: House, share: Share) -> None:
    reviews.ask_due()
    keep = f"/access/{share.public_id}/keep/"
    answer = rows.browser(house.ada).post(keep, follow=True)
    assert "still needs it" in answer.content.decode()
    assert AccessReview.objects.get().kept_by == house.ada
    assert "Nobody asks about this share now" in rows.browser(house.ada).post(keep, follow=True).content.decode()


def test_others_do_not_answer(house: House, share: Share) -> None:
    reviews.ask_due()
    keep = f"/access/{share.public_id}/keep/"
    assert rows.browser(house.bea).post(keep).status_code == 403
    assert rows.browser(house.eve).post(keep).status_code == 403
    assert rows.browser(house.cy).post(keep).status_code == 404
    assert rows.browser(house.ada).get(keep).status_code == 405
    assert AccessReview.objects.get().kept_at is None


def test_the_file_holds_only_what_the_reader_may_see(house: House, share: Share) -> None:
    mine = rows.browser(house.ada).get(PATH, {"format": "csv"})
    assert b"CARRIERUA.ANALYTICS" in b"".join(mine.streaming_content)  # type: ignore[attr-defined]
    theirs = rows.browser(house.cy).get(PATH, {"format": "csv"})
    assert b"".join(theirs.streaming_content).count(b"\n") == 1  # type: ignore[attr-defined]


def test_its_queries_do_not_grow(house: House, share: Share) -> None:
    client = rows.browser(house.ada)
    few = rows.queries(client, PATH)
    for number in range(4):
        target = rows.account(house.ua, f"CARRIERUA.MORE{number}")
        rows.healthy(rows.request(house.ada, house.flights, to=target), house.dan)
    assert rows.queries(client, PATH) == few


def test_reference_data_is_nobody_s_rows(house: House, share: Share) -> None:
    weather = rows.dataset("Weather", kind="reference", approver=house.dan)
    rows.healthy(rows.request(house.ada, weather, to=rows.account(house.ua, "CARRIERUA.MORE")), house.dan)

    page = text(house.ada)
    told = b"".join(rows.browser(house.ada).get(PATH, {"format": "csv"}).streaming_content)  # type: ignore[attr-defined]

    assert "Weather<small>reference data, the same for everybody" in page
    assert "Flights<small>only rows of" in page
    assert b"Weather,reference data," in told
    assert b"Flights,UA," in told
