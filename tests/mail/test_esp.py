"""Mail through a provider's API, over real HTTP: what arrives, what is tried again, and what is refused for good."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from anymail.exceptions import AnymailUnsupportedFeature
from django.core.checks import run_checks
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from portal import env_esp
from portal.mail import send
from portal.mail.models import MarkedAddress, Outgoing
from tests.mail.conftest import use_mail
from tests.mail.esp import Postmark
from tests.mail.test_delivery import deliver_all
from tests.portal.test_mail_outage import _next_sweep, _post, _sweep
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db
# What anymail asks of each provider, besides the defaults.
OPTIONS = {"mailgun": "sender_domain=x.example", "mailjet": "secret_key=x", "scaleway": "project_id=x"}


def test_a_mail_arrives_once_with_its_own_id_thread_and_marks(scene: Scene, postmark: Postmark) -> None:
    scene.request()
    deliver_all(3)
    assert Counter(mail["To"] for mail in postmark.mails) == {"dan@sky.test": 1, "ada@ua.test": 1}
    ask = Outgoing.objects.get(kind="ask")
    number = next(at for at, mail in enumerate(postmark.mails) if mail["To"] == "dan@sky.test")
    sent, headers = postmark.mails[number], postmark.headers(number)
    assert headers["Message-ID"] == send.message_id(ask)
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["References"] == headers["In-Reply-To"] == ask.headers["References"]
    assert headers["X-PM-KeepID"] == "true"
    assert sent["From"] == "Firn <firn@localhost>"
    assert (sent["TrackOpens"], sent["TrackLinks"]) == (False, "None")
    assert sent["Subject"] == ask.subject
    assert "approve" in sent["TextBody"]
    assert "<html" in sent["HtmlBody"]
    assert ask.sent_at
    assert ask.text == ""


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_trouble_at_the_provider_is_tried_again(postmark: Postmark, status: int) -> None:
    postmark.status = status
    _post(1)
    mail = Outgoing.objects.get()
    assert not send.deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert str(status) in mail.error
    assert not MarkedAddress.objects.exists()
    postmark.status = 200
    Outgoing.objects.update(next_attempt_at=timezone.now())
    assert send.deliver(mail.pk)
    assert len(postmark.mails) == 1


def test_an_answer_that_does_not_come_is_tried_again_under_the_same_id(postmark: Postmark, settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "REQUESTS_TIMEOUT": 0.3}
    postmark.slow = Event()
    _post(1)
    mail = Outgoing.objects.get()
    assert not send.deliver(mail.pk)
    postmark.slow.set()
    Outgoing.objects.update(next_attempt_at=timezone.now())
    assert send.deliver(mail.pk)
    assert {postmark.headers(number)["Message-ID"] for number in range(len(postmark.mails))} == {send.message_id(mail)}


def test_an_address_that_the_provider_refuses_is_marked(scene: Scene, postmark: Postmark) -> None:
    postmark.suppressed.add("dan@sky.test")
    scene.request()
    deliver_all(2)
    assert MarkedAddress.objects.get().address == "dan@sky.test"
    assert Outgoing.objects.get(kind="ask", to="dan@sky.test").state == "given up"
    assert "comes back" in Outgoing.objects.get(kind="alert").subject
    assert Outgoing.objects.get(kind="ask", to="eve@sky.test")


def test_an_answer_that_says_neither_yes_nor_no_does_not_count_as_sent(postmark: Postmark) -> None:
    postmark.suppressed.add("person1@ua.example")
    postmark.words = "{} is inactive."
    _post(1)
    mail = Outgoing.objects.get()
    assert not send.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "waiting"
    assert "did not say" in mail.error


def test_a_provider_that_is_away_for_72_hours_loses_and_doubles_nothing(postmark: Postmark) -> None:
    postmark.status = 503
    with time_machine.travel(timezone.now(), tick=False) as clock:
        back = timezone.now() + timedelta(hours=72)
        posted = 0
        while timezone.now() < back:
            if posted < 20:
                _post(posted)
                posted += 1
            _sweep()
            clock.shift(min(_next_sweep(), back - timezone.now()) or timedelta(seconds=1))
        assert postmark.mails == []
        postmark.status = 200
        while Outgoing.objects.filter(sent_at=None).exists():
            clock.shift(_next_sweep())
            _sweep()
    assert Counter(mail["To"] for mail in postmark.mails) == {f"person{at}@ua.example": 1 for at in range(20)}


def test_check_sends_its_probe_through_the_provider(postmark: Postmark, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("mail", "check", to="ops@firn.test", no_lookup=True)
    assert [mail["To"] for mail in postmark.mails] == ["ops@firn.test"]
    assert "through postmark" in capsys.readouterr().out


@pytest.mark.parametrize("provider", env_esp.PROVIDERS)
def test_every_provider_takes_what_our_mails_say(
    provider: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = OPTIONS.get(provider, "x_unused=x")
    key = f"api_key=k&api_token=k&secret_key=k&server_token=k&api_url=http://127.0.0.1:9/&{more}"
    monkeypatch.setenv("EMAIL_URL", f"anymail://{provider}?{key}")
    use_mail(settings)
    assert not [found for found in run_checks() if found.id == "firn.E016"]
    backend = get_connection(f"anymail.backends.{provider}.EmailBackend")
    mail = Outgoing(key="k", kind="ask", to="dan@sky.test", subject="S", text="t", html="<p>t</p>", headers={})
    mail.headers = {"References": "<r@x>", "In-Reply-To": "<r@x>", "Reply-To": "firn+a1-x@x.example"}
    message: EmailMultiAlternatives = send.message_of(mail)
    try:
        payload = backend.build_message_payload(message, backend.send_defaults)  # type: ignore[attr-defined]
    except AnymailUnsupportedFeature as error:  # pragma: no cover - the failure of the test
        pytest.fail(str(error))
    assert payload
