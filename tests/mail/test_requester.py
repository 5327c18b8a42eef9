"""What the requester hears at each turn: received, approved or declined, ready, failed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.mail.models import Outgoing
from portal.people import members
from portal.people.models import Membership
from shares import end_mails, mails, request_mails
from shares.models import Share
from shares.services import approvals, talk
from shares.services.mount import snippets
from tests.services.rows import Scene, tell_ready


def only(kind: str) -> Outgoing:
    return Outgoing.objects.get(kind=kind)


def test_received_says_that_somebody_was_asked(scene: Scene) -> None:
    request = scene.request()
    mail = only("received")
    assert (mail.to, mail.subject) == ("ada@ua.test", "We received your request for Flights")
    assert "The data owner was asked by mail just now." in mail.text
    assert "> On-time reporting for our board." in mail.text
    assert "http://firn.test" + reverse("request", args=[request.public_id]) in mail.text


def test_received_is_honest_when_nobody_can_be_asked(scene: Scene) -> None:
    scene.dan.is_active = scene.eve.is_active = False
    scene.dan.save()
    scene.eve.save()
    scene.request()
    assert "was asked by mail" not in only("received").text
    assert "look for somebody who may decide it" in only("received").text


def test_approved_names_the_approver_and_what_comes_next(scene: Scene) -> None:
    request = scene.request()
    approvals.decide(
        request, scene.dan, "approve", channel="session", revision=1, reason="Fine.\nHave fun.", vouch="I know them."
    )
    mail = only("approved")
    assert (mail.to, mail.subject) == ("ada@ua.test", "Approved: Flights for United")
    assert "Dan approved your request" in mail.text
    assert "> Fine.\n> Have fun." in mail.text
    assert "You get one more mail, with the SQL to run" in mail.text
    assert "Fine.<br>Have fun." in mail.html
    assert "/proof/" not in mail.text


def test_approved_for_an_account_that_is_not_proved_asks_for_the_proof(scene: Scene) -> None:
    request = scene.request()
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    mail = only("approved")
    page = "http://firn.test" + reverse("account-proof", args=[request.consumer_account.public_id])
    assert "let in only once you have proved that it is yours" in mail.text
    assert page in mail.text
    assert page in mail.html


def test_declined_gives_the_reason_and_the_way_to_ask_again(scene: Scene) -> None:
    request = scene.request()
    approvals.decide(request, scene.dan, "decline", channel="session", revision=1, reason="Too long a window.")
    mail = only("declined")
    assert mail.subject == "Declined: Flights for United"
    assert "The reason:\n\n> Too long a window." in mail.text
    assert "http://firn.test" + reverse("request-new") in mail.text
    assert "Nothing was shared." in mail.text
    assert not Outgoing.objects.filter(kind="approved").exists()


def test_declined_without_a_reason_says_so(scene: Scene) -> None:
    request = scene.request()
    approvals.decide(request, scene.dan, "decline", channel="session", revision=1)
    assert "No reason was given." in only("declined").text


def test_ready_has_the_sql_with_the_real_names(scene: Scene) -> None:
    request = scene.approved(datasets=[scene.flights, scene.fleet])
    tell_ready(request)
    mail = only("ready")
    share = scene.share_of(request)
    for snippet in snippets(share, [scene.flights, scene.fleet]):
        assert f"-- {snippet.title}\n{snippet.sql}\n" in mail.text
        assert snippet.sql in mail.html
    assert "http://firn.test" + reverse("share", args=[share.public_id]) in mail.text
    assert "mounted there already" not in mail.text
    assert mail.key == f"ready:{request.public_id}:ada@ua.test"


def test_ready_is_told_once_however_often_the_share_is_checked(scene: Scene) -> None:
    request = scene.approved()
    for _ in range(5):
        tell_ready(request)
    assert Outgoing.objects.filter(kind="ready").count() == 1


def test_failed_reaches_whose_requests_are_live(scene: Scene) -> None:
    share = scene.share_of(scene.approved())
    scene.approved(datasets=[scene.fleet], requester=scene.bea)
    mails.failed(share, "The view is gone.", "Staff look after it.", key="blocked:1:7")
    told = Outgoing.objects.filter(kind="failed")
    assert sorted(mail.to for mail in told) == ["ada@ua.test", "bea@ua.test"]
    for mail in told:
        assert "The view is gone." in mail.text
        assert "What happens next: Staff look after it." in mail.text


def test_failed_is_told_once_per_event(scene: Scene) -> None:
    share = scene.share_of(scene.approved())
    for key in ("blocked:1:7", "blocked:1:7", "blocked:1:8"):
        mails.failed(share, "x", "y", key=key)
    assert Outgoing.objects.filter(kind="failed").count() == 2


def test_who_left_gets_no_mail(scene: Scene) -> None:
    request = scene.request()
    scene.ada.is_active = False
    scene.ada.save()
    request.refresh_from_db()
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    assert not Outgoing.objects.filter(kind="approved").exists()


@pytest.mark.parametrize("kind", ["received", "ask", "approved", "ready", "failed", "alert", "ending"])
def test_every_mail_renders_with_the_longest_names(scene: Scene, kind: str) -> None:
    long = "Ünïted & <Sons> " * 7
    scene.united.name, scene.ada.name, scene.flights.name = long[:120], long[:120], long[:120]
    scene.ada.email = "a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + ".test"
    for row in (scene.united, scene.ada, scene.flights):
        row.save()
    scene.united.workspaces.update(name=long[:120])
    request = scene.approved(reason=long * 300)
    share = Share.data.get()
    tell_ready(request)
    mails.failed(share, long * 100, long, key="k" * 150)
    mails.alert(share, long * 10, long * 100, long, key="k" * 150)
    end_mails.ending(share)
    mail = only(kind)
    assert len(mail.key) <= 200
    assert len(mail.subject) <= 250
    assert "\n" not in mail.subject
    assert "{{" not in mail.text
    assert "<Sons>" not in mail.html


def leaves(scene: Scene) -> None:
    """Bea, who asked, belongs to the customer no longer."""
    members.remove(Membership.objects.get(user=scene.bea), scene.ada)
    Outgoing.objects.all().delete()


def heard() -> list[tuple[str, str]]:
    return sorted(Outgoing.objects.filter(kind__in=HERS).values_list("kind", "to"))


HERS = ("received", "approved", "declined", "ready", "failed", "expired", "remark")


@pytest.mark.parametrize(("answer", "kinds"), [("approve", ("approved", "ready")), ("decline", ("declined",))])
def test_when_the_requester_left_the_owners_hear_in_their_place(
    scene: Scene, answer: str, kinds: tuple[str, ...]
) -> None:
    request = scene.request(requester=scene.bea)
    leaves(scene)
    request = approvals.decide(request, scene.dan, answer, channel="session", revision=1)
    if request.state == "approved":
        tell_ready(request)
    assert heard() == [(kind, "ada@ua.test") for kind in kinds]


def test_what_the_requester_was_told_to_be_ready_is_not_told_to_the_owners_anew(scene: Scene) -> None:
    request = scene.approved(requester=scene.bea)
    tell_ready(request)
    members.remove(Membership.objects.get(user=scene.bea), scene.ada)
    tell_ready(request)
    Outgoing.objects.filter(kind="ready").update(key="done without")
    Share.objects.update(converged_at=timezone.now())
    tell_ready(request)
    assert heard() == [("approved", "bea@ua.test"), ("ready", "bea@ua.test"), ("received", "bea@ua.test")]


def test_what_failed_is_told_to_the_owners_when_whoever_asked_left(scene: Scene) -> None:
    share = scene.share_of(scene.approved(requester=scene.bea))
    leaves(scene)
    mails.failed(share, "The view is gone.", "Staff look after it.", key="blocked:1:7")
    assert heard() == [("failed", "ada@ua.test")]


def test_expiry_and_questions_reach_the_owners_when_whoever_asked_left(scene: Scene) -> None:
    request = scene.request(requester=scene.bea)
    leaves(scene)
    talk.say(request, scene.dan, "For which board?")
    request_mails.expired(request, 30)
    assert heard() == [("expired", "ada@ua.test"), ("remark", "ada@ua.test")]
