"""Twelve secrets, and everything that goes wrong with them: none shows where it has no business."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.mail import send
from portal.mail.models import Outgoing
from portal.people import federation, services
from portal.people.models import SignIn
from shares.services import codes, handshakes
from shares.snowflake.connect import BadConnection, parameters
from tests.web import rows
from tests.web.rows import House

# Each stands for a secret that whoever runs the portal, or one person, has.
KEY = "canary-secret-key-0123456789-0123456789-0123456789-abc"
SMTP, TYPED, PASSWORD = "canary-smtp-password", "canary typed into the wrong field", "canary correct horse"
PASSPHRASE, TOTP_SECRET, OIDC = "canary-passphrase-of-the-key", "CANARYZZCANARYZZCANARYZZCANARYZZ", "canary-oidc-secret"


@pytest.fixture
def canaries(house: House, settings: Settings, tmp_path: Path) -> dict[str, str]:
    settings.SECRET_KEY, settings.EMAIL_HOST_PASSWORD = KEY, SMTP
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST, settings.EMAIL_PORT = "firn", "127.0.0.1", 9
    services.add_person("noa@ua.example", password=PASSWORD, verified=True)
    TOTP.activate(house.ada, TOTP_SECRET)
    recovery = RecoveryCodes.activate(house.ada).get_unused_codes()[0]
    sealed = federation.seal_secret(OIDC)
    SignIn.objects.create(organization=house.ua, issuer="https://id.ua.example", client_id="firn", sealed_secret=sealed)
    asked = rows.request(house.ada, house.flights)
    ask = asked.asks.get()
    shake = handshakes.start(asked.consumer_account, rows.provider("AWS_EU_WEST_1"), house.ada)
    return {
        "the key of everything": KEY,
        "the mail server's password": SMTP,
        "the passphrase of the provider's key": PASSPHRASE,
        "a password": PASSWORD,
        "a password typed as an address": TYPED,
        "an authenticator's secret": TOTP_SECRET,
        "a recovery code": recovery,
        "the secret of an organization's sign-in": OIDC,
        "an approver's code": codes.code_for(ask),
        "an account's code": codes.proof_code(shake),
        "the code of the way back": codes.way_back_code(shake),
        "a link for a new password": "",
    }


def _goes_wrong(house: House, canaries: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sign-ins, mails, connections and a page that fail; the pages that people saw of it."""
    stranger = Client(raise_request_exception=False)
    # Whoever typed it sees the form again as they filled it in.
    stranger.post("/accounts/login/", {"login": TYPED, "password": TYPED})
    pages = [
        stranger.post("/accounts/login/", {"login": "noa@ua.example", "password": f"{PASSWORD}!"}),
        stranger.post("/accounts/login/", {"login": "noa@ua.example", "password": PASSWORD}),
        stranger.post("/accounts/password/reset/", {"email": "noa@ua.example"}),
    ]
    link = next(
        line
        for line in Outgoing.objects.get(to="noa@ua.example", kind__contains="reset").text.split()
        if "/key/" in line
    )
    canaries["a link for a new password"] = link.rstrip("/").rpartition("/")[2]
    for mail in Outgoing.objects.all():
        send.deliver(mail.pk)
    broken = tmp_path / "connections.toml"
    broken.write_text(
        f'[main]\naccount = "A"\nuser = "U"\nprivate_key_file_pwd = "{PASSPHRASE}"\nprivate_key_file = "no.p8"\nx = 1\n'
    )
    with pytest.raises(BadConnection) as refused:
        parameters(broken, "main")
    logging.getLogger("shares").exception("refused", exc_info=refused.value)

    def fails(*arguments: object, **options: object) -> None:
        secret, key = dict(canaries), django_settings.SECRET_KEY
        raise RuntimeError(f"{len(secret)} {len(key)}")

    monkeypatch.setattr("shares.views.home.render", fails)
    owner = rows.browser(house.ada)
    owner.raise_request_exception = False
    pages += [owner.get("/"), owner.get("/shares/"), owner.get("/requests/"), owner.get("/audit/")]
    admin = rows.browser(house.eve)
    pages += [
        admin.get("/admin/"),
        admin.get("/admin/people/signin/"),
        admin.get("/admin/mail/outgoing/"),
        admin.get("/operations/"),
    ]
    assert [page.status_code for page in pages].count(500) == 1
    return [page.content.decode() for page in pages]


def _database() -> str:
    """Every value of every table, but for the mails that wait, which hold what their readers must get."""
    models = [model for model in apps.get_models(include_auto_created=True) if model is not Outgoing]
    return "\n".join(json.dumps(list(model._default_manager.values()), default=str) for model in models)


def test_no_secret_shows_where_it_has_no_business(
    house: House,
    canaries: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with caplog.at_level(logging.DEBUG):
        pages = _goes_wrong(house, canaries, tmp_path, monkeypatch)
    places = {"logs": caplog.text, "pages": "\n".join(pages), "database": _database()}

    assert len(canaries) == 12
    assert all(len(secret) >= 8 for secret in canaries.values())
    assert len(caplog.text) > 1000
    assert [
        (what, where) for what, secret in canaries.items() for where, text in places.items() if secret in text
    ] == []


@pytest.mark.django_db
def test_a_failed_sign_in_is_on_record_without_what_was_typed() -> None:
    services.add_person("noa@ua.example", password=PASSWORD, verified=True)
    Client().post("/accounts/login/", {"login": "noa@ua.example", "password": TYPED})
    entry = AuditEntry.objects.filter(action="account.sign_in_failed").get()
    assert TYPED not in json.dumps(AuditEntry.objects.filter(pk=entry.pk).values().get(), default=str)


def test_a_refusal_is_logged_with_its_request(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="django.request"):
        answer = rows.browser(house.vic).get("/operations/")
    assert answer.status_code in (403, 404)
    assert any("/operations/" in record.getMessage() for record in caplog.records)
