"""Several requests read and decided on one page."""

from __future__ import annotations

from typing import Any

import pytest

from portal.people.models import User
from shares.models import Ask, DatasetColumn, Share, ShareRequest, Vote
from shares.models.accounts import ProofKind
from shares.services import handshakes
from tests.services.rows import overwrite
from tests.web import rows
from tests.web.rows import House

PATH = "/approvals/"


@pytest.fixture
def waiting(house: House) -> list[Ask]:
    """Three for Dan, into accounts that are proved."""
    return [ask(house, f"CARRIERUA.NUMBER{number}") for number in range(3)]


def ask(house: House, name: str, *, proved: bool = True) -> Ask:
    account = rows.account(house.ua, name)
    made = rows.request(house.ada, house.flights, to=account)
    if proved:
        handshakes.mark_proved(account, ProofKind.VOUCHED, house.eve, "From the contract.")
    return made.asks.get()


def send(user: User, *asks: Ask, **fields: str) -> Any:
    return rows.browser(user).post(PATH, {"asks": [str(item.public_id) for item in asks], **fields}, follow=True)


def states() -> list[str]:
    return list(ShareRequest.objects.order_by("pk").values_list("state", flat=True))


def test_everything_to_decide_on_stands_there_and_nothing_is_ticked(house: House, waiting: list[Ask]) -> None:
    page = rows.browser(house.dan).get(PATH).content.decode()
    for item in waiting:
        assert str(item.request.consumer_account) in page
        assert item.request.short_digest in page
    assert "CREATE" in page
    assert "checked" not in page
    assert not Vote.objects.exists()


def test_what_is_ticked_is_decided_and_the_rest_waits(house: House, waiting: list[Ask]) -> None:
    page = send(house.dan, *waiting[:2], answer="approve", reason="All fine.").content.decode()
    assert "2 answers count." in page
    assert states() == ["approved", "approved", "submitted"]
    assert {vote.reason for vote in Vote.objects.all()} == {"All fine."}
    assert Share.data.filter(grants__isnull=False).count() == 2


def test_declining_several(house: House, waiting: list[Ask]) -> None:
    send(house.dan, *waiting, answer="decline", reason="Not now.")
    assert states() == ["declined"] * 3


def test_one_that_cannot_be_decided_keeps_none_of_the_others_from_it(house: House, waiting: list[Ask]) -> None:
    ShareRequest.objects.filter(pk=waiting[0].request_id).update(requester=house.dan)
    page = send(house.dan, *waiting, answer="approve").content.decode()
    assert "Nobody decides their own request." in page
    assert "2 answers count." in page
    assert states() == ["submitted", "approved", "approved"]


def test_without_an_answer_or_a_tick_nothing_happens_and_nothing_is_lost(house: House, waiting: list[Ask]) -> None:
    response = send(house.dan, waiting[1], reason="Typed with care")
    assert response.status_code == 422
    page = response.content.decode()
    assert f'value="{waiting[1].public_id}" checked' in page
    assert "Typed with care" in page
    assert "Choose approve or decline." in page
    assert "Tick at least one request." in send(house.dan, answer="approve").content.decode()
    assert set(states()) == {"submitted"}


def test_an_account_that_is_not_proved_wants_its_own_page(house: House) -> None:
    alone = ask(house, "CARRIERUA.UNKNOWN", proved=False)
    page = rows.browser(house.dan).get(PATH).content.decode()
    assert "The account is not proved: open it to decide." in page
    assert f'value="{alone.public_id}"' not in page
    assert send(house.dan, alone, answer="approve").status_code == 422
    assert states() == ["submitted"]


def test_personal_data_wants_its_own_page(house: House, waiting: list[Ask]) -> None:
    DatasetColumn.objects.filter(name="ORIGIN").update(is_personal=True)
    overwrite(house.flights)
    assert "It asks for personal data: open it to decide." in rows.browser(house.dan).get(PATH).content.decode()
    assert send(house.dan, *waiting, answer="approve").status_code == 422
    assert set(states()) == {"submitted"}


def test_nobody_answers_what_others_were_asked(house: House, waiting: list[Ask]) -> None:
    for user in (house.ada, house.cy, house.eve):
        assert send(user, *waiting, answer="approve").status_code == 422
    assert rows.browser(house.dan).put(PATH).status_code == 405
    assert set(states()) == {"submitted"}
