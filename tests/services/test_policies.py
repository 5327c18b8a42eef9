"""Requests under policies: who is asked and when, what a rule decides, and which version holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people.models import User
from shares.models import ApproverGroup, Dataset, DatasetColumn, Policy, ShareRequest
from shares.models.accounts import ProofKind
from shares.services import approvals, handshakes, policies, policy_versions, publishing
from tests.services.rows import Scene, person


@pytest.fixture
def kim(scene: Scene) -> User:
    return person("kim@sky.test", "Kim")


def policy(scene: Scene, *datasets: Dataset, **fields: Any) -> Policy:
    """Of a data owner's stage; more are added by `stage` and `rule`, and count after `publish`."""
    made = Policy.objects.create(name=f"Policy {Policy.objects.count()}", **fields)
    made.datasets.set(datasets or [scene.flights])
    made.stages.create(name="Data owner", dataset_approvers=True)
    return made


def stage(made: Policy, *people: User, **fields: Any) -> None:
    made.stages.create(position=5, **{"name": "Privacy", **fields}).people.set(people)


def publish(made: Policy, scene: Scene) -> None:
    policy_versions.publish(made, scene.eve)


def say(request: ShareRequest, user: User, answer: str = "approve", channel: str = "session") -> ShareRequest:
    return approvals.decide(request, user, answer, channel=channel, revision=request.revision)


def asked(request: ShareRequest) -> set[str]:
    return {ask.approver.name for ask in request.asks.filter(revision=request.revision)}


def test_the_next_stage_is_asked_when_the_one_before_said_yes(scene: Scene, kim: User) -> None:
    made = policy(scene)
    stage(made, kim)
    publish(made, scene)
    request = scene.request()
    assert asked(request) == {"Dan"}
    with pytest.raises(approvals.CannotDecide, match="not an approver"):
        say(request, kim)
    assert say(request, scene.dan).is_open
    assert asked(request) == {"Dan", "Kim"}
    assert sorted(Outgoing.objects.filter(kind="ask").values_list("to", flat=True)) == ["dan@sky.test", "kim@sky.test"]
    assert say(request, kim).state == "approved"


def test_a_no_of_any_stage_ends_it(scene: Scene, kim: User) -> None:
    made = policy(scene)
    stage(made, kim)
    publish(made, scene)
    request = say(scene.request(), scene.dan)
    assert say(request, kim, "decline").state == "declined"
    assert not scene.share_of(request).grants.exists()


def test_privacy_is_asked_about_personal_data_only(scene: Scene, kim: User) -> None:
    made = policy(scene, scene.flights, scene.fleet)
    stage(made, kim, when="pii")
    publish(made, scene)
    DatasetColumn.objects.filter(object__dataset=scene.fleet, name="ORIGIN").update(is_personal=True)
    publishing.publish(scene.fleet, None)
    scene.fleet.refresh_from_db()
    assert say(scene.request(), scene.dan).state == "approved"
    assert say(scene.request(datasets=[scene.fleet]), scene.dan).is_open


def test_legal_is_asked_about_a_customer_who_never_had_a_share(scene: Scene, kim: User) -> None:
    made = policy(scene, scene.fleet)
    stage(made, kim, name="Legal", when="new-customer")
    publish(made, scene)
    first = say(scene.request(datasets=[scene.fleet]), scene.dan)
    assert first.is_open
    assert say(first, kim).state == "approved"


def test_all_of_a_group_have_to_approve(scene: Scene, kim: User) -> None:
    lou = person("lou@sky.test", "Lou")
    group = ApproverGroup.objects.create(name="Privacy board")
    group.members.set([kim, lou])
    made = policy(scene)
    made.stages.create(name="Board", position=2, needs=0).groups.add(group)
    publish(made, scene)
    request = say(say(scene.request(), scene.dan), kim)
    assert request.is_open
    assert say(request, lou).state == "approved"


def test_the_account_manager_of_the_customer_is_asked(scene: Scene, kim: User) -> None:
    made = policy(scene)
    made.stages.update(dataset_approvers=False, account_manager=True)
    publish(made, scene)
    scene.united.account_manager = kim
    scene.united.save()
    assert asked(scene.request()) == {"Kim"}


def test_where_nobody_can_answer_the_backup_is_asked_and_then_the_superusers(scene: Scene, kim: User) -> None:
    made = policy(scene)
    made.backups.add(kim)
    publish(made, scene)
    User.objects.filter(pk=scene.dan.pk).update(is_active=False)
    request = scene.request()
    assert asked(request) == {"Kim"}
    assert [seat.escalated for seat in policies.panel(request)] == [True]
    User.objects.filter(pk=kim.pk).update(is_active=False)
    assert asked(scene.request(datasets=[scene.fleet])) == {"Eve"}


def test_a_running_request_keeps_the_version_that_it_started_with(scene: Scene, kim: User) -> None:
    made = policy(scene)
    publish(made, scene)
    request = scene.request()
    stage(made, kim)
    publish(made, scene)
    assert [version.number for version in made.versions.all()] == [2, 1]
    assert say(request, scene.dan).state == "approved"
    assert say(scene.request(datasets=[scene.flights, scene.fleet]), scene.dan).is_open


def test_publishing_without_a_difference_makes_no_version(scene: Scene) -> None:
    made = policy(scene)
    publish(made, scene)
    publish(made, scene)
    assert made.versions.count() == 1


def test_a_code_is_not_enough_where_a_sign_in_is_wanted(scene: Scene) -> None:
    publish(policy(scene, code_suffices=False), scene)
    request = scene.request()
    with pytest.raises(approvals.CannotDecide, match="Sign in to decide"):
        say(request, scene.dan, channel="code")
    assert say(request, scene.dan).state == "approved"


def _rule(made: Policy, **fields: Any) -> None:
    made.rules.create(
        **{"name": "Short and harmless", "effect": "approve", "without_pii": True, "proved": True, **fields}
    )


def _proved(scene: Scene) -> None:
    """The account that requests name is known to be theirs."""
    request = scene.request(datasets=[scene.fleet])
    handshakes.mark_proved(request.consumer_account, ProofKind.VOUCHED, scene.dan, "From the contract.")
    say(request, scene.dan, "decline")


def test_a_rule_approves_by_its_name_and_nobody_is_asked(scene: Scene) -> None:
    made = policy(scene)
    _rule(made, good_standing=True, same_region=True, max_days=90)
    publish(made, scene)
    _proved(scene)
    request = scene.request(valid_until=(timezone.now() + timedelta(days=30)).date())
    assert (request.state, request.decided_by, request.decided_rule) == ("approved", None, "Short and harmless")
    assert not request.asks.exists()
    assert scene.share_of(request).grants.count() == 1
    entry = AuditEntry.objects.filter(action="request.approved").latest("pk")
    assert entry.data["rules"] == [{"rule": "Short and harmless", "policy": "Policy 0", "version": 1}]
    assert "the rule “Short and harmless” approved" in Outgoing.objects.get(kind="approved").text
    long = scene.request(valid_until=None)
    assert long.is_open
    assert asked(long) == {"Dan"}


def test_a_rule_approves_nothing_for_an_account_that_is_not_proved(scene: Scene) -> None:
    made = policy(scene)
    _rule(made)
    publish(made, scene)
    assert scene.request().is_open


def test_rules_approve_only_what_they_cover_whole(scene: Scene) -> None:
    made = policy(scene)
    _rule(made)
    publish(made, scene)
    _proved(scene)
    assert scene.request(datasets=[scene.flights, scene.fleet]).is_open


def test_a_rule_refuses_at_once_with_its_reason(scene: Scene) -> None:
    made = policy(scene)
    _rule(made, name="Not abroad", effect="refuse", without_pii=False, reason="Prove the account first.")
    publish(made, scene)
    request = scene.request()
    assert (request.state, request.decided_rule) == ("declined", "Not abroad")
    assert request.decision_reason == "Prove the account first."
    assert "Prove the account first." in Outgoing.objects.get(kind="declined").text
    assert not Outgoing.objects.filter(kind__in=("ask", "received")).exists()
