"""Reminders in working hours, and who is asked besides when they do not help."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people.models import User
from shares.models import Ask, ShareRequest
from shares.services import approvals, policies, reminding
from tests.services.rows import Scene

# A Tuesday.
ASKED = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def asked(scene: Scene) -> ShareRequest:
    request = scene.request()
    Ask.objects.update(created_at=ASKED)
    return request


def at(time_machine: Any, day: int, hour: int = 10) -> None:
    time_machine.move_to(datetime(2026, 11, day, hour, 30, tzinfo=UTC), tick=False)


def reminders() -> list[str]:
    return list(Outgoing.objects.filter(kind="reminder").order_by("pk").values_list("to", flat=True))


def test_after_a_day_and_after_three_an_approver_is_reminded(
    scene: Scene, asked: ShareRequest, time_machine: Any
) -> None:
    for day, hour, sent in ((24, 10, 0), (25, 10, 1), (25, 10, 0), (26, 10, 0), (27, 10, 1), (30, 9, 0)):
        # On the last day before an hour at which whoever was asked besides is due, too.
        at(time_machine, day, hour)
        assert reminding.send_due() == sent, day
    assert reminders() == ["dan@sky.test", "dan@sky.test"]
    first, last = Outgoing.objects.filter(kind="reminder").order_by("pk")
    assert "waits for your answer to request" in first.text
    assert "others were asked, too" not in first.text
    assert "others were asked, too" in last.text
    assert f"/approvals/{asked.asks.first().public_id}/" in first.text  # type: ignore[union-attr]


def test_after_the_second_the_superusers_may_answer_too(scene: Scene, asked: ShareRequest, time_machine: Any) -> None:
    at(time_machine, 27)
    reminding.send_due()
    assert {ask.approver.name for ask in asked.asks.all()} == {"Dan", "Eve"}
    assert [seat.escalated for seat in policies.panel(asked)] == [True]
    assert AuditEntry.objects.get(action="request.reminded").data["asked_besides"]
    decided = approvals.decide(asked, scene.eve, "approve", channel="session", revision=1)
    assert decided.state == "approved"


def test_nobody_is_reminded_at_night_or_on_a_weekend(scene: Scene, asked: ShareRequest, time_machine: Any) -> None:
    for day, hour in ((26, 3), (26, 20), (28, 10), (29, 10)):
        at(time_machine, day, hour)
        assert reminding.send_due() == 0
    User.objects.filter(pk=scene.dan.pk).update(zone="America/Los_Angeles")
    at(time_machine, 26, 20)
    assert reminding.send_due() == 1


def test_whoever_answered_is_left_alone(scene: Scene, asked: ShareRequest, time_machine: Any) -> None:
    approvals.decide(asked, scene.dan, "decline", channel="session", revision=1)
    at(time_machine, 27)
    assert reminding.send_due() == 0


def test_whoever_is_not_due_keeps_no_reminder_of_others_waiting(
    scene: Scene, asked: ShareRequest, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "BATCH", 1)
    scene.request(datasets=[scene.fleet])
    Ask.objects.exclude(request=asked).update(created_at=ASKED.replace(minute=10))
    at(time_machine, 25)
    assert [reminding.send_due() for _ in range(3)] == [1, 1, 0]
