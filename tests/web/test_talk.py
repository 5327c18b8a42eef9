"""Questions and answers on the pages of a request: works, colleagues, strangers 404, role 403, method 405."""

from __future__ import annotations

import pytest

from shares.models import Ask, Remark
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def ask(house: House) -> Ask:
    return rows.request(house.ada, house.flights).asks.get(approver=house.dan)


def test_both_sides_ask_and_answer(house: House, ask: Ask) -> None:
    request_page, approval_page = f"/requests/{ask.request.public_id}/", f"/approvals/{ask.public_id}/"
    sent = rows.browser(house.dan).post(f"{approval_page}talk/", {"text": "For <b>whom</b>?"}, follow=True)
    assert "For &lt;b&gt;whom&lt;/b&gt;?" in sent.content.decode()
    answered = rows.browser(house.ada).post(f"{request_page}talk/", {"text": "The board."}, follow=True)
    page = answered.content.decode()
    assert page.index("whom") < page.index("The board.")
    assert house.dan.email not in page
    assert "The board." in rows.browser(house.bea).get(request_page).content.decode()
    assert "The board." not in rows.browser().get(approval_page).content.decode()


def test_nothing_said_is_refused_in_words(house: House, ask: Ask) -> None:
    page = rows.browser(house.ada).post(f"/requests/{ask.request.public_id}/talk/", {"text": " "}, follow=True)
    assert "Write what you want" in page.content.decode()
    assert not Remark.objects.exists()


def test_who_may_not(house: House, ask: Ask) -> None:
    path = f"/requests/{ask.request.public_id}/talk/"
    assert rows.browser(house.cy).post(path, {"text": "x"}).status_code == 404
    assert rows.browser(house.vic).post(path, {"text": "x"}).status_code == 403
    assert rows.browser(house.ada).get(path).status_code == 405
    assert rows.browser(house.ada).post(f"/approvals/{ask.public_id}/talk/", {"text": "x"}).status_code == 404
    assert not Remark.objects.exists()
