"""Notices 14, 7 and 1 days before the end of a window: once each, to whom they concern, the latest only."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.audit.record import history
from portal.mail.models import Outgoing
from portal.people.models import Membership, Role
from shares.jobs import sweep
from shares.models import Share, ShareRequest
from shares.services import altering, approvals, grants, notices, pairs
from shares.services.altering import Alteration
from tests.services.rows import Scene, person

pytestmark = pytest.mark.django_db


def closing(scene: Scene, **left: float) -> Share:
    """A share of two datasets, granted a year ago, whose windows close after `left`."""
    share = scene.share_of(scene.approved(datasets=[scene.flights, scene.fleet]))
    now = timezone.now()
    share.grants.update(valid_from=now - timedelta(days=365), valid_until=now + timedelta(**left))
    return share


def later(share: Share, **span: float) -> None:
    """Time passes: the windows come nearer. What was told stays told of the same windows."""
    for grant in share.grants.all():
        assert grant.valid_until
        grant.valid_from -= timedelta(**span)
        grant.valid_until -= timedelta(**span)
        if grant.told_until:
            grant.told_until -= timedelta(**span)
        grant.save()


def told() -> list[str]:
    return list(Outgoing.objects.filter(kind="expiring").order_by("pk").values_list("to", flat=True))


def test_owners_members_and_the_requester_are_told_once_and_nobody_else() -> None:
    scene = Scene()
    vic, olga = person("vic@ua.test"), person("olga@ua.test")
    Membership.objects.create(organization=scene.united, user=vic, role=Role.VIEWER)
    Membership.objects.create(organization=scene.united, user=olga, role=Role.VIEWER)
    closing(scene, days=13)
    ShareRequest.objects.update(requester=olga)
    assert notices.send_due() == 1
    assert sorted(told()) == ["ada@ua.test", "bea@ua.test", "olga@ua.test"]
    assert notices.send_due() == 0
    assert len(told()) == 3


def test_whoever_left_the_customer_is_not_told() -> None:
    scene = Scene()
    closing(scene, days=13)
    Membership.objects.filter(user=scene.ada).delete()
    notices.send_due()
    assert told() == ["bea@ua.test"]


def test_one_mail_lists_all_datasets_with_their_last_days() -> None:
    scene = Scene()
    share = closing(scene, days=13)
    share.grants.filter(dataset=scene.fleet).update(valid_until=timezone.now() + timedelta(days=6))
    notices.send_due()
    mail = Outgoing.objects.get(kind="expiring", to="ada@ua.test")
    assert mail.subject == "Your share of Fleet and Flights ends in 6 days"
    for body in (mail.text, mail.html):
        assert f"/shares/{share.public_id}/renew/" in body
        for grant in share.grants.select_related("dataset"):
            assert grant.valid_until
            last = grant.valid_until - timedelta(microseconds=1)
            assert f"{grant.dataset.name}: last day {last.day} {last:%b %Y}" in body
    entry = history(share).first()
    assert entry
    assert (entry.action, entry.data["days"]) == ("share.expiry_told", 7)


def test_each_mark_is_told_and_after_a_pause_the_latest_only() -> None:
    scene = Scene()
    share = closing(scene, days=15)
    assert notices.send_due() == 0
    later(share, days=2)
    assert notices.send_due() == 1
    later(share, days=12.5)
    assert (notices.send_due(), notices.send_due()) == (1, 0)
    mails = Outgoing.objects.filter(kind="expiring", to="ada@ua.test").order_by("pk")
    assert [mail.subject for mail in mails] == [
        "Your share of Fleet and Flights ends in 13 days",
        "Your share of Fleet and Flights ends tomorrow",
    ]


def test_a_window_that_was_moved_is_told_anew() -> None:
    scene = Scene()
    share = closing(scene, days=13)
    notices.send_due()
    share.grants.update(valid_until=timezone.now() + timedelta(days=300))
    assert notices.send_due() == 0
    share.grants.update(valid_until=timezone.now() + timedelta(days=12))
    assert notices.send_due() == 1
    assert len(told()) == 4


@pytest.mark.parametrize("state", ["revoked", "over", "endless", "not begun", "fresh"])
def test_what_has_nothing_to_renew_is_not_told(state: str) -> None:
    scene = Scene()
    share = closing(scene, days=3)
    now = timezone.now()
    states: dict[str, dict[str, datetime | None]] = {
        "revoked": {"revoked_at": now},
        "over": {"valid_until": now - timedelta(seconds=1)},
        "endless": {"valid_until": None},
        "not begun": {"valid_from": now + timedelta(days=1)},
        "fresh": {"valid_from": now - timedelta(minutes=1), "valid_until": now + timedelta(hours=20)},
    }
    share.grants.update(**states[state])
    assert notices.send_due() == 0
    assert told() == []


def test_what_another_grant_carries_on_is_not_told() -> None:
    scene = Scene()
    share = closing(scene, days=6)
    longer = scene.approved(datasets=[scene.fleet])
    notices.send_due()
    assert share.grants.filter(request=longer).exists()
    assert Outgoing.objects.get(kind="expiring", to="ada@ua.test").subject == "Your share of Flights ends in 6 days"


def test_a_renewal_that_waits_is_said_and_once_it_is_granted_nothing_ends() -> None:
    scene = Scene()
    share = closing(scene, days=13)
    had = frozenset(pairs.granted(share, timezone.now()))
    renewal = altering.renew(Alteration(share, scene.ada, had, "Still needed.", date(2099, 1, 1), pairs.stamp(had)))
    notices.send_due()
    mail = Outgoing.objects.get(kind="expiring", to="bea@ua.test")
    for body in (mail.text, mail.html.replace("&#x27;", "'")):
        assert "waits for the data owner's answer" in body
        assert "Renew it" not in body
    approvals.decide(renewal, scene.dan, "approve", channel="session", revision=renewal.revision)
    later(share, days=7)
    notices.send_due()
    assert Outgoing.objects.filter(kind="expiring", to="bea@ua.test").count() == 1


def test_after_the_providers_ending_nobody_is_sent_to_renew() -> None:
    scene = Scene()
    share = closing(scene, days=300)
    grants.end_by_provider(share, scene.eve, "The contract is over.", 5)
    notices.send_due()
    mail = Outgoing.objects.get(kind="expiring", to="ada@ua.test")
    assert "The contract is over." in mail.text
    assert "renew the share now" not in mail.text
    assert "Renew it" not in mail.text


def test_the_sweeper_tells_and_asks_one_question_when_nothing_is_due() -> None:
    scene = Scene()
    closing(scene, days=13)
    sweep.sweep()
    assert len(told()) == 2
    with CaptureQueriesContext(connection) as captured:
        assert notices.send_due() == 0
    assert len(captured) == 1
