"""The page on which a customer proves an account, and the same card on the tracker."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from shares.models import ConsumerAccount, Handshake, Share, ShareRequest
from shares.models.accounts import ProofKind
from shares.models.shares import Purpose
from shares.services import codes, handshakes
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def asked(house: House) -> ShareRequest:
    return rows.request(house.ada, house.flights)


@pytest.fixture
def code(house: House, asked: ShareRequest) -> str:
    """A code that has arrived in the account."""
    handshake = handshakes.start(asked.consumer_account, asked.provider_account, house.ada)
    Share.objects.filter(purpose=Purpose.HANDSHAKE).update(converged_at=timezone.now())
    return codes.proof_code(handshake)


def path(asked: ShareRequest, verb: str = "") -> str:
    return f"/snowflake/{asked.consumer_account.public_id}/proof/{verb}"


def plain(text: str) -> str:
    return re.sub("<[^>]+>", "", text)


def test_it_shows_what_to_run_and_never_the_code(house: House, asked: ShareRequest, code: str) -> None:
    share = Share.objects.get(purpose=Purpose.HANDSHAKE)
    for address in (path(asked), f"/requests/{asked.public_id}/"):
        page = plain(rows.browser(house.bea).get(address).content.decode())
        assert f"CREATE DATABASE FIRN_PROOF FROM SHARE {share.provider_account.identifier}.{share.name};" in page
        assert f"SELECT CODE FROM FIRN_PROOF.{share.name}.PROOF;" in page
        assert code not in page
        assert codes.cleaned(code) not in page


def test_the_right_code_proves_it_and_leads_to_the_request(house: House, asked: ShareRequest, code: str) -> None:
    answer = rows.browser(house.bea).post(path(asked), {"code": code}, follow=True)
    assert answer.request["PATH_INFO"] == f"/requests/{asked.public_id}/"
    assert "Proved: CARRIERUA.ANALYTICS is yours." in answer.content.decode()
    assert ConsumerAccount.objects.get().proof == ProofKind.HANDSHAKE


def test_a_wrong_code_keeps_what_was_typed_and_says_what_is_left(house: House, asked: ShareRequest, code: str) -> None:
    answer = rows.browser(house.ada).post(path(asked), {"code": "AAAAA-BBBBB"})
    assert answer.status_code == 422
    assert "4 tries are left" in answer.content.decode()
    assert 'value="AAAAA-BBBBB"' in answer.content.decode()


def test_an_empty_field_costs_no_try(house: House, asked: ShareRequest, code: str) -> None:
    assert rows.browser(house.ada).post(path(asked), {"code": ""}).status_code == 422
    assert Handshake.objects.get().failures == 0


def test_on_its_way_it_is_polled_as_a_part(house: House, asked: ShareRequest) -> None:
    handshakes.start(asked.consumer_account, asked.provider_account, house.ada)
    part = rows.htmx(house.ada).get(path(asked)).content.decode()
    assert "on its way" in part
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part


def test_a_viewer_reads_but_does_not_answer(house: House, asked: ShareRequest, code: str) -> None:
    page = rows.browser(house.vic).get(path(asked))
    assert page.status_code == 200
    assert 'name="code"' not in page.content.decode()
    assert rows.browser(house.vic).post(path(asked), {"code": code}).status_code == 403
    assert rows.browser(house.eve).post(path(asked), {"code": code}).status_code == 403
    assert not ConsumerAccount.objects.get().is_proved


@pytest.mark.parametrize("verb", ["", "new/", "look/"])
def test_strangers_find_nothing(house: House, asked: ShareRequest, code: str, verb: str) -> None:
    assert rows.browser(house.cy).post(path(asked, verb), {"code": code}).status_code == 404
    assert not ConsumerAccount.objects.get().is_proved


@pytest.mark.parametrize("verb", ["new/", "look/"])
def test_asking_takes_a_post_of_a_member(house: House, asked: ShareRequest, code: str, verb: str) -> None:
    assert rows.browser(house.ada).get(path(asked, verb)).status_code == 405
    assert rows.browser(house.vic).post(path(asked, verb)).status_code == 403


def test_a_new_code_can_be_sent(house: House, asked: ShareRequest, code: str) -> None:
    page = rows.browser(house.ada).post(path(asked, "new/"), follow=True).content.decode()
    assert "A new code is on its way" in page
    with pytest.raises(handshakes.WrongCode):
        handshakes.answer(asked.consumer_account, code, house.ada)


def test_without_a_code_one_can_be_had(house: House, asked: ShareRequest) -> None:
    page = rows.browser(house.ada).get(path(asked)).content.decode()
    assert "Put a code into CARRIERUA.ANALYTICS" in page
    assert 'name="code"' not in page


def test_once_proved_it_says_by_what_and_by_whom(house: House, asked: ShareRequest, code: str) -> None:
    handshakes.answer(asked.consumer_account, code, house.bea)
    page = rows.browser(house.vic).get(path(asked)).content.decode()
    assert "proved by a one-time code" in page
    assert "Bea" in page
    assert "proof-title" not in rows.browser(house.ada).get(f"/requests/{asked.public_id}/").content.decode()


def test_a_share_that_waits_for_it_says_so(house: House, asked: ShareRequest) -> None:
    rows.approved(asked, house.dan)
    ConsumerAccount.objects.update(proof=ProofKind.NONE, proved_at=None)
    assert "Waiting for proof" in rows.browser(house.ada).get("/shares/").content.decode()
