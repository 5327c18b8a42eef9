"""The anchor by webhook, taken and not taken by a real server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from portal.audit import anchors, webhook
from portal.audit.models import AnchorPost, AuditEntry
from portal.mail import send
from portal.mail.models import Outgoing
from portal.people.models import User
from tests.portal.test_audit import entries

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-the-webhook-0123456789"


class Receiver:
    """Keeps what is posted; answers `status`, after `slow` was set when there is one."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 204
        self.slow: Event | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/anchors?token=hook-token"

    def handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                if receiver.slow:
                    receiver.slow.wait(20)
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    made = Receiver()
    Thread(target=made.server.serve_forever, daemon=True).start()
    settings.FIRN_AUDIT_ANCHOR_URL, settings.FIRN_AUDIT_ANCHOR_SECRET = made.url, SECRET
    yield made
    made.server.shutdown()
    made.server.server_close()


def due_again(post: AnchorPost) -> None:
    AnchorPost.objects.filter(pk=post.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_it_is_posted_once_a_day_signed_and_checks_the_log(receiver: Receiver, tmp_path: Path) -> None:
    entries()
    assert anchors.send_due() == 1
    assert anchors.send_due() == 0
    post = AnchorPost.objects.get()
    assert webhook.deliver(post.pk) is True
    assert webhook.deliver(post.pk) is False
    [(path, headers, body)] = receiver.got
    assert path == "/anchors?token=hook-token"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}"
    mac = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    told = json.loads(body)
    assert (told["type"], told["data"]["entries"]) == ("audit.anchor", 5)
    kept = tmp_path / "anchor.json"
    kept.write_bytes(body)
    call_command("audit", "verify", f"--anchors={kept}")
    post.refresh_from_db()
    assert (post.state, post.error) == ("taken", "")


@pytest.mark.parametrize("status", [301, 307, 404, 503])
def test_what_is_not_taken_is_posted_again_later_under_the_same_id(receiver: Receiver, status: int) -> None:
    receiver.status = status
    entries(1)
    anchors.send_due()
    post = AnchorPost.objects.get()
    assert webhook.deliver(post.pk) is False
    post.refresh_from_db()
    assert (post.state, post.error) == ("waiting", f"127.0.0.1 answered {status}")
    assert webhook.ring_due() == 0
    due_again(post)
    assert webhook.ring_due() == 1
    receiver.status = 200
    assert webhook.deliver(post.pk) is True
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1
    assert [path for path, _, _ in receiver.got] == ["/anchors?token=hook-token"] * 2


def test_a_receiver_that_hangs_or_is_gone_costs_one_attempt(
    receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", (1, 0.3))
    receiver.slow = Event()
    entries(1)
    anchors.send_due()
    post = AnchorPost.objects.get()
    assert webhook.deliver(post.pk) is False
    receiver.slow.set()
    post.refresh_from_db()
    assert "did not answer" in post.error
    settings.FIRN_AUDIT_ANCHOR_URL = "http://127.0.0.1:9/anchors?token=hook-token"
    due_again(post)
    assert webhook.deliver(post.pk) is False
    post.refresh_from_db()
    assert (post.attempts, "hook-token" in post.error) == (2, False)


def test_that_it_was_given_up_is_told_in_the_reader_s_language(receiver: Receiver, settings: Settings) -> None:
    User.objects.create(email="help@firn.test", language="it")
    settings.SUPPORT_EMAIL = "help@firn.test"
    receiver.status = 500
    entries(1)
    anchors.send_due()
    AnchorPost.objects.update(attempts=send.MAX_ATTEMPTS - 1)
    webhook.deliver(AnchorPost.objects.get().pk)
    mail = Outgoing.objects.get(kind="anchor-not-taken")
    assert "non è stata accettata" in mail.subject
    assert "Conservare questa riga dove nessuno che gestisce il portale possa cambiarla:" in mail.text


def test_it_is_given_up_loudly(receiver: Receiver, settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "help@firn.test"
    receiver.status = 500
    entries(1)
    anchors.send_due()
    post = AnchorPost.objects.get()
    AnchorPost.objects.update(attempts=send.MAX_ATTEMPTS - 1)
    assert webhook.deliver(post.pk) is False
    post.refresh_from_db()
    assert post.state == "given up"
    mail = Outgoing.objects.get(kind="anchor-not-taken")
    assert mail.to == "help@firn.test"
    assert str(post.anchor) in mail.text
    assert "hook-token" not in mail.text + mail.html
    assert AuditEntry.objects.filter(action="audit.anchor_given_up").count() == 1
    due_again(post)
    assert webhook.ring_due() == 1


def test_what_waits_when_the_address_is_taken_away_stays(receiver: Receiver, settings: Settings) -> None:
    entries(1)
    anchors.send_due()
    settings.FIRN_AUDIT_ANCHOR_URL = ""
    due_again(AnchorPost.objects.get())
    assert webhook.ring_due() == 0
    assert anchors.send_due() == 0
