"""Taking an answer by mail back, on the page, while it does not count yet."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shares.models import Ask, HeldReply
from tests.web import rows
from tests.web.rows import House


def held(house: House) -> tuple[Ask, str]:
    ask = rows.request(house.ada, house.flights).asks.get(approver=house.dan)
    HeldReply.objects.create(ask=ask, answer="approve", due_at=timezone.now() + timedelta(minutes=9))
    return ask, f"/approvals/{ask.public_id}/"


def test_the_page_offers_it_and_it_works_once(house: House) -> None:
    ask, page = held(house)
    client = rows.browser(house.dan)
    assert "You approved this by mail" in client.get(page).content.decode()
    assert "does not count" in client.post(f"{page}undo/", follow=True).content.decode()
    assert ask.replies.get().outcome == "undone"
    assert "could still be taken back" in client.post(f"{page}undo/", follow=True).content.decode()
    assert "You approved this by mail" not in client.get(page).content.decode()


def test_nobody_else_can_and_reading_does_not(house: House) -> None:
    ask, page = held(house)
    for user in (house.ada, house.eve, house.cy):
        assert rows.browser(user).post(f"{page}undo/").status_code == 404
    assert rows.browser().post(f"{page}undo/").status_code == 302
    assert rows.browser(house.dan).get(f"{page}undo/").status_code == 405
    assert ask.replies.get().settled_at is None
