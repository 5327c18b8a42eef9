"""What staff may do to shares goes through the services, with a reason where the customer is hit."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from portal.audit.record import history
from shares.models import Share
from tests.admin.pages import act, listing, told
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


@pytest.mark.parametrize("action", ["suspend", "end"])
def test_what_hits_the_customer_is_asked_first(eve: Client, share: Share, action: str) -> None:
    page = act(eve, action, [share])
    assert page.status_code == 200
    assert "The objects leave the share at once." in page.content.decode()
    share.refresh_from_db()
    assert (share.suspended_at, share.closes_at) == (None, None)


@pytest.mark.parametrize("action", ["suspend", "end"])
def test_it_needs_a_reason(eve: Client, share: Share, action: str) -> None:
    page = act(eve, action, [share], confirmed="yes", reason="  ")
    assert "This field is required." in page.content.decode()
    share.refresh_from_db()
    assert (share.suspended_at, share.closes_at) == (None, None)


def test_suspend_and_resume(eve: Client, share: Share) -> None:
    assert told(act(eve, "suspend", [share], confirmed="yes", reason="Checking.")) == [f"{share}: is suspended."]
    share.refresh_from_db()
    assert share.suspended_at
    assert "comes back" in told(act(eve, "resume", [share]))[-1]
    share.refresh_from_db()
    assert share.suspended_at is None


def test_end_revokes_the_grants_with_the_reason(eve: Client, scene: Scene, share: Share) -> None:
    act(eve, "end", [share], confirmed="yes", reason="Contract over.")
    grant = share.grants.get()
    assert (grant.revoked_by, grant.revoke_reason) == (scene.eve, "Contract over.")


def test_a_refusal_is_told_in_words(eve: Client, share: Share) -> None:
    assert told(act(eve, "resume", [share])) == [f"{share}: It is not suspended."]


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
