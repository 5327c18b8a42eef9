"""Approve and decline from the administration: the same service, the plan shown first, refusals in words."""

from __future__ import annotations

from django.test import Client

from shares.models import Grant, ShareRequest, Vote
from shares.services import approvals
from tests.admin.pages import act, told
from tests.services.rows import Scene


def test_choosing_approve_shows_what_runs_and_decides_nothing(dan: Client, scene: Scene) -> None:
    request = scene.request()
    page = act(dan, "approve", [request])
    assert page.status_code == 200
    html = page.content.decode()
    assert "unless you vouch for it" in html
    assert "CARRIERUA.ANALYTICS" in html
    assert "ADD ACCOUNTS = CARRIERUA.ANALYTICS" in html
    assert f'name="revision_{request.pk}" value="1"' in html
    request.refresh_from_db()
    assert request.is_open


def test_a_confirmed_approval_goes_through_the_service(dan: Client, scene: Scene) -> None:
    request = scene.request()
    seen = {"confirmed": "yes", "reason": "Fine.", f"revision_{request.pk}": "1"}
    page = act(dan, "approve", [request], **seen)
    assert told(page) == [f"{request}: your answer is counted."]
    request.refresh_from_db()
    assert (request.state, request.decision_reason) == ("approved", "Fine.")
    vote = Vote.objects.get()
    assert (vote.approver, vote.channel) == (scene.dan, "admin")
    assert Grant.objects.exists()


def test_a_confirmed_decline_goes_through_the_service(dan: Client, scene: Scene) -> None:
    request = scene.request()
    act(dan, "decline", [request], **{"confirmed": "yes", "reason": "No.", f"revision_{request.pk}": "1"})
    request.refresh_from_db()
    assert (request.state, request.decision_reason) == ("declined", "No.")
    assert not Grant.objects.exists()


def test_a_superuser_who_is_no_approver_is_told_so(eve: Client, scene: Scene) -> None:
    request = scene.request()
    page = act(eve, "approve", [request], **{"confirmed": "yes", f"revision_{request.pk}": "1"})
    assert told(page) == [f"{request}: You are not an approver of these datasets (any more)."]
    request.refresh_from_db()
    assert request.is_open


def test_what_was_not_shown_is_not_approved(dan: Client, scene: Scene) -> None:
    request = scene.request()
    ShareRequest.objects.update(revision=2)
    page = act(dan, "approve", [request], **{"confirmed": "yes", f"revision_{request.pk}": "1"})
    assert "was changed after you were asked" in told(page)[0]
    page = act(dan, "approve", [request], confirmed="yes")
    assert "was changed after you were asked" in told(page)[0]
    assert not Vote.objects.exists()


def test_one_refusal_does_not_stop_the_rest(dan: Client, scene: Scene) -> None:
    one, two = scene.request(), scene.request(datasets=[scene.fleet])
    approvals.decide(one, scene.dan, "decline", channel="session", revision=1)
    seen = {"confirmed": "yes", f"revision_{one.pk}": "1", f"revision_{two.pk}": "1"}
    words = told(act(dan, "approve", [one, two], **seen))
    assert any("Already declined by Dan" in line for line in words)
    assert any(line == f"{two}: your answer is counted." for line in words)
    two.refresh_from_db()
    assert two.state == "approved"


def test_a_reason_that_is_too_long_is_not_lost(dan: Client, scene: Scene) -> None:
    request = scene.request()
    seen = {"confirmed": "yes", "reason": "x" * 2001, f"revision_{request.pk}": "1"}
    page = act(dan, "decline", [request], **seen)
    assert "x" * 2001 in page.content.decode()
    request.refresh_from_db()
    assert request.is_open
