"""Alerts to the provider's superusers, and the end of a share to its owners."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from portal.people.models import Membership, Role
from shares import end_mails, mails
from shares.models import Share
from shares.services import grants
from tests.services.rows import Scene, person


def ended() -> Outgoing:
    return Outgoing.objects.get(kind="ending")


def test_an_alert_reaches_every_active_superuser_and_nobody_else(scene: Scene) -> None:
    person("gone@sky.test", is_superuser=True, is_active=False)
    person("fay@sky.test", is_superuser=True)
    share = scene.share_of(scene.approved())
    mails.alert(share, "Share needs you", "The schema is not ours.", "Rename it.", key="blocked:1:1")
    told = Outgoing.objects.filter(kind="alert")
    assert sorted(mail.to for mail in told) == ["eve@sky.test", "fay@sky.test"]
    for mail in told:
        assert mail.subject == "Share needs you"
        assert "What happened:\nThe schema is not ours." in mail.text
        assert "What to do:\nRename it." in mail.text
        assert f"http://firn.test/admin/shares/share/{share.pk}/change/" in mail.text
        assert "Customer    United" in mail.text


def test_an_alert_about_a_provider_account_links_to_it(scene: Scene) -> None:
    mails.alert(scene.east, "Cannot sign in", "Refused.", "Check the key.", key="stopped:1")
    mail = Outgoing.objects.get(kind="alert")
    assert f"http://firn.test/admin/shares/provideraccount/{scene.east.pk}/change/" in mail.text
    assert "Customer" not in mail.text


def test_an_alert_is_told_once_per_event(scene: Scene) -> None:
    for _ in range(3):
        mails.alert(scene.east, "Cannot sign in", "Refused.", "Check the key.", key="stopped:1")
    assert Outgoing.objects.filter(kind="alert").count() == 1


def test_an_alerts_subject_stays_one_line(scene: Scene) -> None:
    mails.alert(scene.east, "Broken\r\nBcc: x@evil.test", "a", "b", key="k")
    assert Outgoing.objects.get(kind="alert").subject == "Broken Bcc: x@evil.test"


def test_ending_tells_every_owner_until_when_it_can_be_undone(scene: Scene) -> None:
    owner = person("olga@ua.test")
    Membership.objects.create(organization=scene.united, user=owner, role=Role.OWNER)
    share = scene.share_of(scene.approved())
    grants.end(share, scene.ada, "We moved.")
    told = list(Outgoing.objects.filter(kind="ending").order_by("to"))
    assert [mail.to for mail in told] == ["ada@ua.test", "olga@ua.test"], "Bea is no owner"
    assert share.closes_at
    until = f"{share.closes_at.day} {share.closes_at:%b %Y, %H:%M} UTC"
    for mail in told:
        assert f"Until {until} an owner can undo this" in mail.text
        assert "Ada Lovelace ended it. The reason: “We moved.”" in mail.text


def test_a_window_that_closed_by_itself_cannot_be_undone(scene: Scene) -> None:
    share = scene.share_of(scene.approved())
    share.grants.update(valid_until=timezone.now() - timedelta(minutes=1))
    share.closes_at = timezone.now() + timedelta(days=7)
    end_mails.ending(share)
    assert "Its window has closed." in ended().text
    assert "undo" not in ended().text
    assert "ask again before that" in ended().text
    assert "http://firn.test/requests/new/" in ended().text


def test_a_share_that_ends_a_second_time_is_told_again(scene: Scene) -> None:
    share = scene.share_of(scene.approved())
    grants.end(share, scene.ada)
    grants.undo_end(share, scene.ada)
    Outgoing.objects.filter(kind="ending").update(key="ending:earlier")
    grants.end(Share.data.get(pk=share.pk), scene.ada)
    assert Outgoing.objects.filter(kind="ending").count() == 2


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_without_an_owner_whoever_asked_is_told(scene: Scene, role: Role) -> None:
    Membership.objects.filter(user=scene.ada).update(role=role)
    share = scene.share_of(scene.approved())
    grants.end(share, scene.eve)
    assert ended().to == "ada@ua.test"
