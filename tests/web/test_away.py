"""The page on which an approver hands over."""

from __future__ import annotations

from datetime import timedelta

from shares.models import Delegation
from shares.services import delegating
from tests.web import rows
from tests.web.rows import House

PATH = "/approvals/away/"


def filled(house: House, days: int = 3) -> dict[str, str]:
    today = delegating.today()
    return {"first_day": str(today), "last_day": str(today + timedelta(days=days)), "to": str(house.eve.pk)}


def test_handing_over_and_being_back(house: House) -> None:
    dan = rows.browser(house.dan)
    assert f'href="{PATH}"' in dan.get("/approvals/").content.decode()
    assert dan.post(PATH, filled(house))["Location"] == PATH
    assert Delegation.objects.get().to == house.eve
    page = dan.get(PATH).content.decode()
    assert "I am back" in page
    assert dan.post(PATH, {"back": "1"})["Location"] == PATH
    assert "I am back" not in dan.get(PATH).content.decode()


def test_a_refusal_keeps_what_was_chosen(house: House) -> None:
    response = rows.browser(house.dan).post(PATH, filled(house, days=-1))
    assert response.status_code == 422
    page = response.content.decode()
    assert "The last day is before the first." in page
    assert f'value="{house.eve.pk}" selected' in page
    assert not Delegation.objects.exists()


def test_only_approvers_hand_over(house: House) -> None:
    for user in (house.ada, house.vic, house.eve):
        assert rows.browser(user).get(PATH).status_code == 403
        assert rows.browser(user).post(PATH, filled(house)).status_code == 403
    assert rows.browser(house.dan).put(PATH).status_code == 405
    assert rows.browser().get(PATH).status_code == 302
    assert not Delegation.objects.exists()


def test_addresses_of_others_are_not_shown(house: House) -> None:
    assert "eve@skyledger.example" not in rows.browser(house.dan).get(PATH).content.decode()
