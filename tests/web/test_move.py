"""Moving a share to another account: who may ask, what the page of both shares shows, and calling it off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shares.models import Move, Share, ShareRequest
from shares.services import approvals, move_facts, moves
from tests.web import rows
from tests.web.rows import House

FORM = {
    "account": "carrierua-second",
    "region": "AWS_US_EAST_1",
    "overlap_days": "14",
    "reason": "We close the old one.",
}


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


def _path(share: Share) -> str:
    return f"/shares/{share.public_id}/move/"


def _asked(house: House, share: Share) -> Move:
    rows.browser(house.ada).post(_path(share), FORM)
    return move_facts.moves().get()


def _overlap(house: House, share: Share) -> Move:
    move = _asked(house, share)
    approvals.decide(move.request, house.dan, "approve", channel="session", revision=1, vouch="I know them.")
    now = timezone.now()
    Share.objects.filter(pk=move.new_share_id).update(converged_at=now, ready_at=now)
    moves.arrived(move.new_share)
    return move_facts.moves().get()


def _page(move: Move) -> str:
    return f"/moves/{move.public_id}/"


def test_an_owner_asks_and_comes_to_the_page_of_both_shares(house: House, share: Share) -> None:
    assert "Move to another account" in rows.browser(house.ada).get(f"/shares/{share.public_id}/").content.decode()
    response = rows.browser(house.ada).post(_path(share), FORM)
    move = Move.objects.get()
    assert response["Location"] == _page(move)
    assert (move.old_share, str(move.new_share.consumer_account)) == (share, "CARRIERUA.SECOND")
    page = rows.browser(house.ada).get(_page(move)).content.decode()
    assert "The data owner was asked by mail" in page
    assert "CREATE DATABASE" not in page


def test_the_page_has_the_day_and_the_sql(house: House, share: Share) -> None:
    move = _overlap(house, share)
    page = rows.browser(house.ada).get(_page(move)).content.decode()
    assert "The old one ends on" in page
    assert move.new_share.name in page
    assert "SKYLEDGER_NEW" in page
    assert f"/shares/{move.new_share.public_id}/" in page
    for one in (move.old_share, move.new_share):
        assert _page(move) in rows.browser(house.ada).get(f"/shares/{one.public_id}/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("account", "", "Say which Snowflake account"),
        ("account", "no account!", "A right value looks like"),
        ("account", "carrierua-analytics", "already"),
        ("overlap_days", "0", "greater than or equal to 1"),
        ("overlap_days", "soon", "A whole number of days"),
        ("reason", "", "Say in a sentence"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    house: House, share: Share, field: str, value: str, words: str
) -> None:
    response = rows.browser(house.ada).post(_path(share), {**FORM, field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    for name, typed in FORM.items():
        assert name in (field, "region") or typed in page
    assert not Move.objects.exists()


def test_a_share_that_may_not_move_says_why(house: House, share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(suspended_at=timezone.now())
    page = rows.browser(house.ada).get(_path(share)).content.decode()
    assert "has closed this share for now" in page
    assert "Ask for the move" not in page


def test_calling_it_off(house: House, share: Share) -> None:
    move = _overlap(house, share)
    assert "Call the move off" in rows.browser(house.ada).get(_page(move)).content.decode()
    assert rows.browser(house.ada).post(f"{_page(move)}call-off/")["Location"] == _page(move)
    page = rows.browser(house.ada).get(_page(move)).content.decode()
    assert "neither share ends by itself" in page
    assert "Call the move off" not in page


def test_held_and_done_are_told(house: House, share: Share) -> None:
    move = _overlap(house, share)
    Move.objects.update(retires_at=timezone.now() - timedelta(seconds=1))
    Share.objects.filter(pk=move.new_share_id).update(blocked_at=timezone.now(), blocked_reason="It is locked.")
    moves.retire_due()
    page = rows.browser(house.ada).get(_page(move)).content.decode()
    assert "The old share stays: the new one is not well" in page
    assert "It is locked." in page
    Share.objects.filter(pk=move.new_share_id).update(blocked_at=None, blocked_reason="")
    Move.objects.update(held_at=None)
    moves.retire_due()
    assert "The old one ended on" in rows.browser(house.ada).get(_page(move)).content.decode()


def test_colleagues_and_staff_read_and_do_not_act(house: House, share: Share) -> None:
    move = _overlap(house, share)
    for user in (house.bea, house.vic, house.eve):
        page = rows.browser(user).get(_page(move))
        assert page.status_code == 200
        assert "Call the move off" not in page.content.decode()
        assert rows.browser(user).post(f"{_page(move)}call-off/").status_code == 403
        assert rows.browser(user).get(_path(share)).status_code == 403
        assert rows.browser(user).post(_path(share), FORM).status_code == 403
    assert ShareRequest.objects.count() == 2


def test_strangers_find_nothing(house: House, share: Share) -> None:
    move = _overlap(house, share)
    for path in (_path(share), _page(move)):
        assert rows.browser(house.cy).get(path).status_code == 404
    assert rows.browser(house.cy).post(_path(share), FORM).status_code == 404
    assert rows.browser(house.cy).post(f"{_page(move)}call-off/").status_code == 404


def test_methods(house: House, share: Share) -> None:
    move = _overlap(house, share)
    ada = rows.browser(house.ada)
    assert ada.put(_path(share)).status_code == 405
    assert ada.post(_page(move)).status_code == 405
    assert ada.get(f"{_page(move)}call-off/").status_code == 405


def test_the_administration_lists_it(house: House, share: Share) -> None:
    move = _overlap(house, share)
    assert "overlap" in rows.browser(house.eve).get("/admin/shares/move/").content.decode()
    assert move.new_share.name in rows.browser(house.eve).get(f"/admin/shares/move/{move.pk}/change/").content.decode()
