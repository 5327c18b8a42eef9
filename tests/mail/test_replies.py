"""Deciding by answering the mail: exactly the valid answers are held, and only what nobody takes back counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.mail import receive
from portal.mail.models import Incoming, Outgoing
from portal.people.models import User
from shares.models import Ask, DatasetColumn, HeldReply, ShareRequest, Vote
from shares.services import approvals, entitling, replies, reply_rules, requests
from tests.mail import letters
from tests.mail.letters import Reply
from tests.services.rows import Scene, overwrite, person, view


@pytest.fixture(autouse=True)
def _on(settings: Settings) -> None:
    settings.FIRN_REPLIES = True
    settings.FIRN_REPLY_ADDRESS = "firn@firn.test"
    settings.FIRN_AUTHSERV_ID = letters.SERVER


@pytest.fixture
def asked(scene: Scene) -> ShareRequest:
    """A request of a proved account for one more dataset, which Dan alone decides."""
    scene.approved()
    return scene.request(datasets=[scene.fleet])


def ask_of(request: ShareRequest) -> Ask:
    return request.asks.get(revision=request.revision)


def to(request: ShareRequest) -> str:
    return reply_rules.address_of(ask_of(request))


def wait_over() -> None:
    HeldReply.objects.filter(settled_at=None).update(due_at=timezone.now() - timedelta(seconds=1))


def told(kind: str) -> list[Outgoing]:
    return list(Outgoing.objects.filter(kind=kind))


def test_of_over_two_hundred_replies_exactly_the_valid_ones_are_taken(scene: Scene, asked: ShareRequest) -> None:
    scene.flights.approvers.add(person("deb@sky.test", "Deb"))
    scene.flights.approvers.remove(scene.dan)
    foreign = ask_of(scene.request(requester=scene.bea, datasets=[scene.flights], valid_until=None))
    others = (reply_rules.address_of(foreign),)
    good, bad = list(letters.valid(to(asked))), list(letters.hostile(to(asked), others))
    assert len(bad) >= 200
    votes = Vote.objects.count()
    for number, reply in enumerate(good):
        assert receive.take(reply.raw(number)) == receive.TAKEN, reply
        assert replies.undo(ask_of(asked))
        assert receive.take(reply.raw(number)) == "seen before"
    taken = [reply for number, reply in enumerate(bad, start=1000) if receive.take(reply.raw(number)) == receive.TAKEN]
    assert taken == []
    assert HeldReply.objects.count() == len(good)
    assert Vote.objects.count() == votes
    asked.refresh_from_db()
    assert asked.is_open


def test_each_thread_hears_once_that_it_was_not_understood_and_strangers_never(asked: ShareRequest) -> None:
    for number, sender in enumerate(["dan@sky.test", "dan@sky.test", "mallory@evil.test", "dan@sky.test"]):
        receive.take(Reply(to(asked), body="Hm.", sender=sender).raw(number))
    receive.take(Reply(to(asked), more=(("Auto-Submitted", "auto-replied"),)).raw(9))
    assert [mail.to for mail in told("not-understood")] == ["dan@sky.test"]
    assert Incoming.objects.count() == 5


def test_a_reply_is_held_told_and_counts_after_ten_minutes(asked: ShareRequest) -> None:
    receive.take(Reply(to(asked)).raw(1))
    held = HeldReply.objects.get()
    assert timedelta(minutes=9) < held.due_at - timezone.now() <= timedelta(minutes=10)
    assert replies.carry_out_due() == 0
    assert "read as: approve" in told("reply-held")[0].text
    wait_over()
    assert replies.carry_out_due() == 1
    assert replies.carry_out_due() == 0
    asked.refresh_from_db()
    assert asked.state == "approved"
    assert Vote.objects.get(request=asked).channel == "reply"


def test_a_refusal_carries_its_reason(asked: ShareRequest) -> None:
    receive.take(Reply(to(asked), body="Decline: they have not paid.\r\n> approve").raw(1))
    wait_over()
    replies.carry_out_due()
    asked.refresh_from_db()
    assert (asked.state, asked.decision_reason) == ("declined", "they have not paid.")


def test_undo_by_mail_takes_it_back(asked: ShareRequest) -> None:
    receive.take(Reply(to(asked)).raw(1))
    assert receive.take(Reply(to(asked), body="undo").raw(2)) == receive.TAKEN
    wait_over()
    assert replies.carry_out_due() == 0
    assert not Vote.objects.filter(request=asked).exists()


def test_a_second_reply_waits_for_nothing(asked: ShareRequest) -> None:
    receive.take(Reply(to(asked)).raw(1))
    assert receive.take(Reply(to(asked), body="decline: no").raw(2)) == "an earlier reply waits"


def test_what_was_decided_on_the_page_meanwhile_stays(scene: Scene, asked: ShareRequest) -> None:
    receive.take(Reply(to(asked)).raw(1))
    approvals.decide(asked, scene.dan, "decline", channel="session", revision=1, reason="No.")
    wait_over()
    replies.carry_out_due()
    asked.refresh_from_db()
    assert asked.state == "declined"
    assert "Already declined" in told("reply-void")[0].text


def test_a_plan_that_moved_meanwhile_is_asked_again(scene: Scene, asked: ShareRequest) -> None:
    receive.take(Reply(to(asked)).raw(1))
    view(scene.fleet, "MORE")
    overwrite(scene.fleet)
    wait_over()
    replies.carry_out_due()
    asked.refresh_from_db()
    assert (asked.state, asked.revision) == ("submitted", 2)
    assert "has changed since you were asked" in told("reply-void")[0].text


def test_an_old_revisions_address_is_void(scene: Scene, asked: ShareRequest) -> None:
    old = to(asked)
    view(scene.fleet, "MORE")
    overwrite(scene.fleet)
    with pytest.raises(approvals.PlanChanged):
        approvals.decide(asked, scene.dan, "approve", channel="session", revision=1)
    assert receive.take(Reply(old).raw(1)) == "decided or changed already"


@pytest.mark.parametrize("why", ["unproved", "personal", "flagged", "several"])
def test_some_questions_are_never_decided_by_mail(scene: Scene, why: str) -> None:
    if why != "unproved":
        scene.approved()
    if why == "personal":
        view(scene.fleet, "PASSENGERS", "CARRIER EMAIL")
        overwrite(scene.fleet)
    if why == "flagged":
        DatasetColumn.objects.filter(object__dataset=scene.fleet, name="ORIGIN").update(is_personal=True)
        overwrite(scene.fleet)
    if why == "several":
        scene.fleet.approvers.set([person("deb@sky.test", "Deb")])
        view(scene.flights, "MORE")
        overwrite(scene.flights)
    fields = {"datasets": [scene.flights, scene.fleet]} if why == "several" else {"datasets": [scene.fleet]}
    request = scene.request(**fields)
    assert reply_rules.obstacle(request)
    mail = Outgoing.objects.filter(kind="ask", key__contains=str(request.public_id)).first()
    assert mail
    assert "Reply-To" not in mail.headers
    assert "Or answer this mail" not in mail.text


def test_the_mail_that_asks_says_how_to_answer_and_where_to(asked: ShareRequest) -> None:
    mail = Outgoing.objects.get(kind="ask", key__contains=str(asked.public_id))
    assert mail.headers["Reply-To"] == to(asked)
    assert len(mail.headers["Reply-To"].partition("@")[0]) <= 64
    assert "Or answer this mail" in mail.text
    assert "Or answer this mail" in mail.html


def test_off_nothing_is_taken_and_nothing_offered(scene: Scene, asked: ShareRequest, settings: Settings) -> None:
    address = to(asked)
    settings.FIRN_REPLIES = False
    assert receive.take(Reply(address).raw(1)) == "replies are off"
    assert to(asked) == ""


def test_all_mails_about_a_request_hang_on_one_thread(scene: Scene, asked: ShareRequest) -> None:
    requests.withdraw(asked, scene.ada)
    mails = Outgoing.objects.filter(key__contains=str(asked.public_id))
    assert len({mail.kind for mail in mails}) >= 2
    root = f"<request-{asked.public_id.hex}@localhost>"
    assert {mail.headers["References"] for mail in mails} == {root}
    assert {mail.headers["In-Reply-To"] for mail in mails} == {root}


def test_an_answer_that_fails_keeps_no_other_waiting(
    scene: Scene, asked: ShareRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = scene.request(valid_until=None)
    for request in (asked, other):
        HeldReply.objects.create(ask=ask_of(request), answer="approve", due_at=timezone.now())

    def broken(request: ShareRequest, by: User) -> object:
        if request == asked:
            raise ValueError("a row that nobody can read")
        return entitling.carry_out(request, by)

    monkeypatch.setattr(approvals, "carry_out", broken)
    assert replies.carry_out_due() == 2
    assert [replies.carry_out_due(), Vote.objects.filter(request=asked).count()] == [0, 0]
    for request, state in ((asked, "submitted"), (other, "approved")):
        request.refresh_from_db()
        assert request.state == state
    (mail,) = told("reply-void")
    assert "Something failed in Firn when it should have counted." in mail.text
    assert sorted(HeldReply.objects.values_list("outcome", flat=True)) == ["counted", "failed"]


def test_why_it_was_not_taken_is_told_in_the_approvers_language_and_is_true(scene: Scene, asked: ShareRequest) -> None:
    """Decided meanwhile by another: that it would take several people now is not why."""
    User.objects.filter(pk=scene.dan.pk).update(language="it")
    deb = person("deb@sky.test", "Deb")
    scene.fleet.approvers.add(deb)
    requests.ask_approvers(asked)
    receive.take(Reply(reply_rules.address_of(asked.asks.get(approver=scene.dan))).raw(1))
    approvals.decide(asked, deb, "approve", channel="session", revision=1)
    wait_over()
    replies.carry_out_due()
    (mail,) = told("reply-void")
    assert "Già approvata da Deb" in mail.text
    assert HeldReply.objects.get().outcome == "not taken"


def test_what_takes_more_than_a_mail_by_now_is_said(scene: Scene, asked: ShareRequest) -> None:
    receive.take(Reply(to(asked)).raw(1))
    DatasetColumn.objects.filter(object__dataset=scene.fleet, name="ORIGIN").update(is_personal=True)
    overwrite(scene.fleet)
    wait_over()
    replies.carry_out_due()
    assert "A reply cannot decide this any more: it may hold personal data." in told("reply-void")[0].text
