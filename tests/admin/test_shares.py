"""What staff may do to shares goes through the services, with a reason where the customer is hit."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone

from portal.audit.record import history
from shares.models import ConsumerAccount, Share
from shares.services import grants
from tests.admin.pages import act, change, listing, told
from tests.services.rows import Scene


@pytest.fixture
def share(scene: Scene) -> Share:
    return scene.share_of(scene.approved())


def test_reconcile_now_clears_the_block_and_is_on_record(eve: Client, scene: Scene, share: Share) -> None:
    Share.objects.update(blocked_at=timezone.now(), blocked_reason="x")
    assert told(act(eve, "reconcile_now", [share])) == [f"{share}: is looked at now."]
    share.refresh_from_db()
    assert share.blocked_at is None
    entry = history(share).first()
    assert entry
    assert (entry.action, entry.actor) == ("share.reconcile_asked", scene.eve)


@pytest.mark.parametrize("verb", ["suspend", "resume", "end", "keep"])
def test_what_hits_the_customer_is_asked_on_the_portals_own_page(
    eve: Client, scene: Scene, share: Share, verb: str
) -> None:
    other = Share.objects.create(
        organization=scene.united,
        provider_account=share.provider_account,
        consumer_account=ConsumerAccount.objects.create(
            organization=scene.united, snowflake_organization="O", account_name="A", region="AWS_US_EAST_1"
        ),
    )
    answer = act(eve, verb, [share, other])
    where, _, query = answer["Location"].partition("?")
    assert where == f"/shares/operate/{verb}/"
    assert sorted(parse_qs(query)["share"]) == sorted([str(share.public_id), str(other.public_id)])
    share.refresh_from_db()
    assert (share.suspended_at, share.closes_at) == (None, None)


def test_an_ending_is_shown_with_who_and_why(eve: Client, scene: Scene, share: Share) -> None:
    grants.end_by_provider(share, scene.eve, "Contract over.", 10)
    assert "Contract over." in eve.get(change(share)).content.decode()


def test_looking_is_not_acting(dan: Client, share: Share) -> None:
    assert "reconcile_now" not in dan.get(listing("share")).content.decode()
    act(dan, "suspend", [share], confirmed="yes", reason="x")
    share.refresh_from_db()
    assert share.suspended_at is None


@pytest.mark.parametrize("field", ["blocked_at", "suspended_at", "taken_back_at"])
def test_the_list_can_be_narrowed_to_trouble(eve: Client, share: Share, field: str) -> None:
    wanted = {f"{field}__isempty": "0"}
    assert share.name not in eve.get(listing("share"), wanted).content.decode()
    Share.objects.update(**{field: timezone.now()})
    assert share.name in eve.get(listing("share"), wanted).content.decode()
