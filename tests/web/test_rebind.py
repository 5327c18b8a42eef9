"""The page on which an account is connected to another customer."""

from __future__ import annotations

import pytest
from django.test import Client

from shares.models import ConsumerAccount, Rebinding, Share
from shares.models.accounts import ProofKind
from shares.services import handshakes, rebinding
from tests.web import rows
from tests.web.rows import House

PASSWORD = "correct horse battery"


@pytest.fixture
def account(house: House) -> ConsumerAccount:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    return share.consumer_account


def path(account: ConsumerAccount, off: str = "") -> str:
    return f"/snowflake/{account.public_id}/customer/{off}"


def begin(client: Client, account: ConsumerAccount, house: House) -> int:
    return client.post(path(account), {"organization": house.dl.pk, "reason": "They moved out."}).status_code


def test_an_operator_begins_it_and_an_owner_calls_it_off(house: House, account: ConsumerAccount) -> None:
    operator = rows.person("op@skyledger.example", "Op", is_staff=True, staff_role="operator")
    client, owner = rows.browser(operator), rows.browser(house.ada)
    assert "Start connecting it" in client.get(path(account)).content.decode()
    assert client.post(path(account), {"organization": house.ua.pk, "reason": "x"}).status_code == 422
    assert begin(client, account, house) == 302
    assert "Carrier DL" in client.get(path(account)).content.decode()
    theirs = owner.get(path(account)).content.decode()
    assert "Call it off" in theirs
    assert "Carrier DL" not in theirs
    assert owner.post(path(account, "off/")).status_code == 302
    assert Rebinding.objects.get().called_off_by == house.ada
    after = owner.get(path(account)).content.decode()
    assert "<h1>CARRIERUA.ANALYTICS is yours</h1>" in after
    assert "Nobody is about to connect it to another customer." in after
    assert "connect to another customer</h1>" not in after


def test_colleagues_auditors_and_strangers(house: House, account: ConsumerAccount) -> None:
    rebinding.start(account, house.dl, house.eve, "They moved out.")
    auditor = rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor")
    for user, status in ((house.bea, 403), (house.vic, 403), (auditor, 403), (house.dan, 404), (house.cy, 404)):
        client = rows.browser(user)
        assert client.get(path(account)).status_code == status
        assert client.post(path(account), {"organization": house.dl.pk, "reason": "x"}).status_code == status
        assert client.post(path(account, "off/")).status_code == status
    assert begin(rows.browser(house.ada), account, house) == 403, "an owner does not begin it"
    assert rows.browser(house.eve).get(path(account, "off/")).status_code == 405
    assert rows.browser(house.eve).delete(path(account)).status_code == 405
    assert rebinding.of_account(account)


def test_it_asks_anew_who_one_is(house: House, account: ConsumerAccount) -> None:
    house.eve.set_password(PASSWORD)
    house.eve.save()
    client = rows.browser(house.eve)
    assert client.get(path(account)).headers["Location"].startswith("/accounts/reauthenticate/")
    assert begin(client, account, house) == 302
    assert not Rebinding.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert begin(client, account, house) == 302
    assert Rebinding.objects.get().asked_by == house.eve


def test_the_administration_leads_there(house: House, account: ConsumerAccount) -> None:
    page = rows.browser(house.eve).get(f"/admin/shares/consumeraccount/{account.pk}/change/").content.decode()
    assert path(account) in page


def test_the_customer_before_sees_nothing_of_the_new_one_s_proof(house: House, account: ConsumerAccount) -> None:
    share = Share.data.get(consumer_account=account)
    mine = (f"/requests/{share.grants.get().request.public_id}/", f"/shares/{share.public_id}/evidence/")
    ConsumerAccount.objects.filter(pk=account.pk).update(organization=house.dl, proof=ProofKind.NONE, proved_at=None)
    account.refresh_from_db()
    carrier = handshakes.start(account, share.provider_account, house.cy).share
    Share.objects.filter(pk=carrier.pk).update(converged_at=share.converged_at)
    owner = rows.browser(house.ada)
    for path in mine:
        assert carrier.name not in owner.get(path).content.decode()
    handshakes.mark_proved(account, ProofKind.HANDSHAKE, house.cy, "Cyrus Secret read the code in it.")
    for path in mine:
        assert "Cyrus Secret" not in owner.get(path).content.decode()
