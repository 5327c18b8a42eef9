"""An approver who leaves: what they answered does not count, what they were asked is asked of others, at once."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people import leaving
from portal.people.models import Organization, User
from shares.models import Ask, Delegation, ShareRequest
from shares.services import approvals, delegating
from shares.services.approvals import CannotDecide
from tests.services.rows import Scene, person
from tests.services.test_policies import policy, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def goes(scene: Scene, user: User, **changes: bool) -> None:
    before = User.objects.get(pk=user.pk)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save()
    assert leaving.went(before, user, scene.eve)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_was_the_only_one_is_replaced_by_the_superusers(scene: Scene, change: dict[str, bool]) -> None:
    asked = scene.request()
    assert [ask.approver for ask in asked.asks.all()] == [scene.dan]
    goes(scene, scene.dan, **change)
    assert {ask.approver for ask in asked.asks.all()} == {scene.dan, scene.eve}
    assert Outgoing.objects.filter(kind="ask", to=scene.eve.email).count() == 1
    assert not scene.flights.approvers.exists()
    with pytest.raises(CannotDecide, match="any more"):
        approvals.decide(asked, scene.dan, "approve", channel="code", revision=asked.revision)
    assert AuditEntry.objects.get(action="request.readdressed").data["asked"] == [f"⟦person {scene.eve.pk}⟧"]


def test_what_they_answered_is_asked_of_everybody_once_more_and_stays_void(scene: Scene) -> None:
    deb = person("deb@sky.test", is_staff=True)
    scene.fleet.approvers.set([deb])
    asked = scene.request(datasets=[scene.flights, scene.fleet])
    approvals.decide(asked, scene.dan, "approve", channel="session", revision=asked.revision)
    goes(scene, scene.dan, is_active=False)
    asked.refresh_from_db()
    assert asked.revision == 2
    assert {ask.approver for ask in Ask.objects.filter(request=asked, revision=2)} == {deb, scene.eve}

    scene.dan.is_active = True
    scene.dan.save()
    assert approvals.decide(asked, deb, "approve", channel="session", revision=2).state == "submitted"
    assert approvals.decide(asked, scene.eve, "approve", channel="session", revision=2).state == "approved"


def test_those_who_were_asked_beside_them_get_no_second_mail(scene: Scene) -> None:
    deb = person("deb@sky.test", is_staff=True)
    scene.flights.approvers.add(deb)
    asked = scene.request()
    goes(scene, scene.dan, is_active=False)
    asked.refresh_from_db()
    assert (asked.revision, asked.asks.count()) == (1, 2)
    assert Outgoing.objects.filter(kind="ask", to=deb.email).count() == 1


def test_what_is_decided_stays_decided(scene: Scene) -> None:
    done = scene.approved()
    goes(scene, scene.dan, is_active=False)
    done.refresh_from_db()
    assert (done.state, done.asks.count()) == ("approved", 1)


def test_they_answer_in_nobodys_place_any_more(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim", is_staff=True)
    delegating.hand_over(scene.dan, kim, delegating.today(), delegating.today())
    asked = scene.request()
    assert [ask.approver for ask in asked.asks.all()] == [kim]
    goes(scene, kim, is_staff=False)
    with pytest.raises(CannotDecide, match="not an approver"):
        approvals.decide(asked, kim, "approve", channel="session", revision=asked.revision)
    assert {ask.approver for ask in asked.asks.all()} == {kim, scene.dan}
    assert Delegation.objects.get().ended_at
    assert AuditEntry.objects.get(action="approver.deputy_left").target_id == str(scene.dan.pk)


def test_what_they_answered_in_anothers_place_counts_no_more(scene: Scene) -> None:
    kim, deb = person("kim@sky.test", "Kim", is_staff=True), person("deb@sky.test", is_staff=True)
    scene.fleet.approvers.set([deb])
    delegating.hand_over(scene.dan, kim, delegating.today(), delegating.today())
    asked = scene.request(datasets=[scene.flights, scene.fleet])
    approvals.decide(asked, kim, "approve", channel="session", revision=asked.revision)
    goes(scene, kim, is_active=False)
    asked.refresh_from_db()
    assert approvals.decide(asked, deb, "approve", channel="session", revision=2).is_open
    assert approvals.decide(asked, scene.dan, "approve", channel="session", revision=2).state == "approved"


def test_whoever_is_no_staff_and_approves_nothing_is_asked_in_nobodys_place(scene: Scene) -> None:
    """However they came to be so: the hand-over stands, and counts for nothing."""
    kim = person("kim@sky.test", "Kim", is_staff=True)
    delegating.hand_over(scene.dan, kim, delegating.today(), delegating.today())
    User.objects.filter(pk=kim.pk).update(is_staff=False)
    assert [ask.approver for ask in scene.request().asks.all()] == [scene.dan]


def test_an_account_manager_who_left_decides_for_no_customer(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim", is_staff=True)
    Organization.objects.filter(pk=scene.united.pk).update(account_manager=kim)
    scene.united.refresh_from_db()
    made = policy(scene)
    made.stages.update(dataset_approvers=False, account_manager=True)
    publish(made, scene)
    asked = scene.request()
    assert [ask.approver for ask in asked.asks.all()] == [kim]
    goes(scene, kim, is_staff=False)
    assert not kim.manages.exists()
    assert {ask.approver for ask in asked.asks.all()} == {kim, scene.eve}
    asked = ShareRequest.objects.get()
    with pytest.raises(CannotDecide, match="not an approver"):
        approvals.decide(asked, kim, "approve", channel="session", revision=asked.revision)
    assert AuditEntry.objects.get(action="organization.account_manager_left").target_id == str(scene.united.pk)


def test_the_administration_says_it_and_ends_every_session(scene: Scene) -> None:
    asked, theirs, admin = scene.request(), Client(), Client()
    theirs.force_login(scene.dan)
    assert theirs.get("/help/").status_code == 200
    admin.force_login(scene.eve)
    fields = {"email": scene.dan.email, "name": "Dan", "staff_role": "", "is_staff": "on"}
    fields |= {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    saved = admin.post(f"/admin/people/user/{scene.dan.pk}/change/", fields)
    assert saved.status_code == 302, saved.content.decode()
    assert asked.asks.filter(approver=scene.eve).exists()
    User.objects.filter(pk=scene.dan.pk).update(is_active=True)
    assert theirs.get("/help/").status_code == 302, "not even when they come back"
    assert AuditEntry.objects.filter(action="account.stopped", actor=scene.eve).count() == 1
