"""One mail a day instead of many: what is collected, when it goes out, what always comes, and how it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.mail import digest, marking
from portal.mail.models import Collected, MarkedAddress, Outgoing
from portal.people.models import User
from shares import mail_topics
from shares.core.findings import NOBODY_REACHED
from shares.jobs import sweep
from shares.models import Ask, Incident, ShareRequest
from shares.services import approvals, digests, requests
from tests.mail.test_delivery import deliver_all
from tests.portal.conftest import Mailbox
from tests.services.rows import Scene, person
from tests.web import rows

# A Wednesday, at noon.
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
PREFERENCES = "/accounts/preferences/"
ALL = [topic.name for topic in mail_topics.TOPICS]


@pytest.fixture(autouse=True)
def _noon(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


def wants_digest(*users: User, **fields: Any) -> None:
    for user in users:
        User.objects.filter(pk=user.pk).update(digest=True, **fields)
        user.refresh_from_db()


def at(time_machine: Any, day: int, hour: int, minute: int = 5) -> None:
    time_machine.move_to(datetime(2026, 11, day, hour, minute, tzinfo=UTC), tick=False)


def kinds(user: User) -> list[str]:
    return list(Outgoing.objects.filter(to=user.email).order_by("pk").values_list("kind", flat=True))


def the_digest() -> Outgoing:
    return Outgoing.objects.get(kind="digest")


def second(scene: Scene) -> ShareRequest:
    return scene.request(datasets=[scene.fleet])


def test_two_requests_come_as_one_mail_the_next_morning(scene: Scene, time_machine: Any) -> None:
    wants_digest(scene.dan)
    scene.request()
    second(scene)
    assert kinds(scene.dan) == []
    assert digests.send_due() == 0
    at(time_machine, 26, 7)
    assert digests.send_due() == 0
    at(time_machine, 26, 8)
    assert [digests.send_due() for _ in range(3)] == [1, 0, 0]
    mail = the_digest()
    assert mail.subject == "2 requests wait for your answer"
    for ask in Ask.objects.filter(approver=scene.dan):
        assert f"/approvals/{ask.public_id}/" in mail.text
        assert f"/approvals/{ask.public_id}/" in mail.html
    assert "United asks for Flights: approve or decline" in mail.text
    assert mail.headers.keys() >= {"List-Unsubscribe", "List-Unsubscribe-Post"}


def test_the_morning_is_that_of_the_readers_zone_and_of_a_working_day(scene: Scene, time_machine: Any) -> None:
    wants_digest(scene.dan, zone="America/Los_Angeles")
    at(time_machine, 27, 22)
    scene.request()
    for day, hour, sent in ((28, 17, 0), (29, 17, 0), (30, 15, 0), (30, 16, 1)):
        at(time_machine, day, hour)
        assert digests.send_due() == sent, (day, hour)


def test_a_day_that_begins_twice_loses_nothing(scene: Scene, time_machine: Any) -> None:
    wants_digest(scene.dan)
    scene.request()
    at(time_machine, 26, 8)
    assert digests.send_due() == 1
    at(time_machine, 26, 10)
    second(scene)
    wants_digest(scene.dan, zone="America/New_York")
    at(time_machine, 26, 14)
    assert digests.send_due() == 0
    at(time_machine, 27, 14)
    assert digests.send_due() == 1
    assert "Fleet" in Outgoing.objects.filter(kind="digest").latest("pk").text


def test_the_worker_sends_it_and_looks_for_whom_mail_does_not_reach(
    scene: Scene, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wants_digest(scene.dan)
    scene.request()
    marking.mark(scene.eve.email, "Came back")
    MarkedAddress.objects.create(address=scene.dan.email, why="Came back")
    at(time_machine, 26, 8)
    monkeypatch.setattr(sweep, "_tidied", -sweep.TIDY_EVERY)
    sweep.sweep()
    assert the_digest().to == scene.dan.email
    assert Incident.objects.get().code == NOBODY_REACHED


def test_what_was_decided_or_answered_meanwhile_is_not_in_it(scene: Scene, time_machine: Any) -> None:
    wants_digest(scene.dan)
    request, other = scene.request(), second(scene)
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    requests.withdraw(other, scene.ada)
    at(time_machine, 26, 9)
    assert digests.send_due() == 0
    assert kinds(scene.dan) == []
    assert not Collected.objects.filter(told_at=None).exists()


def test_what_was_told_of_and_is_no_longer_asked_is_called_off_in_the_next(scene: Scene, time_machine: Any) -> None:
    wants_digest(scene.dan)
    request = scene.request()
    at(time_machine, 26, 9)
    assert digests.send_due() == 1
    requests.withdraw(request, scene.ada)
    at(time_machine, 27, 9)
    assert digests.send_due() == 1
    last = Outgoing.objects.filter(kind="digest").latest("pk")
    assert last.subject == "What happened at Firn"
    assert "No answer needed any more" in last.text
    assert "Waiting for your answer" not in last.text


def test_decisions_and_warnings_come_at_once(scene: Scene) -> None:
    wants_digest(scene.ada, scene.dan, scene.eve)
    request = scene.approved()
    assert kinds(scene.ada) == ["approved"]
    assert [item.kind for item in Collected.objects.filter(user=scene.ada)] == ["received"]
    assert request.state == "approved"


def test_nobody_else_is_concerned(scene: Scene) -> None:
    wants_digest(scene.dan)
    scene.request()
    assert kinds(scene.ada) == ["received"]


@pytest.mark.parametrize("kind", sorted(mail_topics.COLLECTED))
def test_what_is_collected_leads_somewhere(kind: str) -> None:
    from portal.mail import examples

    context = examples.every()[kind].context
    assert [name for name in mail_topics.LINKS if context.get(name)], kind


def test_what_somebody_does_not_want_does_not_come(scene: Scene) -> None:
    User.objects.filter(pk=scene.ada.pk).update(muted=["arrived"])
    scene.request(requester=User.objects.get(pk=scene.ada.pk))
    assert kinds(scene.ada) == []
    assert not Collected.objects.exists()


def test_what_waits_for_an_answer_cannot_be_done_without(scene: Scene) -> None:
    User.objects.filter(pk=scene.dan.pk).update(muted=[*ALL, "ask", "reminder"])
    scene.request()
    assert kinds(scene.dan) == ["ask"]


def stop_path() -> str:
    return urlsplit(str(the_digest().headers["List-Unsubscribe"]).strip("<>")).path


@pytest.fixture
def told(scene: Scene, time_machine: Any) -> Scene:
    wants_digest(scene.dan)
    scene.request()
    at(time_machine, 26, 9)
    assert digests.send_due() == 1
    return scene


def test_looking_at_the_way_out_changes_nothing(told: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    for method in (client.get, client.head):
        assert method(stop_path()).status_code == 200
    told.dan.refresh_from_db()
    assert told.dan.digest


def test_one_click_of_a_mail_program_ends_it(told: Scene) -> None:
    waits = second(told)
    assert kinds(told.dan) == ["digest"]
    form = "application/x-www-form-urlencoded"
    for _ in range(2):
        client = Client(enforce_csrf_checks=True)
        assert client.post(stop_path(), "List-Unsubscribe=One-Click", content_type=form).status_code == 200
    told.dan.refresh_from_db()
    assert (told.dan.digest, sorted(told.dan.muted)) == (False, sorted(ALL))
    # What waits for an answer comes by itself again, and nothing of it is lost or told twice.
    assert kinds(told.dan) == ["digest", "ask"]
    assert str(waits.asks.get().public_id) in Outgoing.objects.get(kind="ask").text
    requests.ask_approvers(waits)
    for request in ShareRequest.objects.all():
        requests.ask_approvers(request)
    assert kinds(told.dan) == ["digest", "ask"]
    assert AuditEntry.objects.filter(action="person.digest_stopped").count() == 1


@pytest.mark.parametrize("token", ["guessed", "WzEsImEiXQ:1aBcDe:x", "WzEsImEiXQ"])
def test_a_guessed_way_out_is_none(told: Scene, token: str) -> None:
    assert Client().post(f"/mail/digest/stop/{token}/").status_code == 404
    told.dan.refresh_from_db()
    assert told.dan.digest


def test_the_way_out_is_of_one_address(told: Scene) -> None:
    path = stop_path()
    User.objects.filter(pk=told.dan.pk).update(email="daniel@sky.test")
    assert Client().post(path).status_code == 404


def test_only_the_digest_offers_a_way_out(told: Scene, mailbox: Mailbox) -> None:
    second(told)
    deliver_all(1)
    offered = {mail["Subject"] for mail in mailbox.mails if mail["List-Unsubscribe"]}
    assert offered == {"1 request waits for your answer"}
    (arrived,) = [mail for mail in mailbox.mails if mail["List-Unsubscribe"]]
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived["Auto-Submitted"] == "auto-generated"


def test_choosing_on_the_page_of_preferences(scene: Scene) -> None:
    dan = rows.browser(scene.dan)
    page = dan.get(PREFERENCES).content.decode()
    assert "always come" in page
    assert page.count('name="topics"') == page.count(" checked") == len(ALL)
    dan.post(PREFERENCES, {"digest": "on", "topics": ["progress"]})
    scene.dan.refresh_from_db()
    assert (scene.dan.digest, scene.dan.muted) == (True, ["arrived", "not-needed"])
    assert AuditEntry.objects.get(action="person.mails_chosen").data == {
        "digest": True,
        "muted": ["arrived", "not-needed"],
    }
    scene.request()
    assert kinds(scene.dan) == []
    dan.post(PREFERENCES, {"topics": ALL})
    assert kinds(scene.dan) == ["ask"]
    assert not Collected.objects.exists()


def test_a_topic_that_does_not_exist_is_refused(scene: Scene) -> None:
    answer = rows.browser(scene.dan).post(PREFERENCES, {"topics": ["ask"]})
    assert answer.status_code == 422
    scene.dan.refresh_from_db()
    assert scene.dan.muted == []


def test_old_lines_are_forgotten(told: Scene, time_machine: Any) -> None:
    assert digest.forget_old() == 0
    time_machine.move_to(timezone.now() + timedelta(days=91))
    assert digest.forget_old() == 1


def test_whoever_is_not_due_keeps_no_daily_mail_of_others_waiting(
    db: None, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "BATCH", 1)
    night = person("lee@sky.test", "Lee", digest=True, zone="America/Los_Angeles")
    fresh, due, second = (person(f"{name}@sky.test", name, digest=True) for name in ("fay", "gus", "hal"))
    at(time_machine, 26, 9)
    for user, hours in ((night, 30), (fresh, 0), (due, 20), (second, 19)):
        collected = timezone.now() - timedelta(hours=hours)
        Collected.objects.create(
            key=user.email, user=user, kind="ready", url="/", subject="Ready", created_at=collected
        )
    assert [digests.send_due() for _ in range(3)] == [1, 1, 0]
    assert [mail.to for mail in Outgoing.objects.filter(kind="digest").order_by("pk")] == [due.email, second.email]
