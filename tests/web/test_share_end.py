"""Ending a share takes two steps and an owner; undoing it one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shares.models import Share
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


def _path(share: Share, verb: str = "end") -> str:
    return f"/shares/{share.public_id}/{verb}/"


def _granted(share: Share) -> bool:
    return bool(share.grants.in_force(timezone.now()).exists())


def test_the_first_step_says_what_breaks_and_ends_nothing(house: House, share: Share) -> None:
    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert "It has been mounted since" in page
    assert "an owner can undo this" in page
    assert _granted(share)


def test_the_second_step_ends_it(house: House, share: Share) -> None:
    response = rows.browser(house.ada).post(_path(share), {"understood": "on", "reason": "No longer needed"})

    assert response["Location"] == f"/shares/{share.public_id}/"
    assert not _granted(share)
    assert share.grants.get().revoke_reason == "No longer needed"


def test_without_the_tick_nothing_ends(house: House, share: Share) -> None:
    response = rows.browser(house.ada).post(_path(share), {"reason": "Typed anyway"})

    assert response.status_code == 422
    assert "Typed anyway" in response.content.decode()
    assert _granted(share)


def test_ending_twice_says_that_nothing_is_left(house: House, share: Share) -> None:
    client = rows.browser(house.ada)
    client.post(_path(share), {"understood": "on"})

    assert "nothing left to end" in client.post(_path(share), {"understood": "on"}, follow=True).content.decode()


def test_undo_brings_it_back(house: House, share: Share) -> None:
    client = rows.browser(house.ada)
    client.post(_path(share), {"understood": "on"})

    page = client.post(_path(share, "undo"), follow=True).content.decode()

    assert "Undone" in page
    assert _granted(share)


def test_undo_after_the_grace_days_says_that_it_is_too_late(house: House, share: Share) -> None:
    rows.browser(house.ada).post(_path(share), {"understood": "on"})
    Share.objects.filter(pk=share.pk).update(closes_at=timezone.now() - timedelta(minutes=1))

    page = rows.browser(house.ada).post(_path(share, "undo"), follow=True).content.decode()

    assert "too late" in page
    assert not _granted(share)


@pytest.mark.parametrize("verb", ["end", "undo"])
def test_only_an_owner_of_that_customer_may(house: House, share: Share, verb: str) -> None:
    data = {"understood": "on"}

    assert rows.browser(house.bea).post(_path(share, verb), data).status_code == 403
    assert rows.browser(house.vic).post(_path(share, verb), data).status_code == 403
    assert rows.browser(house.eve).post(_path(share, verb), data).status_code == 403
    assert rows.browser(house.cy).post(_path(share, verb), data).status_code == 404
    assert _granted(share)


def test_wrong_methods(house: House, share: Share) -> None:
    assert rows.browser(house.ada).put(_path(share)).status_code == 405
    assert rows.browser(house.ada).get(_path(share, "undo")).status_code == 405
