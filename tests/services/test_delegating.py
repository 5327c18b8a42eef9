"""Handing over while one is away: who is asked, whose answer counts, and being back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.people.models import User
from shares.core.accounts import AccountIdentity
from shares.models import Delegation, ShareRequest
from shares.services import approvals, delegating, policies
from shares.services.requests import Refused
from tests.services.rows import EAST, Scene, person
from tests.services.test_policies import policy, publish, stage


def day(offset: int) -> date:
    return delegating.today() + timedelta(days=offset)


def asked(request: ShareRequest) -> set[str]:
    return {ask.approver.name for ask in request.asks.filter(revision=request.revision)}


def say(request: ShareRequest, user: User, answer: str = "approve") -> ShareRequest:
    return approvals.decide(request, user, answer, channel="session", revision=request.revision)


def test_what_waits_and_what_comes_is_the_others_to_answer(scene: Scene) -> None:
    waits = scene.request()
    delegating.hand_over(scene.dan, scene.eve, day(0), day(5))
    comes = scene.request(datasets=[scene.fleet], identity=AccountIdentity("CARRIERUA", "OTHER", "", EAST))
    assert asked(waits) == {"Dan", "Eve"}
    assert asked(comes) == {"Eve"}
    with pytest.raises(approvals.CannotDecide, match="not an approver"):
        say(waits, scene.dan)
    assert say(waits, scene.eve).state == "approved"
    assert say(comes, scene.eve).state == "approved"
    assert AuditEntry.objects.get(action="approver.handed_over").data["to"] == f"⟦person {scene.eve.pk}⟧"


def test_it_begins_and_ends_on_its_days(scene: Scene, time_machine: Any) -> None:
    request = scene.request()
    delegating.hand_over(scene.dan, scene.eve, day(2), day(3))
    assert asked(request) == {"Dan"}
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert delegating.begin_due() == 1
    assert delegating.begin_due() == 0
    assert asked(request) == {"Dan", "Eve"}
    later = scene.request(datasets=[scene.fleet])
    assert asked(later) == {"Eve"}
    time_machine.shift(timedelta(days=2))
    assert delegating.begin_due() == 1
    assert asked(later) == {"Dan", "Eve"}
    assert say(later, scene.dan).state == "approved"


def test_being_back_early_takes_it_back(scene: Scene) -> None:
    delegating.hand_over(scene.dan, scene.eve, day(0), day(9))
    request = scene.request()
    assert delegating.end(scene.dan) == 1
    assert asked(request) == {"Dan", "Eve"}
    with pytest.raises(approvals.CannotDecide, match="not an approver"):
        say(request, scene.eve)
    assert say(request, scene.dan).state == "approved"


def test_an_answer_that_was_given_before_stands(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim")
    scene.fleet.approvers.set([kim])
    request = say(scene.request(datasets=[scene.flights, scene.fleet]), scene.dan)
    delegating.hand_over(scene.dan, scene.eve, day(0), day(9))
    assert say(request, kim).state == "approved"


def test_what_was_answered_in_ones_place_stands_when_one_is_back(scene: Scene, time_machine: Any) -> None:
    kim = person("kim@sky.test", "Kim")
    scene.fleet.approvers.set([kim])
    delegating.hand_over(scene.dan, scene.eve, day(0), day(0))
    request = say(scene.request(datasets=[scene.flights, scene.fleet]), scene.eve)
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert delegating.begin_due() == 1
    assert asked(request) == {"Eve", "Kim"}, "Dan has nothing left to answer"
    assert say(request, kim).state == "approved"


def test_the_next_stage_stays_asked_when_one_is_back(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim")
    made = policy(scene)
    stage(made, kim)
    publish(made, scene)
    delegating.hand_over(scene.dan, scene.eve, day(0), day(0))
    request = say(scene.request(), scene.eve)
    assert asked(request) == {"Eve", "Kim"}
    delegating.end(scene.dan)
    assert say(request, kim).state == "approved"


def test_an_answer_of_ones_own_from_before_is_none_in_anothers_place_afterwards(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim")
    scene.fleet.approvers.set([scene.eve])
    made = policy(scene, scene.flights)
    stage(made, kim)
    publish(made, scene)
    request = say(scene.request(datasets=[scene.flights, scene.fleet]), scene.eve)
    delegating.hand_over(scene.dan, scene.eve, day(0), day(0))
    delegating.end(scene.dan)
    assert policies.asked_now(request) == {scene.dan}


def test_nobody_decides_their_own_request_in_anothers_place(scene: Scene) -> None:
    scene.fleet.approvers.set([scene.ada])
    delegating.hand_over(scene.dan, scene.ada, day(0), day(9))
    request = scene.request()
    assert asked(request) == {"Dan"}


def test_what_makes_no_sense_is_refused(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim", is_staff=True)
    for to, first, last, words in (
        (scene.eve, 3, 2, "before the first"),
        (scene.eve, -3, -2, "is over"),
        (scene.bea, 0, 2, "somebody who may decide"),
        (scene.dan, 0, 2, "somebody who may decide"),
    ):
        with pytest.raises(Refused, match=words):
            delegating.hand_over(scene.dan, to, day(first), day(last))
    delegating.hand_over(scene.dan, scene.eve, day(0), day(2))
    with pytest.raises(Refused, match="already"):
        delegating.hand_over(scene.dan, scene.eve, day(2), day(4))
    with pytest.raises(Refused, match="handed over to you"):
        delegating.hand_over(scene.eve, kim, day(1), day(1))
    assert Delegation.objects.count() == 1
