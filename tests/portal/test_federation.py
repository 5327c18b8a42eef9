"""Sign-in through an organization's own OpenID provider: a real one, a process that says what it is asked to say."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.people import federation, services
from portal.people.models import EmailDomain, Membership, Organization, SignIn, User
from tests.web import rows
from tests.web.rows import House

pytestmark = pytest.mark.django_db
PATIENCE_S = 20.0
PASSWORD = "correct horse battery"
PEOPLE = {
    "u-new": ("new@ua.example", "Noa New"),
    "u-bea": ("bea@ua.example", "Bea"),
    "u-cy": ("cy@dl.example", "Cy of another company"),
    "u-eve": ("eve@skyledger.example", "Eve"),
}
# What a provider says of whether it looked whose a mailbox is; of the others above it says yes.
UNSURE = {"u-no": False, "u-unsaid": None, "u-text": "false"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The issuer's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said: list[dict[str, Any]] = [
        {"sub": sub, "email": email, "name": name, "email_verified": True} for sub, (email, name) in PEOPLE.items()
    ]
    said += [{"sub": sub, "email": "new@ua.example", "email_verified": claim} for sub, claim in UNSURE.items()]
    claims = [json.dumps({name: value for name, value in one.items() if value is not None}) for one in said]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    command += [part for claim in claims for part in ("--user-claims", claim)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{issuer}/.well-known/openid-configuration")
        yield issuer
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait(url: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            urlopen(url, timeout=2).close()
        except URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider does not answer")


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


def _agree(url: str, subject: str) -> str:
    """What the person does at their provider; where it sends them back to."""
    request = Request(url, urlencode({"sub": subject}).encode(), method="POST")
    try:
        build_opener(_Stay).open(request, timeout=5)
    except HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider sends nobody back")


@pytest.fixture
def house(provider: str) -> House:
    made = rows.house()
    _set_up(made.ua, "ua.example", provider)
    return made


def _set_up(organization: Organization, domain: str, issuer: str) -> SignIn:
    EmailDomain.objects.create(organization=organization, domain=domain, verified_at=timezone.now(), auto_join=True)
    sealed = federation.seal_secret("a-secret-of-the-client")
    return SignIn.objects.create(organization=organization, issuer=issuer, client_id="firn", sealed_secret=sealed)


def sign_in(subject: str, typed: str = "somebody@ua.example", client: Client | None = None) -> tuple[Client, Any]:
    """From the address typed to the page that the provider's answer leads to."""
    client = client or Client()
    page = client.post("/accounts/organization/", {"email": typed}).content.decode()
    link = re.search(r'href="(http://127\.0\.0\.1:\d+/[^"]+)"', page)
    assert link, page
    back = urlsplit(_agree(unescape(link[1]), subject))
    return client, client.get(f"{back.path}?{back.query}")


def test_somebody_new_signs_in_and_joins_their_organization(house: House) -> None:
    client, answer = sign_in("u-new")

    assert answer.status_code == 302, answer.content.decode()
    user = User.objects.get(email="new@ua.example")
    assert (user.name, user.has_usable_password()) == ("Noa New", False)
    assert Membership.objects.get(user=user).organization == house.ua
    assert client.get("/shares/").status_code == 200
    assert AuditEntry.objects.filter(action="account.signed_in", actor=user).count() == 1


def test_somebody_known_signs_in_as_themselves_again_and_again(house: House) -> None:
    for _ in range(2):
        client, answer = sign_in("u-bea")
        assert answer.status_code == 302
        assert int(client.session["_auth_user_id"]) == house.bea.pk
    assert User.objects.filter(email="bea@ua.example").count() == 1


@pytest.mark.parametrize("subject", ["u-cy", "u-eve"])
def test_it_speaks_for_nobody_of_another_domain(house: House, subject: str) -> None:
    client, answer = sign_in(subject)
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert rows.browser(house.cy).get("/shares/").status_code == 200


def test_it_never_speaks_for_staff_not_even_in_its_own_domain(house: House) -> None:
    User.objects.filter(pk=house.bea.pk).update(is_staff=True)
    client, answer = sign_in("u-bea")
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("subject", UNSURE)
def test_an_address_that_the_provider_did_not_verify_is_nobody_s(house: House, subject: str) -> None:
    client, answer = sign_in(subject)
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert not User.objects.filter(email="new@ua.example").exists()


def test_an_administrator_answers_for_a_provider_that_never_says_it(house: House) -> None:
    SignIn.objects.update(unsaid_is_verified=True)
    assert sign_in("u-unsaid")[1].status_code == 302
    assert sign_in("u-no")[1].status_code == 403, "what it says counts more"


def test_whoever_signed_up_with_another_s_address_loses_all_of_it(house: House) -> None:
    """They have a password, a second step and a session, and wait for the owner of the mailbox to come."""
    services.add_person("new@ua.example", password=PASSWORD)
    squatter = User.objects.get(email="new@ua.example")
    Authenticator.objects.create(user=squatter, type=Authenticator.Type.TOTP, data={"secret": "x"})
    open_session = rows.browser(squatter)
    assert open_session.get("/help/").status_code == 200

    client, answer = sign_in("u-new")

    assert (answer.status_code, int(client.session["_auth_user_id"])) == (302, squatter.pk)
    squatter.refresh_from_db()
    assert not squatter.has_usable_password()
    assert not Authenticator.objects.filter(user=squatter).exists()
    assert open_session.get("/accounts/preferences/").status_code == 302
    assert AuditEntry.objects.filter(action="account.reclaimed", target_id=str(squatter.pk)).count() == 1


def test_an_address_added_to_another_account_does_not_wait_there(house: House) -> None:
    squatter = rows.person("squat@elsewhere.example")
    EmailAddress.objects.create(user=squatter, email="new@ua.example", verified=False)
    client, answer = sign_in("u-new")
    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) != squatter.pk
    assert not EmailAddress.objects.filter(user=squatter, email="new@ua.example").exists()


def test_an_account_with_a_password_of_its_own_is_connected_by_its_owner_alone(house: House) -> None:
    owner = services.add_person("new@ua.example", password=PASSWORD, verified=True)
    client, answer = sign_in("u-new")
    assert answer.status_code == 403
    assert "Connect it first" in answer.content.decode()
    assert "_auth_user_id" not in client.session

    mine = Client()
    there = {"login": owner.email, "password": PASSWORD, "next": "/accounts/organization/"}
    assert mine.post("/accounts/login/", there).headers["Location"] == "/accounts/organization/"
    assert sign_in("u-new", client=mine)[1].headers["Location"] == "/accounts/reauthenticate/"
    mine.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert SocialAccount.objects.get().user == owner
    assert int(sign_in("u-new")[0].session["_auth_user_id"]) == owner.pk
    assert AuditEntry.objects.filter(action="account.sign_in_connected", actor=owner).exists()


def test_nobody_connects_the_sign_in_of_another_person(house: House) -> None:
    mine = Client()
    services.add_person("new@ua.example", password=PASSWORD, verified=True)
    mine.post("/accounts/login/", {"login": "new@ua.example", "password": PASSWORD})
    mine.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert sign_in("u-bea", client=mine)[1].status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_answer_that_was_not_asked_for_opens_nothing(house: House) -> None:
    client, path = Client(), f"/accounts/oidc/{house.ua.public_id}/login/callback/"
    client.get(f"{path}?code=guessed&state=guessed")
    assert "_auth_user_id" not in client.session


def test_a_domain_that_is_not_proved_any_more_ends_it(house: House) -> None:
    EmailDomain.objects.update(verified_at=None, auto_join=False)
    assert Client().post("/accounts/organization/", {"email": "new@ua.example"}).status_code == 422


def test_a_provider_that_does_not_answer_is_told(house: House) -> None:
    SignIn.objects.update(issuer="http://127.0.0.1:9")
    answer = Client().post("/accounts/organization/", {"email": "new@ua.example"}, follow=True)
    assert "does not answer" in answer.content.decode()


def test_whoever_comes_to_a_sign_in_whose_secret_cannot_be_read_is_told(house: House, settings: Settings) -> None:
    settings.SECRET_KEY = "another key, forty letters long, for tests"
    answer = Client().post("/accounts/organization/", {"email": "new@ua.example"}, follow=True)
    assert "does not answer" in answer.content.decode()


def test_an_administrator_sets_it_up_and_the_secret_shows_nowhere(house: House) -> None:
    client = rows.browser(house.eve)
    fields = {
        "organization": house.dl.pk,
        "kind": "openid",
        "issuer": "https://login.dl.example/",
        "client_id": "firn",
        "secret": "very-secret-canary",
        "is_active": "on",
    }
    assert client.post("/admin/people/signin/add/", fields).status_code == 302
    made = SignIn.objects.get(organization=house.dl)
    assert made.issuer == "https://login.dl.example"
    assert "very-secret-canary" not in made.sealed_secret
    assert "very-secret-canary" not in client.get(f"/admin/people/signin/{made.pk}/change/").content.decode()
    plain = client.post("/admin/people/signin/add/", fields | {"issuer": "http://login.dl.example/"})
    assert "https address" in plain.content.decode()


def test_f56_a_secret_under_another_key_shuts_that_sign_in_and_nobody_else_s(
    house: House, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key, forty letters long, for tests"
    SignIn.objects.create(
        organization=house.dl,
        issuer="https://login.dl.example",
        client_id="firn",
        sealed_secret=federation.seal_secret("x"),
    )
    adapter = federation.SocialAdapter()
    assert [app.name for app in adapter.list_apps(HttpRequest())] == [house.dl.name]
    assert "put that one into SECRET_KEY_FALLBACKS" in caplog.text
    settings.SECRET_KEY_FALLBACKS = [old]
    assert {app.name for app in adapter.list_apps(HttpRequest())} == {house.ua.name, house.dl.name}
