"""Approvers whom mail does not reach: who is asked besides, whose answer counts, and when it is an incident."""

from __future__ import annotations

import pytest

from portal.audit.models import AuditEntry
from portal.mail import marking
from portal.mail.models import MarkedAddress, Outgoing
from portal.people.models import User
from shares.core.findings import NOBODY_REACHED
from shares.models import Incident, ShareRequest
from shares.services import approvals, policies, requests, unreachable
from tests.services.rows import Scene, person
from tests.services.test_policies import policy, publish, stage


@pytest.fixture
def kim(scene: Scene) -> User:
    return person("kim@sky.test", "Kim")


def mark(user: User) -> None:
    assert marking.mark(user.email, "Came back with 5.1.1")


def asked(request: ShareRequest) -> set[str]:
    return {ask.approver.name for ask in request.asks.filter(revision=request.revision)}


def say(request: ShareRequest, user: User) -> ShareRequest:
    return approvals.decide(request, user, "approve", channel="session", revision=request.revision)


def with_backup(scene: Scene, kim: User) -> None:
    made = policy(scene)
    made.backups.add(kim)
    publish(made, scene)


def test_the_backup_is_asked_when_mail_to_the_approver_comes_back(scene: Scene, kim: User) -> None:
    with_backup(scene, kim)
    request = scene.request()
    assert asked(request) == {"Dan"}
    mark(scene.dan)
    assert asked(request) == {"Dan", "Kim"}
    assert Outgoing.objects.filter(kind="ask", to=kim.email).exists()
    assert "asks the backups instead" in Outgoing.objects.get(kind="alert").text
    assert AuditEntry.objects.get(action="request.readdressed").data["asked"] == [f"⟦person {kim.pk}⟧"]
    assert not Incident.objects.exists()
    assert say(request, kim).state == "approved"


def test_the_approver_may_still_answer_in_the_portal(scene: Scene, kim: User) -> None:
    with_backup(scene, kim)
    request = scene.request()
    mark(scene.dan)
    assert say(request, scene.dan).state == "approved"


def test_a_new_request_asks_the_backup_at_once(scene: Scene, kim: User) -> None:
    with_backup(scene, kim)
    mark(scene.dan)
    assert asked(scene.request()) == {"Dan", "Kim"}


def test_what_a_backup_answered_stands_when_mail_arrives_again(scene: Scene, kim: User) -> None:
    lou = person("lou@sky.test", "Lou")
    made = policy(scene)
    made.backups.add(kim)
    stage(made, lou)
    publish(made, scene)
    request = scene.request()
    mark(scene.dan)
    assert say(request, kim).is_open
    marking.confirm(MarkedAddress.objects.get(), scene.eve)
    assert policies.asked_now(request) == {lou}
    assert say(request, lou).state == "approved"


def test_a_backup_s_answer_for_another_dataset_is_none_in_the_place_of_its_approver(scene: Scene, kim: User) -> None:
    with_backup(scene, kim)
    scene.fleet.approvers.set([kim])
    request = say(scene.request(datasets=[scene.flights, scene.fleet]), kim)
    assert policies.asked_now(request) == {scene.dan}
    assert request.votes.get().stood_in == []


def test_what_a_backup_answered_is_void_once_they_are_no_backup(scene: Scene, kim: User) -> None:
    """Whose answer counts is looked up when it is counted: so nothing is gained by having been one."""
    lou = person("lou@sky.test", "Lou")
    scene.fleet.approvers.set([lou])
    mark(scene.dan)
    request = say(scene.request(datasets=[scene.flights, scene.fleet]), scene.eve)
    assert request.votes.get().stood_in
    marking.confirm(MarkedAddress.objects.get(), scene.eve)
    User.objects.filter(pk=scene.eve.pk).update(is_superuser=False)
    assert policies.asked_now(request) == {scene.dan, lou}


def test_nobody_is_asked_besides_while_another_of_the_stage_is_reached(scene: Scene, kim: User) -> None:
    scene.flights.approvers.add(kim)
    request = scene.request()
    mark(scene.dan)
    assert asked(request) == {"Dan", "Kim"}
    assert not Outgoing.objects.filter(kind="ask", to=scene.eve.email).exists()


def test_where_all_must_agree_a_backup_stands_in_for_whom_mail_does_not_reach(scene: Scene, kim: User) -> None:
    made = policy(scene)
    made.stages.update(needs=0)
    made.backups.add(scene.eve)
    publish(made, scene)
    scene.flights.approvers.add(kim)
    request = scene.request()
    mark(scene.dan)
    assert asked(request) == {"Dan", "Eve", "Kim"}
    assert say(request, kim).is_open
    assert say(request, scene.eve).state == "approved"


def test_an_answer_given_before_still_counts(scene: Scene, kim: User) -> None:
    made = policy(scene)
    made.stages.update(needs=0)
    publish(made, scene)
    scene.flights.approvers.add(kim)
    request = say(scene.request(), scene.dan)
    mark(scene.dan)
    assert asked(request) == {"Dan", "Kim"}
    assert say(request, kim).state == "approved"


def test_a_backup_whom_mail_does_not_reach_leaves_it_to_the_superusers(scene: Scene, kim: User) -> None:
    with_backup(scene, kim)
    mark(kim)
    mark(scene.dan)
    assert asked(scene.request()) == {"Dan", "Kim", "Eve"}


def test_when_mail_reaches_nobody_it_is_an_incident_until_it_does(scene: Scene) -> None:
    request = scene.request()
    mark(scene.dan)
    assert not Incident.objects.exists()
    mark(scene.eve)
    (incident,) = Incident.objects.all()
    assert (incident.code, incident.share, incident.for_customer) == (NOBODY_REACHED, scene.share_of(request), False)
    assert str(request) in incident.words
    assert unreachable.look() == 1
    marking.confirm(MarkedAddress.objects.get(address=scene.eve.email), scene.eve)
    incident.refresh_from_db()
    assert incident.closed_at


def test_the_incident_is_over_with_the_request(scene: Scene) -> None:
    mark(scene.dan)
    mark(scene.eve)
    request = scene.request()
    assert unreachable.look() == 1
    assert unreachable.look() == 1
    assert Incident.objects.count() == 1
    requests.withdraw(request, scene.ada)
    assert unreachable.look() == 0
    assert Incident.objects.get().closed_at
