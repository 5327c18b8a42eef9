"""Mail that comes back: who is believed, what stops, who is called, and the way back."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from portal.audit.models import AuditEntry
from portal.mail import marking, receive, send
from portal.mail.models import MarkedAddress, Outgoing
from tests.mail.test_delivery import deliver_all
from tests.portal.conftest import Mailbox
from tests.services.rows import Scene
from tests.web import rows

REPORT = """Return-Path: <>
From: MAILER-DAEMON@mx.firn.test
To: firn@firn.test
Message-ID: <{own}@mx.firn.test>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.firn.test

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
--b
Content-Type: {kind}

Message-ID: {id}
Subject: x

--b--
"""


def report(mail: Outgoing, **fields: str) -> bytes:
    told = {"own": "1", "to": mail.to, "action": "failed", "status": "5.1.1", "kind": "message/rfc822"}
    told["id"] = send.message_id(mail)
    return REPORT.format(**{**told, **fields}).replace("\n", "\r\n").encode()


@pytest.fixture
def ask(scene: Scene) -> Outgoing:
    scene.request()
    return Outgoing.objects.get(kind="ask")


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_about_a_mail_of_ours_marks_the_address_and_calls_people(ask: Outgoing, kind: str) -> None:
    assert receive.take(report(ask, kind=kind)) == receive.BOUNCED
    assert MarkedAddress.objects.get().address == "dan@sky.test"
    alert = Outgoing.objects.get(kind="alert")
    assert alert.to == "eve@sky.test"
    assert "dan@sky.test was asked" in alert.text
    assert receive.take(report(ask, own="2")) == receive.BOUNCED
    assert AuditEntry.objects.filter(action="mail.address_marked").count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "<guessed@localhost>"},
        {"id": ""},
        {"to": "ada@ua.test"},
        {"status": "4.2.2"},
        {"action": "delayed"},
        {"action": "delivered"},
        {"kind": "text/plain"},
    ],
)
def test_a_report_that_anybody_could_write_marks_nothing(ask: Outgoing, fields: dict[str, str]) -> None:
    assert receive.take(report(ask, **fields)) != receive.BOUNCED
    assert not MarkedAddress.objects.exists()


def test_nothing_is_sent_there_until_somebody_confirms_it(scene: Scene, ask: Outgoing, mailbox: Mailbox) -> None:
    marking.mark("Dan@sky.test", "Came back with 5.1.1")
    deliver_all(1)
    assert "dan@sky.test" not in {mail["To"] for mail in mailbox.mails}
    ask.refresh_from_db()
    assert (ask.state, ask.sent_at) == ("given up", None)
    changelist = "/admin/mail/markedaddress/"
    data = {"action": "confirm", "_selected_action": [MarkedAddress.objects.get().pk]}
    assert "gets mail again" in rows.browser(scene.eve).post(changelist, data, follow=True).content.decode()
    assert send.send_again(ask)
    assert send.deliver(ask.pk)
    assert mailbox.mails[-1]["To"] == "dan@sky.test"


def test_an_auditor_cannot_confirm(scene: Scene, ask: Outgoing) -> None:
    marking.mark("dan@sky.test", "Came back")
    auditor = rows.browser(rows.person("lou@sky.test", is_staff=True, staff_role="auditor"))
    auditor.post("/admin/mail/markedaddress/", {"action": "confirm", "_selected_action": [1]}, follow=True)
    assert MarkedAddress.objects.exists()


def test_check_prints_the_records_and_sends_a_probe(
    mailbox: Mailbox, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("mail", "check", to="ops@firn.test", no_lookup=True)
    out = capsys.readouterr().out
    for part in ("v=spf1 ip4:127.0.0.1 -all", "_domainkey.localhost.", "_dmarc.localhost.", "v=DMARC1;"):
        assert part in out
    assert [mail["To"] for mail in mailbox.mails] == ["ops@firn.test"]
