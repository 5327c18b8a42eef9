"""One approval cycle over a real SMTP server: each mail arrives exactly once, however often the bell rings."""

from __future__ import annotations

from collections import Counter

from portal.mail import send
from portal.mail.models import Outgoing
from shares.models import Ask
from shares.services import approvals
from shares.services.codes import code_for
from tests.portal.conftest import Mailbox
from tests.services.rows import Scene, person, tell_ready


def deliver_all(times: int = 5) -> None:
    for pk in list(Outgoing.objects.order_by("id").values_list("pk", flat=True)) * times:
        send.deliver(pk)


def test_one_approval_cycle_arrives_once_per_event_and_recipient(scene: Scene, mailbox: Mailbox) -> None:
    scene.flights.approvers.add(person("deb@sky.test"))
    request = scene.request()
    deliver_all()
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    deliver_all()
    for _ in range(3):
        tell_ready(request)
    deliver_all()
    arrived = Counter((mail["To"], mail["Subject"]) for mail in mailbox.mails)
    assert arrived == {
        ("dan@sky.test", "United asks for Flights: approve or decline"): 1,
        ("deb@sky.test", "United asks for Flights: approve or decline"): 1,
        ("ada@ua.test", "We received your request for Flights"): 1,
        ("ada@ua.test", "Approved: Flights for United"): 1,
        ("ada@ua.test", "Ready: Flights in CARRIERUA.ANALYTICS"): 1,
    }
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 5


def test_the_mail_that_arrives_has_both_forms_and_a_code_that_works(scene: Scene, mailbox: Mailbox) -> None:
    scene.request()
    deliver_all(1)
    ask = Ask.objects.get()
    mail = next(mail for mail in mailbox.mails if mail["To"] == "dan@sky.test")
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text
    assert html
    typed = next(line.strip() for line in text.get_content().splitlines() if line.strip() == code_for(ask))
    assert typed in html.get_content()
    assert approvals.check_code(ask, typed)


def test_no_code_is_left_in_the_outbox(scene: Scene, mailbox: Mailbox) -> None:
    scene.request()
    deliver_all(1)
    code = code_for(Ask.objects.get())
    assert not [mail for mail in Outgoing.objects.all() if code in mail.text + mail.html + mail.subject]


def test_names_that_try_to_add_a_recipient_reach_nobody_else(scene: Scene, mailbox: Mailbox) -> None:
    scene.united.name = "United\nBcc: mallory@evil.test\n\nHello"
    scene.united.save()
    scene.request()
    deliver_all(1)
    assert {mail["To"] for mail in mailbox.mails} == {"dan@sky.test", "ada@ua.test"}
    assert all(mail["Bcc"] is None for mail in mailbox.mails)
