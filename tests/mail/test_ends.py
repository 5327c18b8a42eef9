"""The mails about an end: what each says, to whom, and that nothing typed can pass for a part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from shares import end_mails, mails
from shares.models import Incident, Share
from shares.services import grants, notices
from tests.services.rows import Scene

Act = Callable[[Scene, Share], object]


def expire(scene: Scene, share: Share) -> None:
    now = timezone.now()
    share.grants.update(valid_from=now - timedelta(days=99), valid_until=now + timedelta(hours=20))
    notices.send_due()


def kept(scene: Scene, share: Share) -> None:
    grants.end_by_provider(share, scene.eve, "Over.", 5)
    grants.keep(share, scene.eve)


def resumed(scene: Scene, share: Share) -> None:
    grants.suspend(share, scene.eve, "Checking.")
    grants.resume(share, scene.eve)


def missed(scene: Scene, share: Share) -> None:
    now = timezone.now()
    found = Incident(share=share, code="x", words="A <b> is gone.", what_to_do="Do it.", opened_at=now, seen_at=now)
    found.save()
    mails.incident(found)


MAILS: dict[str, tuple[Act, str]] = {
    "expiring": (expire, "ends tomorrow"),
    "announced-end": (lambda scene, share: grants.end_by_provider(share, scene.eve, "A <b> reason.", 5), "ends on"),
    "kept": (kept, "stays"),
    "suspended": (lambda scene, share: grants.suspend(share, scene.eve, "A <b> reason."), "is closed for now"),
    "resumed": (resumed, "opens again"),
    "incident": (missed, "is gone"),
}


def test_its_times_are_in_utc_wherever_the_person_is_who_acts(scene: Scene) -> None:
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        request = scene.approved()
        grants.end_by_provider(scene.share_of(request), scene.eve, "Over.", 5)

    assert request.decided_at is not None
    approved = Outgoing.objects.get(kind="approved")
    for body in (approved.text, approved.html):
        assert f"{request.decided_at.astimezone(UTC):%H:%M} UTC" in body
    ends = timezone.now().astimezone(UTC) + timedelta(days=5)
    assert f"ends on {ends.day} {ends:%b %Y}" in Outgoing.objects.get(kind="announced-end", to="ada@ua.test").subject


@pytest.mark.parametrize("kind", MAILS)
def test_it_says_in_its_subject_what_happens_and_links_to_the_share(scene: Scene, kind: str) -> None:
    act, subject = MAILS[kind]
    share = scene.share_of(scene.approved())
    act(scene, share)
    mail = Outgoing.objects.get(kind=kind, to="ada@ua.test")
    assert subject in mail.subject
    for body in (mail.text, mail.html):
        assert "Hello Ada Lovelace" in body
        assert f"http://firn.test/shares/{share.public_id}/" in body
    assert "<b> reason" not in mail.html
    assert "<b> is gone" not in mail.html


@pytest.mark.parametrize("kind", MAILS)
def test_long_and_odd_names_break_nothing(scene: Scene, kind: str) -> None:
    long = "Ünïted & <Sons> " * 7
    scene.united.name, scene.ada.name, scene.flights.name = long[:120], long[:120], long[:120]
    for row in (scene.united, scene.ada, scene.flights):
        row.save()
    MAILS[kind][0](scene, scene.share_of(scene.approved()))
    mail = Outgoing.objects.get(kind=kind, to="ada@ua.test")
    assert len(mail.subject) <= 250
    assert "\n" not in mail.subject
    assert "{{" not in mail.text
    assert "<Sons>" not in mail.html


def test_the_end_of_a_notice_and_of_a_closed_share_name_whom_to_ask(scene: Scene) -> None:
    share = scene.share_of(scene.approved())
    grants.suspend(share, scene.eve, "Checking.")
    grants.end_by_provider(share, scene.eve, "Over.", 5)
    for kind in ("suspended", "announced-end"):
        mail = Outgoing.objects.get(kind=kind, to="bea@ua.test")
        assert "write to support@" in mail.text
        assert "write to support@" in mail.html


def test_an_ending_by_the_provider_offers_no_undo_to_the_customer(scene: Scene) -> None:
    share = scene.share_of(scene.approved())
    grants.end_by_provider(share, scene.eve, "Over.", 0)
    mail = Outgoing.objects.get(kind="ending")
    assert "an owner can undo" not in mail.text
    assert "the data provider can take this back: write to support@" in mail.text
    end_mails.ending(Share.objects.get(pk=share.pk))
    assert Outgoing.objects.filter(kind="ending").count() == 1
