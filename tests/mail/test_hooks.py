"""What a mail provider tells by webhook: who is believed, what it does, and that it does it once."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.mail import marking
from portal.mail.models import Incoming, MarkedAddress, Outgoing
from shares.models import HeldReply
from shares.services import reply_rules
from tests.mail import letters
from tests.mail.conftest import HOOK
from tests.mail.esp import Postmark
from tests.mail.letters import Reply
from tests.mail.test_delivery import deliver_all
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db
TRACKING, INBOUND = "/mail/hooks/tracking/", "/mail/hooks/inbound/"


def call(path: str, data: dict[str, Any], secret: str | None = HOOK) -> HttpResponse:
    headers = {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret is not None else {}
    # As from outside: with the check against forged forms.
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(path, data, content_type="application/json", headers=headers)  # type: ignore[return-value]


def bounce(to: str = "dan@sky.test", **more: Any) -> dict[str, Any]:
    """As postmarkapp.com/developer/webhooks/bounce-webhook shows it."""
    told = {"RecordType": "Bounce", "MessageStream": "outbound", "ID": 42, "Type": "HardBounce", "Email": to}
    told |= {"MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "BouncedAt": "2026-11-26T09:12:00Z"}
    return {**told, "Details": "smtp;550 5.1.1 The email account does not exist.", "Description": "Hard", **more}


def mail(reply: Reply, number: int = 1) -> dict[str, Any]:
    """As postmarkapp.com/developer/webhooks/inbound-webhook shows it, with the raw mail."""
    raw = reply.raw(number).decode().partition("\r\n")[2]
    headers = [{"Name": "Return-Path", "Value": "<dan@sky.test>"}]
    return {"FromFull": {"Email": "dan@sky.test"}, "OriginalRecipient": reply.to, "Headers": headers, "RawEmail": raw}


@pytest.fixture
def ask(scene: Scene, postmark: Postmark) -> Outgoing:
    scene.request()
    deliver_all(1)
    return Outgoing.objects.get(kind="ask")


@pytest.mark.parametrize(
    "told",
    [
        bounce(),
        bounce(Type="SpamComplaint", RecordType="SpamComplaint"),
        bounce(Type="BadEmailAddress"),
        bounce("Dan@Sky.Test"),
    ],
)
def test_what_came_back_marks_the_address_calls_people_and_asks_the_next(ask: Outgoing, told: dict[str, Any]) -> None:
    assert call(TRACKING, told).status_code == 200
    assert call(TRACKING, told).status_code == 200
    marked = MarkedAddress.objects.get()
    assert marked.address == "dan@sky.test"
    assert "5.1.1" in marked.why
    assert Outgoing.objects.get(kind="alert").to == "eve@sky.test"
    assert Outgoing.objects.get(kind="ask", to="eve@sky.test")
    assert Incoming.objects.count() == 1


def test_a_report_that_is_repeated_after_somebody_confirmed_the_address_marks_nothing(
    scene: Scene, ask: Outgoing
) -> None:
    call(TRACKING, bounce())
    marking.confirm(MarkedAddress.objects.get(), scene.eve)
    call(TRACKING, bounce())
    assert not MarkedAddress.objects.exists()
    call(TRACKING, bounce(ID=43, BouncedAt="2026-11-27T09:12:00Z"))
    assert MarkedAddress.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        bounce(Type="SoftBounce"),
        bounce(Type="Transient"),
        bounce("stranger@elsewhere.test"),
        bounce(""),
        {
            "RecordType": "Delivery",
            "MessageID": "1",
            "Recipient": "dan@sky.test",
            "DeliveredAt": "2026-11-26T09:12:00Z",
        },
        {"RecordType": "Open", "MessageID": "1", "Recipient": "dan@sky.test", "ReceivedAt": "2026-11-26T09:12:00Z"},
    ],
)
def test_what_passes_or_is_not_ours_marks_nothing(ask: Outgoing, told: dict[str, Any]) -> None:
    assert call(TRACKING, told).status_code == 200
    assert not MarkedAddress.objects.exists()


@pytest.mark.parametrize("secret", [None, "", "firn", "firn:", "firn:wrong", HOOK.upper(), f"{HOOK}x", "é:é"])
@pytest.mark.parametrize("path", [TRACKING, INBOUND])
def test_whoever_does_not_know_the_secret_changes_nothing(ask: Outgoing, path: str, secret: str | None) -> None:
    told = bounce() if path == TRACKING else mail(Reply("firn@firn.test"))
    assert call(path, told, secret).status_code == 403
    assert not MarkedAddress.objects.exists()
    assert not Incoming.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "3", '"x"', '{"RecordType": 7}', '{"RecordType": "Inbound"}', "\x00"])
@pytest.mark.parametrize("path", [TRACKING, INBOUND])
def test_what_cannot_be_read_is_refused_and_breaks_nothing(ask: Outgoing, path: str, body: str) -> None:
    headers = {"authorization": f"Basic {base64.b64encode(HOOK.encode()).decode()}"}
    answer = Client(raise_request_exception=False).post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code in (200, 400)
    assert not MarkedAddress.objects.exists()
    assert not HeldReply.objects.exists()


@pytest.mark.parametrize("path", [TRACKING, INBOUND])
@pytest.mark.parametrize("change", [{"FIRN_MAIL_PROVIDER": ""}, {"FIRN_MAIL_HOOK_SECRET": ""}])
def test_without_a_provider_and_a_secret_there_is_no_such_page(
    postmark: Postmark, settings: Settings, path: str, change: dict[str, str]
) -> None:
    for name, value in change.items():
        setattr(settings, name, value)
    assert call(path, bounce()).status_code == 404


def test_a_get_is_no_call(postmark: Postmark) -> None:
    assert [Client().get(path).status_code for path in (TRACKING, INBOUND)] == [405, 405]
    assert [Client().head(path).status_code for path in (TRACKING, INBOUND)] == [200, 200]


@pytest.fixture
def address(scene: Scene, postmark: Postmark, settings: Settings) -> str:
    """Where Dan's answer about a second dataset goes."""
    settings.FIRN_REPLIES = True
    settings.FIRN_REPLY_ADDRESS, settings.FIRN_AUTHSERV_ID = "firn@firn.test", letters.SERVER
    scene.approved()
    return reply_rules.address_of(scene.request(datasets=[scene.fleet]).asks.get())


def test_an_answer_that_the_provider_hands_over_is_held_once(address: str) -> None:
    told = mail(Reply(address))
    assert call(INBOUND, told).status_code == 200
    assert call(INBOUND, told).status_code == 200
    assert HeldReply.objects.get().answer == "approve"
    assert [row.outcome for row in Incoming.objects.all()] == ["taken"]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"results": ("mx.evil.test; dmarc=pass header.from=sky.test", letters.PASS)}, "sender not proved"),
        ({"results": ()}, "sender not proved"),
        ({"results": (f"{letters.SERVER}; dmarc=fail header.from=sky.test",)}, "sender not proved"),
        ({"sender": "mallory@evil.test"}, "sender not known"),
        ({"more": (("Auto-Submitted", "auto-replied"),)}, "written by a machine"),
    ],
)
def test_only_our_own_servers_word_proves_the_sender(address: str, change: dict[str, Any], outcome: str) -> None:
    assert call(INBOUND, mail(Reply(address, **change))).status_code == 200
    assert not HeldReply.objects.exists()
    assert Incoming.objects.get().outcome == outcome


def test_a_mail_without_a_sender_on_its_envelope_was_written_by_a_machine(address: str) -> None:
    told = mail(Reply(address))
    told["Headers"] = [{"Name": "Return-Path", "Value": "<>"}]
    call(INBOUND, told)
    assert Incoming.objects.get().outcome == "written by a machine"


def test_a_provider_that_sends_the_parts_instead_of_the_mail_is_read_the_same(address: str) -> None:
    told = mail(Reply(address))
    del told["RawEmail"]
    told["Headers"] += [
        {"Name": "Authentication-Results", "Value": letters.PASS},
        {"Name": "Message-ID", "Value": "<9@sky.test>"},
    ]
    people = {"From": "Dan <dan@sky.test>", "FromFull": {"Email": "dan@sky.test", "Name": "Dan"}}
    told |= {**people, "ToFull": [{"Email": address, "Name": ""}], "Subject": "Re: Fleet", "TextBody": "approve\n"}
    assert call(INBOUND, told).status_code == 200
    assert Incoming.objects.get().outcome == "taken"


def test_the_provider_is_heard_however_often_it_calls_and_whoever_guesses_is_not(
    postmark: Postmark, settings: Settings
) -> None:
    settings.FIRN_WRITES_A_MINUTE = 3
    with time_machine.travel("2026-11-27 12:00:10+00:00", tick=False):
        assert [call(TRACKING, bounce(ID=n)).status_code for n in range(9)] == [200] * 9
        assert [call(TRACKING, bounce(), "firn:guess").status_code for _ in range(5)] == [403, 403, 403, 429, 429]
        assert call(INBOUND, bounce(), "firn:guess").status_code == 429
    with time_machine.travel("2026-11-27 12:01:10+00:00", tick=False):
        assert call(TRACKING, bounce(ID=9)).status_code == 200
