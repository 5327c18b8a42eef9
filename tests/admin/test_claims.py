"""“Which portal?”: staff see what was found in a provider account, and decide with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import AuditEntry
from shares.core import claims as words
from shares.models import AccountClaim
from shares.services import claims
from tests.admin.pages import change
from tests.services.rows import Scene
from tests.snowflake.world import Snowflake


def claim(scene: Scene) -> str:
    return reverse("admin:shares_provideraccount_claim", args=[scene.east.pk])


@pytest.fixture
def doubted(scene: Scene, snowflake: Snowflake) -> None:
    """Somebody else's epoch stands in the account, and the work there has stopped."""
    with pytest.raises(claims.AccountInDoubt):
        claims.compare(scene.east, comment())
    snowflake.colleague.run(f"COMMENT ON DATABASE FIRN_OUT IS '{comment()}'")


def comment() -> str:
    return words.write("firn", settings.FIRN_INSTANCE, words.Epoch(10**9, "a" * 16))


def test_an_account_without_doubt_says_so(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    page = eve.get(claim(scene)).content.decode()
    assert "Nothing speaks against this portal" in page
    assert "This portal is the one" not in page


@pytest.mark.usefixtures("doubted")
def test_the_page_shows_what_was_found(eve: Client, scene: Scene) -> None:
    page = eve.get(claim(scene)).content.decode()
    assert "The account was changed at epoch 1000000000" in page
    assert "firn.test" in page
    assert "Leave it" in page
    assert claim(scene) in eve.get(change(scene.east)).content.decode()


@pytest.mark.usefixtures("doubted")
def test_a_decision_wants_a_reason(eve: Client, scene: Scene) -> None:
    assert eve.post(claim(scene), {"reason": " "}).status_code == 422
    assert AccountClaim.objects.get().doubted_at


@pytest.mark.usefixtures("doubted")
def test_the_portal_takes_the_account(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    assert eve.post(claim(scene), {"reason": "The other is switched off."}).status_code == 302
    entry = AuditEntry.objects.get(action="account.taken")
    assert (entry.actor, entry.data["reason"]) == (scene.eve, "The other is switched off.")
    assert AccountClaim.objects.get().doubted_at is None
    (row,) = snowflake.colleague.run("SHOW DATABASES LIKE 'FIRN_OUT'")
    assert f":{entry.pk}:{entry.mac[:16]}" in row["comment"]
    assert "a" * 16 not in row["comment"]
    claims.compare(scene.east, row["comment"])


def test_without_a_doubt_nothing_is_taken(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    assert eve.post(claim(scene), {"reason": "Just so."}).status_code == 200
    assert not AuditEntry.objects.filter(action="account.taken").exists()


@pytest.mark.usefixtures("doubted")
def test_who_may_not_change_accounts_is_refused(dan: Client, scene: Scene) -> None:
    assert dan.get(claim(scene)).status_code == 403
    assert dan.post(claim(scene), {"reason": "Mine."}).status_code == 403
    assert Client().get(claim(scene)).status_code == 302
    assert AccountClaim.objects.get().doubted_at


def test_an_account_that_is_not_there(eve: Client, scene: Scene) -> None:
    assert eve.get(reverse("admin:shares_provideraccount_claim", args=[scene.east.pk + 9])).status_code == 404


def test_a_refused_sign_in_is_told(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    type(scene.east).objects.update(breaker_until=timezone.now() + timedelta(minutes=5), breaker_reason="JWT")
    page = eve.get(claim(scene), follow=True)
    assert "JWT" in page.content.decode()
