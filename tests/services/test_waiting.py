"""Requests that nobody answers, and those that are taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.models import Ask, ShareRequest
from shares.services import again, approvals, requests, waiting
from tests.services.rows import Scene


def aged(request: ShareRequest, **span: float) -> ShareRequest:
    then = timezone.now() - timedelta(**span)
    ShareRequest.objects.filter(pk=request.pk).update(submitted_at=then)
    Ask.objects.filter(request=request).update(created_at=then)
    return request


def test_after_its_days_a_request_expires_and_everybody_hears_of_it(scene: Scene) -> None:
    request = aged(scene.request(), days=31)
    assert waiting.expire_due() == 1
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("expired", None)
    mail = Outgoing.objects.get(kind="expired")
    assert mail.to == "ada@ua.test"
    assert "within 30 days, so it expired" in mail.text
    assert again.path_of(request) in mail.text
    assert Outgoing.objects.get(kind="called-off").to == "dan@sky.test"
    assert AuditEntry.objects.get(action="request.expired").data == {"days": 30}
    assert waiting.expire_due() == 0


def test_before_that_it_waits(scene: Scene) -> None:
    aged(scene.request(), days=29)
    assert waiting.expire_due() == 0


def test_the_days_begin_anew_when_the_approvers_are_asked_anew(scene: Scene) -> None:
    request = aged(scene.request(), days=40)
    ShareRequest.objects.filter(pk=request.pk).update(revision=2)
    request.refresh_from_db()
    requests.ask_approvers(request)
    assert waiting.expire_due() == 0


def test_zero_days_mean_never(scene: Scene, settings: Any) -> None:
    settings.FIRN_REQUEST_DAYS = 0
    aged(scene.request(), days=900)
    assert waiting.expire_due() == 0


def test_a_request_expires_with_the_last_day_that_it_asks_for(scene: Scene, settings: Any, time_machine: Any) -> None:
    settings.FIRN_REQUEST_DAYS = 0
    last = timezone.now().date() + timedelta(days=1)
    request = scene.request(valid_until=last)
    time_machine.move_to(datetime.combine(last, time(23, 59), tzinfo=UTC), tick=False)
    assert waiting.expire_due() == 0
    time_machine.shift(timedelta(minutes=1))
    assert waiting.expire_due() == 1
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("expired", None)
    assert "asked for was over before it was decided" in Outgoing.objects.get(kind="expired").text
    assert Outgoing.objects.get(kind="called-off").to == "dan@sky.test"
    assert AuditEntry.objects.get(action="request.expired").data == {"until": last.isoformat()}


def test_a_move_keeps_its_windows_and_does_not_expire_with_one(scene: Scene) -> None:
    request = scene.request()
    ShareRequest.objects.update(kind="move", valid_until=timezone.now().date() - timedelta(days=1))
    request.refresh_from_db()
    assert not waiting.is_over(request)
    assert waiting.expire_due() == 0


def test_nobody_decides_what_has_expired(scene: Scene) -> None:
    request = aged(scene.request(), days=31)
    waiting.expire_due()
    request.refresh_from_db()
    with pytest.raises(approvals.CannotDecide, match="Already expired"):
        approvals.decide(request, scene.dan, "approve", channel="code", revision=1)
    assert not scene.share_of(request).grants.exists()


def test_withdrawing_tells_those_who_have_not_answered(scene: Scene) -> None:
    request = scene.request()
    requests.withdraw(request, scene.ada)
    mail = Outgoing.objects.get(kind="called-off")
    assert mail.to == "dan@sky.test"
    assert "withdrawn by those who asked" in mail.text
    assert mail.subject == "No answer needed any more: Flights for United"
