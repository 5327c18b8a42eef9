"""Changing a request that waits, and asking again for one that came to nothing."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from shares.models import ShareRequest
from shares.services import requests
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def asked(house: House) -> ShareRequest:
    return rows.request(house.ada, house.flights, valid_until=date(2099, 5, 4))


def path(asked: ShareRequest) -> str:
    return f"/requests/{asked.public_id}/change/"


def filled(house: House, **changes: object) -> dict[str, object]:
    return {
        "datasets": [house.flights.pk],
        "workspaces": [house.ua.workspaces.get().pk],
        "account": "CARRIERUA.ANALYTICS",
        "region": "AWS_US_EAST_1",
        "reason": "Route planning, and crews",
        "valid_until": "2099-05-04",
    } | changes


def test_everything_is_filled_in(house: House, asked: ShareRequest) -> None:
    page = rows.browser(house.bea).get(path(asked)).content.decode()
    assert f'action="{path(asked)}"' in page
    assert f'value="{house.flights.pk}" checked' in page
    assert 'value="CARRIERUA.ANALYTICS"' in page
    assert 'value="2099-05-04"' in page
    assert "Route planning" in page


def test_sending_it_changes_the_request(house: House, asked: ShareRequest) -> None:
    response = rows.browser(house.bea).post(path(asked), filled(house))
    assert response["Location"] == f"/requests/{asked.public_id}/"
    asked.refresh_from_db()
    assert (asked.reason, asked.revision) == ("Route planning, and crews", 2)


def test_a_refused_change_keeps_what_was_typed(house: House, asked: ShareRequest) -> None:
    response = rows.browser(house.bea).post(path(asked), filled(house, reason="Route planning"))
    assert response.status_code == 422
    assert "Nothing was changed" in response.content.decode()
    response = rows.browser(house.bea).post(path(asked), filled(house, account="?", reason="Typed with care"))
    assert "Typed with care" in response.content.decode()


def test_a_decided_one_leads_back(house: House, asked: ShareRequest) -> None:
    rows.approved(asked, house.dan)
    assert rows.browser(house.ada).get(path(asked))["Location"] == f"/requests/{asked.public_id}/"


def test_strangers_and_viewers(house: House, asked: ShareRequest) -> None:
    assert rows.browser(house.cy).get(path(asked)).status_code == 404
    assert rows.browser(house.cy).post(path(asked), filled(house)).status_code == 404
    assert rows.browser(house.vic).post(path(asked), filled(house)).status_code == 403
    assert rows.browser(house.eve).post(path(asked), filled(house)).status_code == 403
    assert rows.browser(house.ada).put(path(asked)).status_code == 405
    asked.refresh_from_db()
    assert asked.revision == 1


def test_the_old_link_says_that_it_is_void(house: House, asked: ShareRequest) -> None:
    ask = asked.asks.get()
    rows.browser(house.bea).post(path(asked), filled(house))
    page = rows.browser(house.dan).get(f"/approvals/{ask.public_id}/").content.decode()
    assert "This request has changed since that mail" in page
    assert "Send the answer" not in page


def test_what_came_to_nothing_can_be_asked_again_with_everything_filled_in(house: House, asked: ShareRequest) -> None:
    requests.withdraw(asked, house.ada)
    page = rows.browser(house.bea).get(f"/requests/{asked.public_id}/").content.decode()
    again = f"/requests/new/?again={asked.public_id}"
    assert f'href="{again}"' in page
    form = rows.browser(house.bea).get(again).content.decode()
    assert f'value="{house.flights.pk}" checked' in form
    assert 'value="CARRIERUA.ANALYTICS"' in form
    assert "Route planning</textarea>" in form
    assert 'value="2099-05-04"' in form


def test_of_another_customers_request_nothing_is_filled_in(house: House, asked: ShareRequest) -> None:
    for query in (asked.public_id, uuid4(), "nonsense"):
        form = rows.browser(house.cy).get(f"/requests/new/?again={query}").content.decode()
        assert "Route planning" not in form
        assert "CARRIERUA" not in form
