"""What a new version means for a share: who reads it, who may answer, and what the other pages tell of it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shares.models import Acknowledgement, DatasetVersion, Share
from shares.services import publishing
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


@pytest.fixture
def pending(house: House, share: Share) -> DatasetVersion:
    house.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    return publishing.publish(house.flights, house.eve, "Nobody used it.")


def _path(share: Share, number: int = 2) -> str:
    return f"/shares/{share.public_id}/changes/flights/{number}/"


def test_it_says_what_breaks_and_moves_nothing(house: House, share: Share, pending: DatasetVersion) -> None:
    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert "FLIGHTS.ORIGIN is removed." in page
    assert "Nobody used it." in page
    assert "We have adapted" in page
    assert not Acknowledgement.objects.exists()


def test_an_owner_moves_the_share(house: House, share: Share, pending: DatasetVersion) -> None:
    response = rows.browser(house.ada).post(_path(share))

    assert response["Location"] == f"/shares/{share.public_id}/"
    assert Acknowledgement.objects.get().acknowledged_by == house.ada
    assert "This share has it already" in rows.browser(house.ada).get(_path(share)).content.decode()
    assert "said that they have adapted" in rows.browser(house.ada).get(response["Location"]).content.decode()


def test_colleagues_read_it_and_do_not_decide(house: House, share: Share, pending: DatasetVersion) -> None:
    for user in (house.bea, house.vic, house.eve):
        page = rows.browser(user).get(_path(share))
        assert "FLIGHTS.ORIGIN is removed." in page.content.decode()
        assert "We have adapted" not in page.content.decode()
        assert rows.browser(user).post(_path(share)).status_code == 403
    assert not Acknowledgement.objects.exists()


def test_strangers_and_unknown_versions_are_not_there(house: House, share: Share, pending: DatasetVersion) -> None:
    assert rows.browser(house.cy).get(_path(share)).status_code == 404
    assert rows.browser(house.cy).post(_path(share)).status_code == 404
    assert rows.browser(house.ada).get(_path(share, 9)).status_code == 404
    rows.dataset("Fleet")
    assert rows.browser(house.ada).get(f"/shares/{share.public_id}/changes/fleet/1/").status_code == 404


def test_wrong_methods_and_nobody(house: House, share: Share, pending: DatasetVersion) -> None:
    assert rows.browser(house.ada).put(_path(share)).status_code == 405
    assert rows.browser().get(_path(share)).status_code == 302


def test_a_withdrawn_version_says_that_nothing_is_to_do(house: House, share: Share, pending: DatasetVersion) -> None:
    publishing.withdraw(pending, house.eve)
    assert "It was withdrawn" in rows.browser(house.ada).get(_path(share)).content.decode()
    page = rows.browser(house.ada).post(_path(share), follow=True).content.decode()
    assert "does not wait any more" in page
    assert not Acknowledgement.objects.exists()


def test_the_share_page_tells_what_comes(house: House, share: Share, pending: DatasetVersion) -> None:
    page = rows.browser(house.ada).get(f"/shares/{share.public_id}/").content.decode()

    assert "Flights changes on" in page
    assert f'href="{_path(share)}"' in page


def test_the_dataset_page_tells_the_changelog_and_what_comes_to_whom(
    house: House, share: Share, pending: DatasetVersion
) -> None:
    page = rows.browser(house.ada).get("/catalog/flights/").content.decode()
    assert "<b>Version 2</b>" in page
    assert "FLIGHTS.ORIGIN is removed." in page
    assert "Version 2 comes to <code>CARRIERUA.ANALYTICS</code>" in page

    stranger = rows.browser(house.cy).get("/catalog/flights/").content.decode()
    assert "<b>Version 2</b>" in stranger
    assert "CARRIERUA" not in stranger


def test_after_the_notice_nothing_is_announced_any_more(house: House, share: Share, pending: DatasetVersion) -> None:
    DatasetVersion.objects.filter(pk=pending.pk).update(notice_until=timezone.now())
    page = rows.browser(house.ada).get(f"/shares/{share.public_id}/").content.decode()

    assert "Flights changes on" not in page


def test_the_catalog_shows_what_is_published_and_not_the_draft(house: House) -> None:
    house.flights.dataset_objects.get().columns.create(position=9, name="SECRET_PLAN")

    assert "SECRET_PLAN" not in rows.browser(house.ada).get("/catalog/flights/").content.decode()
    found = rows.browser(house.ada).get("/catalog/?q=secret_plan").content.decode()
    assert "/catalog/flights/" not in found
