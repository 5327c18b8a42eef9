"""What every answer carries, and what a fragment gets when the session is over."""

from __future__ import annotations

import pytest
from django.test import Client

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


def test_every_answer_has_the_strict_policy_and_a_request_id() -> None:
    response = Client().get("/accounts/login/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert len(response.headers["X-Request-ID"]) >= 8


def test_a_strangers_request_id_is_not_believed_without_a_proxy() -> None:
    response = Client().get("/healthz", headers={"x-request-id": "forged-0123456789"})
    assert response.headers["X-Request-ID"] != "forged-0123456789"


def test_health_is_for_everybody_and_says_little() -> None:
    response = Client().get("/healthz")
    assert response.json() == {"ok": True, "database": "reachable"}
    assert Client().post("/healthz").status_code == 405
