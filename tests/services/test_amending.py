"""Changing an undecided request: earlier answers and links are void, and whoever is concerned hears of it."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.core.accounts import AccountIdentity
from shares.models import Ask, Dataset, ShareRequest
from shares.services import amending, approvals, delegating, requests
from shares.services.requests import Refused
from tests.services.rows import EAST, Scene, dataset, person


@pytest.fixture
def fares(scene: Scene) -> Dataset:
    kim = person("kim@sky.test", "Kim")
    return dataset("Fares", [scene.east], [kim])


def to(kind: str) -> list[str]:
    return sorted(Outgoing.objects.filter(kind=kind).values_list("to", flat=True))


def test_a_change_asks_anew_and_says_what_is_asked_now(scene: Scene) -> None:
    request = scene.request()
    amending.amend(request, scene.draft(datasets=[scene.flights, scene.fleet], valid_until=date(2098, 1, 1)))
    request.refresh_from_db()
    assert (request.revision, request.valid_until) == (2, date(2098, 1, 1))
    assert {item.name for item in request.datasets.all()} == {"Flights", "Fleet"}
    assert "FLEET" in "".join(step["sql"] for step in request.plan_sql)
    assert request.plan_digest == requests.digest(requests.plan_now(request))
    assert to("ask") == ["dan@sky.test", "dan@sky.test"]
    entry = AuditEntry.objects.get(action="request.changed")
    assert entry.data["revision"] == 2
    assert entry.data["plan_digest"] == request.plan_digest


def test_what_was_answered_before_is_void(scene: Scene, fares: Dataset) -> None:
    request = scene.request(datasets=[scene.flights, fares])
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    amending.amend(request, scene.draft(datasets=[scene.flights, fares], reason="Another reason."))
    request.refresh_from_db()
    kim = fares.approvers.get()
    approvals.decide(request, kim, "approve", channel="session", revision=2)
    request.refresh_from_db()
    assert request.is_open, "Dan's answer was about the request before its change"
    approvals.decide(request, scene.dan, "approve", channel="session", revision=2)
    request.refresh_from_db()
    assert request.state == "approved"


def test_an_old_link_decides_nothing(scene: Scene) -> None:
    request = scene.request()
    amending.amend(request, scene.draft(reason="Another reason."))
    with pytest.raises(approvals.CannotDecide, match="changed after you were asked"):
        approvals.decide(request, scene.dan, "approve", channel="code", revision=1)
    request.refresh_from_db()
    assert request.is_open


def test_another_account_is_another_plan(scene: Scene) -> None:
    request = scene.request()
    before = request.plan_digest
    elsewhere = AccountIdentity("CARRIERUA", "OTHER", "", EAST)
    amending.amend(request, scene.draft(identity=elsewhere))
    request.refresh_from_db()
    assert str(request.consumer_account) == "CARRIERUA.OTHER"
    assert request.plan_digest != before
    scene.dan.refresh_from_db()
    approvals.decide(request, scene.dan, "approve", channel="session", revision=2)
    assert scene.share_of(request).consumer_account.account_name == "OTHER"


def test_whoever_is_not_asked_any_more_is_told(scene: Scene, fares: Dataset) -> None:
    request = scene.request(datasets=[scene.flights, fares])
    amending.amend(request, scene.draft())
    assert to("called-off") == ["kim@sky.test"]
    mail = Outgoing.objects.get(kind="called-off")
    assert "what it asks for now is for others to decide" in mail.text
    assert "the link in the earlier mail decides nothing" in mail.text


def test_without_a_difference_nothing_is_asked_anew(scene: Scene) -> None:
    request = scene.request()
    with pytest.raises(Refused, match="Nothing was changed"):
        amending.amend(request, scene.draft())
    assert Ask.objects.count() == 1


def test_a_decided_request_stays_as_it_was_decided(scene: Scene) -> None:
    request = scene.approved()
    with pytest.raises(Refused, match="decided already"):
        amending.amend(request, scene.draft(reason="Another reason."))
    assert ShareRequest.objects.get().reason == "On-time reporting for our board."


def test_whoever_decides_it_does_not_change_it(scene: Scene) -> None:
    request = scene.request()
    with pytest.raises(Refused, match="somebody else has to change it"):
        amending.amend(request, dataclasses.replace(scene.draft(reason="Mine."), requester=scene.dan))


def test_whoever_changed_it_does_not_decide_it(scene: Scene) -> None:
    """A colleague of the requester who approves the dataset that the change put in."""
    scene.fleet.approvers.set([scene.bea])
    request = scene.request()
    request = amending.amend(request, scene.draft(datasets=[scene.fleet], requester=scene.bea))
    assert request.amended_by == scene.bea
    assert {ask.approver for ask in request.asks.filter(revision=2)} == {scene.eve}, "in the place of its own approver"
    with pytest.raises(approvals.CannotDecide, match="their own request"):
        approvals.decide(request, scene.bea, "approve", channel="session", revision=2)
    assert approvals.decide(request, scene.eve, "approve", channel="session", revision=2).state == "approved"


def test_nobody_decides_what_they_changed_in_anothers_place(scene: Scene) -> None:
    scene.fleet.approvers.set([scene.bea])
    delegating.hand_over(scene.dan, scene.bea, delegating.today(), delegating.today())
    scene.flights.approvers.set([])
    request = scene.request()
    scene.flights.approvers.set([scene.dan])
    request = amending.amend(request, scene.draft(reason="Another reason.", requester=scene.bea))
    assert {ask.approver for ask in request.asks.filter(revision=2)} == {scene.dan}


def test_it_may_not_become_the_twin_of_another(scene: Scene) -> None:
    scene.request()
    other = scene.request(datasets=[scene.fleet])
    with pytest.raises(Refused, match="already asks for this"):
        amending.amend(other, scene.draft(datasets=[scene.flights, scene.fleet]))
