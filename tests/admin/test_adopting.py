"""“Take over shares”: staff see what is there, the plan, and confirm what they saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.audit.models import AuditEntry
from shares.models import Adoption, ConsumerAccount, Share
from tests.services.rows import Scene
from tests.snowflake.before import Before
from tests.snowflake.world import Snowflake

FORM = {"days": "7", "reason": "The contract names it.", "vouch": "on"}


@pytest.fixture
def before(scene: Scene, snowflake: Snowflake) -> Iterator[Before]:
    found = Before(snowflake)
    yield found
    found.drop()


def path(scene: Scene, name: str = "") -> str:
    query = f"?share={name}&organization={scene.united.pk}" if name else ""
    return reverse("admin:shares_provideraccount_adopt", args=[scene.east.pk]) + query


def shown(client: Client, address: str) -> dict[str, Any]:
    context: Any = client.get(address).context
    return {"proposal": context["proposal"]}


def test_the_list_says_which_may_be_taken_over(eve: Client, scene: Scene, snowflake: Snowflake, before: Before) -> None:
    nobody = Before(snowflake, accounts="")
    page = eve.get(path(scene)).content.decode()
    assert f"?share={before.name}" in page
    assert f"?share={nobody.name}" not in page
    assert "Nobody reads it." in page
    nobody.drop()


def test_an_account_that_nobody_knows_needs_a_customer(eve: Client, scene: Scene, before: Before) -> None:
    page = eve.get(f"{path(scene)}?share={before.name}").content.decode()
    assert "Whose account is CARRIERUA.ANALYTICS?" in page
    assert "Take it over" not in page


def test_the_plan_is_shown_and_nothing_is_changed(
    eve: Client, scene: Scene, snowflake: Snowflake, before: Before
) -> None:
    since = snowflake.now()
    page = eve.get(path(scene, before.name)).content.decode()
    assert "MY_FLIGHTS" in page
    assert "CARRIER: UA" in page
    assert f"ALTER SHARE {before.name} SET COMMENT" in page
    assert "When the overlap is over" in page
    assert snowflake.changes_since(since) == []
    assert not Share.objects.exists()


def test_confirming_takes_it_over_on_record(eve: Client, scene: Scene, before: Before) -> None:
    digest = shown(eve, path(scene, before.name))["proposal"].digest
    response = eve.post(path(scene, before.name), {**FORM, "digest": digest})
    share = Share.data.get()
    assert response["Location"] == reverse("admin:shares_share_change", args=[share.pk])
    assert (share.name, share.organization) == (before.name, scene.united)
    entry = AuditEntry.objects.get(action="share.adopted")
    assert (entry.actor, entry.data["plan_digest"]) == (scene.eve, digest)
    assert ConsumerAccount.objects.get().proved_by == scene.eve
    assert Adoption.objects.get().confirmed_by == scene.eve


def test_what_changed_since_is_shown_anew(eve: Client, scene: Scene, snowflake: Snowflake, before: Before) -> None:
    digest = shown(eve, path(scene, before.name))["proposal"].digest
    snowflake.colleague.run(f"ALTER SHARE {before.name} SET COMMENT = 'another'")
    response = eve.post(path(scene, before.name), {**FORM, "digest": digest})
    assert response.status_code == 422
    assert "Look at it once more" in response.content.decode()
    assert "The contract names it." in response.content.decode()
    assert not Share.objects.exists()


@pytest.mark.parametrize("missing", ["reason", "vouch"])
def test_a_person_answers_for_it(eve: Client, scene: Scene, before: Before, missing: str) -> None:
    digest = shown(eve, path(scene, before.name))["proposal"].digest
    assert eve.post(path(scene, before.name), {**FORM, "digest": digest, missing: ""}).status_code == 422
    assert not Share.objects.exists()


def test_who_may_not_change_accounts_may_not_look(dan: Client, scene: Scene, before: Before) -> None:
    assert dan.get(path(scene)).status_code == 403
    assert dan.post(path(scene, before.name), FORM).status_code == 403
