"""One approver's answer: who may give it, what it does, and what comes too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.models import Ask, Grant, Share, ShareRequest, Vote
from shares.services import approvals
from shares.services.approvals import CannotDecide, PlanChanged
from shares.services.codes import code_for
from shares.services.publishing import publish
from tests.services.rows import Scene, overwrite, person, view

pytestmark = pytest.mark.django_db


def answer(request: ShareRequest, approver: object, what: str = "approve", **fields: object) -> ShareRequest:
    options = {"channel": "session", "revision": request.revision, **fields}
    return approvals.decide(request, approver, what, **options)  # type: ignore[arg-type]


def test_an_approval_grants_every_dataset_in_the_window() -> None:
    scene = Scene()
    request = scene.request(datasets=[scene.flights, scene.fleet], valid_until=date(2099, 12, 31))
    assert answer(request, scene.dan, reason=" Fine. ").state == "approved"
    assert (request.decided_by, request.decision_reason) == (scene.dan, "Fine.")
    grants = list(Grant.objects.order_by("dataset__name"))
    assert [grant.dataset for grant in grants] == [scene.fleet, scene.flights]
    assert {grant.valid_until for grant in grants} == {datetime(2100, 1, 1, tzinfo=UTC)}, "the last day counts"
    assert [workspace.tenant_key for workspace in grants[0].workspaces.all()] == ["UA"]


def test_an_approval_vouches_for_the_account_by_name() -> None:
    scene = Scene()
    account = scene.approved().consumer_account
    account.refresh_from_db()
    assert account.is_proved
    assert account.proved_by == scene.dan


def test_the_first_proof_of_an_account_stands() -> None:
    scene = Scene()
    scene.approved()
    deb = person("deb@sky.test")
    scene.fleet.approvers.set([deb])
    second = scene.request(datasets=[scene.fleet])
    answer(second, deb)
    second.consumer_account.refresh_from_db()
    assert second.consumer_account.proved_by == scene.dan


def test_an_approval_rings_the_worker_in_the_same_transaction() -> None:
    scene = Scene()
    request = scene.request()
    OrmQ.objects.all().delete()
    answer(request, scene.dan)
    called = [item.task["func"] for item in OrmQ.objects.all()]
    assert called.count("shares.jobs.entry.reconcile") == 1


def test_one_refusal_declines_and_grants_nothing() -> None:
    scene = Scene()
    scene.fleet.approvers.set([person("deb@sky.test")])
    request = scene.request(datasets=[scene.flights, scene.fleet])
    answer(request, scene.dan, "decline", reason="Ask with a shorter window.")
    assert (request.state, request.decision_reason) == ("declined", "Ask with a shorter window.")
    assert not Grant.objects.exists()
    request.consumer_account.refresh_from_db()
    assert not request.consumer_account.is_proved


def test_every_dataset_needs_one_of_its_own_approvers() -> None:
    scene = Scene()
    deb = person("deb@sky.test")
    scene.fleet.approvers.set([deb])
    request = scene.request(datasets=[scene.flights, scene.fleet])
    assert answer(request, scene.dan).state == "submitted"
    assert not Grant.objects.exists()
    assert answer(request, deb).state == "approved"


def test_one_of_several_approvers_of_a_dataset_suffices() -> None:
    scene = Scene()
    scene.flights.approvers.add(person("deb@sky.test"))
    assert answer(scene.request(), scene.dan).state == "approved"


def test_nobody_answers_twice() -> None:
    scene = Scene()
    scene.fleet.approvers.set([person("deb@sky.test")])
    request = scene.request(datasets=[scene.flights, scene.fleet])
    answer(request, scene.dan)
    with pytest.raises(CannotDecide, match="answered this already"):
        answer(request, scene.dan, "decline")
    assert Vote.objects.get().answer == "approve"


def test_after_the_decision_one_is_told_what_was_decided() -> None:
    scene = Scene()
    deb = person("deb@sky.test")
    scene.flights.approvers.add(deb)
    request = scene.approved()
    with pytest.raises(CannotDecide, match="Already approved by Dan on"):
        answer(request, deb, "decline")
    assert Vote.objects.count() == 1


def test_nobody_decides_their_own_request() -> None:
    scene = Scene()
    scene.flights.approvers.add(scene.ada)
    with pytest.raises(CannotDecide, match="own request"):
        answer(scene.request(), scene.ada)


@pytest.mark.parametrize("who", ["bea", "eve"])
def test_only_its_approvers_decide(who: str) -> None:
    scene = Scene()
    with pytest.raises(CannotDecide, match="not an approver"):
        answer(scene.request(), getattr(scene, who))
    assert not Vote.objects.exists()


def test_who_was_taken_off_since_does_not_decide() -> None:
    scene = Scene()
    request = scene.request()
    scene.flights.approvers.set([person("deb@sky.test")])
    with pytest.raises(CannotDecide, match="not an approver"):
        answer(request, scene.dan)


def test_a_vote_of_somebody_who_left_does_not_count() -> None:
    scene = Scene()
    deb = person("deb@sky.test")
    scene.fleet.approvers.set([deb])
    request = scene.request(datasets=[scene.flights, scene.fleet])
    answer(request, scene.dan)
    scene.dan.is_active = False
    scene.dan.save()
    assert answer(request, deb).state == "submitted", "Flights has no approval any more"


def test_an_old_revision_is_not_decided() -> None:
    scene = Scene()
    request = scene.request()
    ShareRequest.objects.update(revision=2)
    with pytest.raises(CannotDecide, match="newest mail"):
        answer(request, scene.dan, revision=1)


def test_of_days_that_are_over_nothing_is_approved(time_machine: Any) -> None:
    scene = Scene()
    request = scene.request(valid_until=timezone.now().date() + timedelta(days=1))
    time_machine.move_to(timezone.now() + timedelta(days=3))
    with pytest.raises(CannotDecide, match="last day that this request asks for is over"):
        answer(request, scene.dan, vouch="I know them.")
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.votes.count()) == ("expired", None, 0)
    assert not Grant.objects.exists()
    assert Outgoing.objects.get(kind="expired").to == "ada@ua.test"


def test_what_asks_for_days_that_are_over_may_still_be_declined(time_machine: Any) -> None:
    scene = Scene()
    request = scene.request(valid_until=timezone.now().date() + timedelta(days=1))
    time_machine.move_to(timezone.now() + timedelta(days=3))
    assert answer(request, scene.dan, "decline").state == "declined"


def test_when_the_plan_moved_everybody_is_asked_again() -> None:
    scene = Scene()
    request = scene.request()
    old = request.plan_digest
    view(scene.flights, "FLIGHTS_TODAY")
    overwrite(scene.flights)
    with pytest.raises(PlanChanged):
        answer(request, scene.dan)
    request.refresh_from_db()
    assert request.is_open
    assert (request.revision, request.plan_digest == old) == (2, False)
    assert not Vote.objects.exists()
    mails = list(Outgoing.objects.filter(kind="ask").order_by("id"))
    assert len(mails) == 2
    assert "FLIGHTS_TODAY" in mails[1].text
    assert answer(request, scene.dan).state == "approved"


def test_what_was_approved_is_on_record_with_its_digest() -> None:
    scene = Scene()
    request = scene.request()
    answer(request, scene.dan, channel="code", reason="Fine.")
    entry = history(request).get(action="request.approval_vote")
    assert entry.data == {"reason": "Fine.", "channel": "code", "plan_digest": request.plan_digest}
    assert Vote.objects.get().plan_digest == request.plan_digest


def test_an_unknown_answer_is_a_bug_and_no_approval() -> None:
    scene = Scene()
    with pytest.raises(ValueError, match="maybe"):
        answer(scene.request(), scene.dan, "maybe")
    assert not Vote.objects.exists()


def test_an_approval_reopens_a_share_that_was_ending() -> None:
    scene = Scene()
    share = scene.share_of(scene.approved())
    Grant.objects.update(revoked_at=timezone.now())
    Share.objects.filter(pk=share.pk).update(closes_at=timezone.now(), blocked_at=timezone.now(), attempts=4)
    answer(scene.request(), scene.dan)
    share.refresh_from_db()
    assert (share.closes_at, share.blocked_at, share.attempts) == (None, None, 0)


def test_the_mailed_code_is_read_as_people_type_it() -> None:
    ask = Scene().request().asks.get()
    code = code_for(ask)
    assert approvals.check_code(ask, f" {code[:4].lower()}-{code[4:]} ")


def test_a_wrong_code_is_wrong() -> None:
    ask = Scene().request().asks.get()
    assert not approvals.check_code(ask, "AAAAAAAA")
    assert not approvals.check_code(ask, "")
    assert not approvals.check_code(ask, "ÄÖÜ")


def test_after_five_wrong_codes_even_the_right_one_is_refused() -> None:
    ask = Scene().request().asks.get()
    for _ in range(5):
        approvals.check_code(ask, "WRONG")
    with pytest.raises(CannotDecide, match="Sign in"):
        approvals.check_code(ask, code_for(ask))


def test_the_right_code_forgives_the_wrong_ones_before_it() -> None:
    ask = Scene().request().asks.get()
    for _ in range(4):
        approvals.check_code(ask, "WRONG")
    assert approvals.check_code(ask, code_for(ask))
    assert Ask.objects.get().failures == 0


def test_each_approver_and_revision_has_a_code_of_its_own() -> None:
    scene = Scene()
    scene.flights.approvers.add(person("deb@sky.test"))
    request = scene.request()
    view(scene.flights, "MORE")
    overwrite(scene.flights)
    with pytest.raises(PlanChanged):
        answer(request, scene.dan)
    assert len({code_for(ask) for ask in Ask.objects.all()}) == 4


def test_what_is_published_between_the_look_and_the_vote_is_not_approved_unseen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    request = scene.request()

    hold = approvals._hold_catalog

    def publish_just_before_the_lock(locked: ShareRequest) -> None:
        view(scene.flights, "FLIGHTS_TODAY")
        publish(scene.flights, None)
        hold(locked)

    monkeypatch.setattr(approvals, "_hold_catalog", publish_just_before_the_lock)
    # Somebody else asked anew already.
    monkeypatch.setattr(approvals, "_plan_moved", lambda _: False)
    with pytest.raises(PlanChanged, match="at this very moment"):
        approvals.decide(request, scene.dan, "approve", channel="session", revision=request.revision)
    assert not request.votes.exists()
    assert not Grant.objects.exists()


def test_a_window_until_the_last_day_that_there_is_can_be_approved() -> None:
    scene = Scene()
    request = scene.approved(valid_until=date.max)
    grant = request.grants.get()
    assert (request.state, grant.valid_until) == ("approved", datetime(9999, 12, 31, tzinfo=UTC))
