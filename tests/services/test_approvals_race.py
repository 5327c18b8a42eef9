"""Answers that arrive at the same moment, in real transactions: one decision, and one of everything that follows."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portal.mail.models import Outgoing
from portal.people.models import User
from shares.models import Grant, ShareRequest, Vote
from shares.services import approvals, requests
from shares.services.approvals import CannotDecide
from shares.services.requests import Refused
from tests.services.rows import Scene, person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Start all calls together, each on a connection of its own: "ok" or the words of the refusal, in order."""
    barrier = threading.Barrier(len(calls))
    outcomes = ["never ran"] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            call()
            outcomes[place] = "ok"
        except (CannotDecide, Refused) as refusal:
            outcomes[place] = str(refusal)
        except Exception as error:
            outcomes[place] = f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def vote(request: ShareRequest, approver: User, answer: str) -> Callable[[], object]:
    mine = ShareRequest.objects.get(pk=request.pk)
    return lambda: approvals.decide(mine, approver, answer, channel="session", revision=mine.revision)


def two_approvers() -> tuple[Scene, User, ShareRequest]:
    scene = Scene()
    deb = person("deb@sky.test", "Deb")
    scene.flights.approvers.add(deb)
    return scene, deb, scene.request()


def test_two_approvals_at_once_grant_once() -> None:
    scene, deb, request = two_approvers()
    outcomes = at_once(vote(request, scene.dan, "approve"), vote(request, deb, "approve"))
    late = [outcome for outcome in outcomes if outcome != "ok"]
    assert len(late) == 1, outcomes
    assert late[0].startswith("Already approved by "), outcomes
    assert Grant.objects.count() == 1
    assert Vote.objects.count() == 1
    assert Outgoing.objects.filter(kind="approved").count() == 1


def test_yes_and_no_at_once_leave_one_decision() -> None:
    scene, deb, request = two_approvers()
    outcomes = at_once(vote(request, scene.dan, "approve"), vote(request, deb, "decline"))
    assert outcomes.count("ok") == 1, outcomes
    request.refresh_from_db()
    approved = request.state == "approved"
    assert request.state in ("approved", "declined")
    assert Grant.objects.exists() == approved
    assert Outgoing.objects.filter(kind__in=["approved", "declined"]).count() == 1
    assert Vote.objects.get().answer == ("approve" if approved else "decline")


def test_the_same_approver_twice_at_once_votes_once() -> None:
    scene, _, request = two_approvers()
    outcomes = at_once(*[vote(request, scene.dan, "approve") for _ in range(3)])
    assert outcomes.count("ok") == 1, outcomes
    assert Vote.objects.count() == 1


def test_approving_and_taking_back_at_once_leave_one_outcome() -> None:
    scene, _, request = two_approvers()
    mine = ShareRequest.objects.get(pk=request.pk)
    outcomes = at_once(vote(request, scene.dan, "approve"), lambda: requests.withdraw(mine, scene.ada))
    assert outcomes.count("ok") == 1, outcomes
    request.refresh_from_db()
    assert request.state in ("approved", "withdrawn")
    assert Grant.objects.exists() == (request.state == "approved")


def test_two_approvers_of_two_datasets_at_once_both_count() -> None:
    scene = Scene()
    deb = person("deb@sky.test")
    scene.fleet.approvers.set([deb])
    request = scene.request(datasets=[scene.flights, scene.fleet])
    outcomes = at_once(vote(request, scene.dan, "approve"), vote(request, deb, "approve"))
    assert outcomes == ["ok", "ok"]
    request.refresh_from_db()
    assert request.state == "approved"
    assert Grant.objects.count() == 2
    assert Outgoing.objects.filter(kind="approved").count() == 1


def test_many_guesses_of_a_code_at_once_stay_within_the_limit() -> None:
    ask = Scene().request().asks.get()
    outcomes = at_once(*[lambda: approvals.check_code(ask, "WRONGWRONG") for _ in range(9)])
    assert outcomes.count("ok") == 5, outcomes
    ask.refresh_from_db()
    assert ask.failures == 5


def test_the_same_request_twice_at_once_is_stored_once() -> None:
    scene = Scene()
    outcomes = at_once(scene.request, scene.request)
    assert outcomes.count("ok") == 1, outcomes
    assert ShareRequest.objects.count() == 1


def test_the_same_request_twice_at_once_for_a_known_account_is_stored_once() -> None:
    scene = Scene()
    requests.withdraw(scene.request(), scene.ada)
    outcomes = at_once(scene.request, scene.request, scene.request)
    assert outcomes.count("ok") == 1, outcomes
    assert ShareRequest.objects.filter(state="submitted").count() == 1
