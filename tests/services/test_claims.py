"""What speaks against this portal, from its own rows and what an account shows."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.mail.models import Outgoing
from shares.core import claims as words
from shares.models import AccountClaim, ProviderAccount
from shares.services import claims
from tests.services import rows


@pytest.fixture
def account(db: None) -> ProviderAccount:
    scene = rows.Scene()
    record("test.began", target=scene.east)
    return scene.east


def comment(number: int, mac: str) -> str:
    return words.write("firn", django_settings.FIRN_INSTANCE, words.epoch(number, mac))


def found(account: ProviderAccount, text: str, *marks: str) -> str:
    doubt = claims.doubt_in(claims.claim_of(account), text, marks)
    return doubt.code if doubt else ""


def test_an_account_that_nobody_took_is_free(account: ProviderAccount) -> None:
    assert found(account, "firn") == ""


def test_an_epoch_of_our_own_log_is_ours_however_old(account: ProviderAccount) -> None:
    first = AuditEntry.objects.last()
    assert first
    record("test.later")
    assert found(account, comment(first.pk, first.mac)) == ""


def test_a_number_beyond_our_log_is_newer(account: ProviderAccount) -> None:
    newest = AuditEntry.objects.first()
    assert newest
    assert found(account, comment(newest.pk + 1, newest.mac)) == "newer"


def test_another_entry_under_a_number_of_ours_is_another_portals(account: ProviderAccount) -> None:
    newest = AuditEntry.objects.first()
    assert newest
    assert found(account, comment(newest.pk, newest.mac[::-1])) == "other"


def test_a_mark_that_no_share_has(account: ProviderAccount) -> None:
    assert found(account, "firn", "0" * 32) == "unknown"
    AccountClaim.objects.update(accepted=["0" * 32])
    assert found(account, "firn", "0" * 32) == ""
    assert found(account, "firn", "0" * 32, "1" * 32) == "unknown"


def test_another_address(account: ProviderAccount, settings: Settings) -> None:
    claims.refuse_when_in_doubt(account)
    settings.PUBLIC_BASE_URL = "https://staging.test"
    with pytest.raises(claims.AccountInDoubt, match=r"firn\.test, but the portal runs as staging\.test"):
        claims.refuse_when_in_doubt(account)


def test_one_alert_and_one_entry_per_doubt(account: ProviderAccount) -> None:
    for _ in range(3):
        with pytest.raises(claims.AccountInDoubt):
            claims.compare(account, comment(10**9, "a" * 64))
    assert Outgoing.objects.filter(kind="alert").count() == 1
    assert AuditEntry.objects.filter(action="account.doubted").count() == 1
    claims.judge(account, "firn", [])
    assert AccountClaim.objects.get().doubted_at is None
    with pytest.raises(claims.AccountInDoubt):
        claims.compare(account, comment(10**9, "b" * 64))
    assert Outgoing.objects.filter(kind="alert").count() == 2


def test_while_in_doubt_a_look_that_shows_nothing_wrong_does_not_free_it(account: ProviderAccount) -> None:
    with pytest.raises(claims.AccountInDoubt):
        claims.judge(account, "firn", ["0" * 32])
    with pytest.raises(claims.AccountInDoubt):
        claims.refuse_when_in_doubt(account)
