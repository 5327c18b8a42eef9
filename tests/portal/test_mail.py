"""The outbox: once per event and recipient, delivered over real SMTP, never lost silently."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.mail import links, outbox, send
from portal.mail.models import Outgoing
from tests.portal.conftest import Mailbox

pytestmark = pytest.mark.django_db


def post(key: str = "attached:1:ada@ua.test", secret: bool = False) -> Outgoing | None:
    context = {"name": "Ada", "organization": "United <b>&</b>", "role": "Owner", "home_url": links.absolute("/")}
    return outbox.post("attached", "ada@ua.test", context, key=key, secret=secret)


def test_a_mail_exists_once_per_event_and_recipient() -> None:
    assert post() is not None
    assert post() is None
    assert Outgoing.objects.count() == 1
    assert OrmQ.objects.count() == 1


def test_a_rollback_takes_the_mail_and_its_bell_back() -> None:
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    assert not Outgoing.objects.exists()
    assert not OrmQ.objects.exists()


def test_it_arrives_once_however_often_it_is_rung_for(mailbox: Mailbox) -> None:
    mail = post()
    assert mail
    assert [send.deliver(mail.pk) for _ in range(5)] == [True, False, False, False, False]
    (arrived,) = mailbox.mails
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Message-ID"] == send.message_id(mail)
    assert arrived["To"] == "ada@ua.test"
    html = arrived.get_body(("html",))
    assert html
    assert "United &lt;b&gt;&amp;&lt;/b&gt;" in html.get_content()


@pytest.mark.django_db(transaction=True)
def test_it_arrives_once_when_several_workers_are_rung_at_the_same_moment(mailbox: Mailbox) -> None:
    mail = post()
    assert mail
    together = threading.Barrier(4)
    outcomes: list[bool] = []

    def work() -> None:
        try:
            together.wait()
            outcomes.append(send.deliver(mail.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert len(mailbox.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_post_the_same_event_make_one_mail() -> None:
    together = threading.Barrier(3)
    made: list[bool] = []

    def work() -> None:
        try:
            together.wait()
            made.append(post() is not None)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, True]
    assert OrmQ.objects.count() == 1


def test_a_secret_body_is_gone_once_it_is_sent(mailbox: Mailbox) -> None:
    mail = post(secret=True)
    assert mail
    assert mail.text
    send.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")
    text = mailbox.mails[0].get_body(("plain",))
    assert text
    assert "United" in text.get_content()


def test_a_server_that_is_away_is_tried_again_later(mailbox: Mailbox) -> None:
    mailbox.answer = "451 come back later"
    mail = post()
    assert mail
    assert not send.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "waiting"
    assert mail.next_attempt_at
    assert mail.next_attempt_at > timezone.now() + timedelta(seconds=20)
    assert not send.deliver(mail.pk), "not before its time"
    mailbox.answer = "250 OK"
    Outgoing.objects.update(next_attempt_at=timezone.now())
    assert send.due() == [mail.pk]
    assert send.deliver(mail.pk)
    assert len(mailbox.mails) == 1


def test_a_refusal_for_good_is_given_up_loudly_and_can_be_started_again(mailbox: Mailbox) -> None:
    mailbox.answer = "550 no such person"
    mail = post()
    assert mail
    send.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "given up"
    assert "550" in mail.error
    assert AuditEntry.objects.filter(action="mail.given_up").exists()
    mailbox.answer = "250 OK"
    assert send.send_again(mail)
    assert send.deliver(mail.pk)
    assert not send.send_again(mail)


def test_nothing_is_tried_for_ever() -> None:
    mail = post()
    assert mail
    Outgoing.objects.update(attempts=send.MAX_ATTEMPTS - 1)
    send.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "given up"


def test_a_process_that_died_while_sending_blocks_the_mail_for_minutes_only() -> None:
    mail = post()
    assert mail
    assert send._claim(mail.pk)
    assert send.due() == []
    Outgoing.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert send.due() == [mail.pk]


def test_the_waits_grow_and_reach_a_bound() -> None:
    waits = [send.delay_after(attempts) for attempts in range(1, 60)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert max(waits) == send.LONGEST_DELAY
    assert sum(waits[: send.MAX_ATTEMPTS], timedelta()) > timedelta(days=3)


def test_links_come_from_the_settings(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://firn.example"
    assert links.absolute("/shares/") == "https://firn.example/shares/"
    for wrong in ("//evil.example/", "https://evil.example/", ""):
        with pytest.raises(ValueError, match="not a path"):
            links.absolute(wrong)
