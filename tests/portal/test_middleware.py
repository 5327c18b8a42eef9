"""What every answer carries, and what a fragment gets when the session is over."""

from __future__ import annotations

from typing import NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.people.models import User

pytestmark = pytest.mark.django_db
FRAGMENT = {"hx-request": "true", "hx-current-url": "http://testserver/shares/?page=2"}


def test_a_fragment_of_an_expired_session_sends_the_whole_page_to_the_sign_in() -> None:
    response = Client().get("/shares/", headers=FRAGMENT)
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=%2Fshares%2F"


def test_the_way_back_never_leads_to_another_site() -> None:
    for url in ("http://testserver//evil.example/", "javascript:alert(1)", "//evil.example/x"):
        response = Client().get("/shares/", headers={**FRAGMENT, "hx-current-url": url})
        assert "evil" not in response.headers["HX-Redirect"] or "next=%2Fx" in response.headers["HX-Redirect"]
        assert "javascript" not in response.headers["HX-Redirect"]


def test_pages_of_signed_in_people_are_kept_nowhere() -> None:
    client = Client()
    client.force_login(User.objects.create_user("ada@ua.test"))
    response = client.get("/welcome/")
    assert "no-store" in response.headers["Cache-Control"]
    assert "HX-Request" in response.headers["Vary"]


def test_signing_out_leaves_nothing_in_the_browser() -> None:
    client = Client()
    client.force_login(User.objects.create_user("ada@ua.test"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Clear-Site-Data" not in client.get("/welcome/").headers
    assert client.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/accounts/login/").headers


def test_every_answer_has_the_strict_policy_and_a_request_id() -> None:
    response = Client().get("/accounts/login/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert len(response.headers["X-Request-ID"]) >= 8


def test_a_strangers_request_id_is_not_believed_without_a_proxy() -> None:
    response = Client().get("/healthz", headers={"x-request-id": "forged-0123456789"})
    assert response.headers["X-Request-ID"] != "forged-0123456789"


def test_health_is_for_everybody_and_says_little() -> None:
    response = Client().get("/healthz")
    assert response.json() == {"ok": True, "database": "reachable"}
    assert Client().post("/healthz").status_code == 405


def test_health_is_refused_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> NoReturn:
        raise OperationalError("could not connect")

    monkeypatch.setattr(connection, "cursor", away)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": "unreachable"}


def test_a_fragment_of_somebody_without_a_customer_leads_the_whole_page_to_the_waiting_room() -> None:
    client = Client()
    client.force_login(User.objects.create_user("new@ua.test"))
    response = client.get("/shares/", headers=FRAGMENT)
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/welcome/"


def test_entries_carry_the_request_and_the_address_behind_trusted_proxies(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = User.objects.create_user("ada@ua.test", "correct horse battery")
    forwarded = {"x-forwarded-for": "203.0.113.9, 198.51.100.7", "x-request-id": "edge-0123456789"}
    Client().post("/accounts/login/", {"login": user.email, "password": "wrong"}, headers=forwarded)
    entry = AuditEntry.objects.get(action="account.sign_in_failed")
    assert (entry.request_id, entry.address) == ("edge-0123456789", "198.51.100.7")


def test_a_forwarded_address_is_not_believed_without_a_proxy() -> None:
    user = User.objects.create_user("ada@ua.test", "correct horse battery")
    forwarded = {"x-forwarded-for": "203.0.113.9"}
    Client().post("/accounts/login/", {"login": user.email, "password": "wrong"}, headers=forwarded)
    assert AuditEntry.objects.get(action="account.sign_in_failed").address == "127.0.0.1"


def test_what_is_recorded_outside_a_request_names_none() -> None:
    assert (record("test.done").request_id, record("test.done").address) == ("", None)
