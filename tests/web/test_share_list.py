"""The list of shares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shares.models import Share
from shares.services import grants, pages
from shares.services.status import state_of
from tests.web import rows
from tests.web.rows import House


def test_it_lists_account_datasets_and_state(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    page = rows.browser(house.vic).get("/shares/").content.decode()

    assert "CARRIERUA.ANALYTICS" in page
    assert "Flights" in page
    assert "Healthy" in page


def test_what_was_never_granted_is_no_share_yet(house: House) -> None:
    rows.request(house.ada, house.flights)

    assert "No shares yet" in rows.browser(house.ada).get("/shares/").content.decode()


def test_another_customer_s_are_not_in_it(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    assert "CARRIERUA" not in rows.browser(house.cy).get("/shares/").content.decode()


def test_staff_see_all(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    assert "Carrier UA" in rows.browser(house.eve).get("/shares/").content.decode()


def test_it_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post("/shares/").status_code == 405


def test_its_queries_do_not_grow(house: House) -> None:
    client = rows.browser(house.ada)
    rows.healthy(rows.request(house.ada, house.flights), house.dan)
    few = rows.queries(client, "/shares/")
    for number in range(4):
        target = rows.account(house.ua, f"CARRIERUA.MORE{number}")
        rows.healthy(rows.request(house.ada, house.flights, to=target), house.dan)

    assert rows.queries(client, "/shares/") == few


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"converged_at": 0, "ready_at": 0},
        {"converged_at": 0, "ready_at": 0, "mounted_at": 0},
        {"ready_at": 0},
        {"blocked_at": 0},
        {"suspended_at": 0},
    ],
)
def test_the_list_and_the_page_agree_on_the_state(house: House, fields: dict[str, Any]) -> None:
    moments = {name: timezone.now() for name in fields}
    share = rows.approved(rows.request(house.ada, house.flights), house.dan, **moments)

    assert pages.share_rows([share])[0].state == state_of(share)


def test_they_agree_once_it_has_ended(house: House) -> None:
    share = rows.approved(rows.request(house.ada, house.flights), house.dan)
    share.grants.update(revoked_at=timezone.now() - timedelta(days=1))
    Share.objects.filter(pk=share.pk).update(taken_back_at=timezone.now())
    share.refresh_from_db()

    assert pages.share_rows([share])[0].state == state_of(share) == "ended"


def test_what_is_ending_is_there_until_its_grace_days_are_over(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    grants.end(share, house.ada, "The project is over.")
    closes_at = timezone.now().replace(year=2031, month=3, day=2)
    Share.objects.filter(pk=share.pk).update(closes_at=closes_at)

    for user, path in ((house.ada, "/shares/"), (house.ada, "/"), (house.eve, "/operations/shares/")):
        page = rows.browser(user).get(path).content.decode()
        assert "2 Mar 2031" in page
        assert "no end" not in page


def _two(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)
    fleet = rows.dataset("Fleet", approver=house.dan)
    other = rows.healthy(rows.request(house.ada, fleet, to=rows.account(house.ua, "CARRIERUA.FINANCE")), house.dan)
    Share.objects.filter(pk=other.pk).update(suspended_at=timezone.now())


@pytest.mark.parametrize("asked", [{"q": "fleet"}, {"q": "carrierua.finance"}, {"state": "suspended"}])
def test_a_customer_narrows_the_list_and_takes_it_along(house: House, asked: dict[str, str]) -> None:
    _two(house)
    client = rows.browser(house.vic)

    page = client.get("/shares/", asked).content.decode()
    told = b"".join(client.get("/shares/", asked | {"format": "csv"}).streaming_content)  # type: ignore[attr-defined]

    assert "CARRIERUA.FINANCE" in page
    assert "CARRIERUA.ANALYTICS" not in page
    assert b"CARRIERUA.FINANCE" in told
    assert b"CARRIERUA.ANALYTICS" not in told


def test_a_file_holds_nothing_of_another_customer(house: House) -> None:
    _two(house)

    told = b"".join(rows.browser(house.cy).get("/shares/", {"format": "csv"}).streaming_content)  # type: ignore[attr-defined]

    assert told.count(b"\n") == 1


def test_what_fits_nothing_says_so_and_what_is_no_state_is_refused(house: House) -> None:
    _two(house)
    client = rows.browser(house.ada)

    assert "Nothing fits" in client.get("/shares/", {"q": "nothing-like-this"}).content.decode()
    refused = client.get("/shares/", {"state": "strange"})
    assert refused.status_code == 422
    assert "CARRIERUA" not in refused.content.decode()
