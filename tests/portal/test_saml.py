"""Sign-in through an organization's SAML provider: what its answers must be like, and for whom it speaks."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core.checks import run_checks
from django.test import Client
from django.urls import clear_url_caches
from django.utils import timezone
from pytest_django import Settings

from portal.people.admin_forms import SignInForm
from portal.people.models import EmailDomain, Membership, SignIn, SignInKind, User
from tests.portal import saml_site
from tests.portal.saml_site import Keys
from tests.web import rows
from tests.web.rows import House

pytestmark = pytest.mark.django_db
OURS, OTHERS = saml_site.keys(), saml_site.keys()
HOST: dict[str, Any] = {"headers": {"host": "firn.test"}}


@pytest.fixture
def saml_on(settings: Settings) -> Iterator[None]:
    settings.FIRN_SAML = True
    settings.ROOT_URLCONF = "tests.portal.saml_site"
    clear_url_caches()
    registry.load()
    registry.register(SAMLProvider)
    yield
    del registry.provider_map[SAMLProvider.id]
    clear_url_caches()


@pytest.fixture
def house(saml_on: None) -> House:
    made = rows.house()
    EmailDomain.objects.create(organization=made.ua, domain="ua.example", verified_at=timezone.now(), auto_join=True)
    SignIn.objects.create(
        organization=made.ua,
        kind=SignInKind.SAML,
        issuer=saml_site.ENTITY,
        sso_url=saml_site.SSO,
        certificate=OURS.certificate,
        unsaid_is_verified=True,
    )
    return made


def begin(client: Client) -> tuple[str, str]:
    """The question that the browser carries to the provider, and where the answer goes."""
    page = client.post("/accounts/organization/", {"email": "somebody@ua.example"}, **HOST).content.decode()
    link = re.search(rf'href="({re.escape(saml_site.SSO)}[^"]+)"', page)
    assert link, page
    return saml_site.asked(unescape(link[1]))


def carry(client: Client, acs: str, answer: str) -> Any:
    """What the browser does with the provider's form: it comes from another site, without a token."""
    path = acs.removeprefix("http://firn.test")
    form = {"SAMLResponse": base64.b64encode(answer.encode()).decode()}
    kept = client.post(path, form, headers={"host": "firn.test", "origin": saml_site.ENTITY})
    assert kept.status_code == 302
    return client.get(kept.headers["Location"], **HOST)


def sign_in(email: str, signed_by: Keys | None = OURS, **options: Any) -> tuple[Client, Any]:
    client = Client(enforce_csrf_checks=True)
    question, acs = begin_without_token(client)
    return client, carry(client, acs, saml_site.answer(signed_by, question, acs, email, **options))


def begin_without_token(client: Client) -> tuple[str, str]:
    """Our own form has its token."""
    client.handler.enforce_csrf_checks = False
    found = begin(client)
    client.handler.enforce_csrf_checks = True
    return found


def test_somebody_new_signs_in_and_joins_their_organization(house: House) -> None:
    client, answer = sign_in("new@ua.example", givenName="Noa", sn="New")
    assert answer.status_code == 302, answer.content.decode()
    user = User.objects.get(email="new@ua.example")
    assert (user.name, user.has_usable_password()) == ("Noa New", False)
    assert Membership.objects.get(user=user).organization == house.ua
    assert client.get("/shares/", **HOST).status_code == 200
    assert EmailAddress.objects.get(user=user).verified


def test_somebody_known_signs_in_as_themselves_again_and_again(house: House) -> None:
    for _ in range(2):
        client, answer = sign_in("bea@ua.example")
        assert answer.status_code == 302
        assert int(client.session["_auth_user_id"]) == house.bea.pk


@pytest.mark.parametrize(
    ("signed_by", "options", "why"),
    [
        (OTHERS, {}, "Signature validation failed"),
        (None, {}, "is not signed"),
        (OURS, {"audience": "https://another.example/metadata/"}, "not a valid audience"),
        (OURS, {"age_s": 3600}, "expired"),
    ],
    ids=["another key", "no signature", "for another portal", "an hour old"],
)
def test_what_is_not_signed_by_the_provider_for_this_portal_opens_nothing(
    house: House, caplog: pytest.LogCaptureFixture, signed_by: Keys | None, options: dict[str, Any], why: str
) -> None:
    client, answer = sign_in("new@ua.example", signed_by, **options)
    assert (answer.status_code, "_auth_user_id" in client.session) == (401, False)
    assert not User.objects.filter(email="new@ua.example").exists()
    assert why in caplog.text


def test_a_name_that_was_changed_after_signing_opens_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    question, acs = begin(client)
    answer = saml_site.answer(OURS, question, acs, "new@ua.example")
    carry(client, acs, answer.replace("new@ua.example", "bea@ua.example"))
    assert "_auth_user_id" not in client.session
    assert "Signature validation failed" in caplog.text


def test_an_answer_counts_once_and_for_the_browser_that_asked(house: House) -> None:
    client, thief = Client(), Client()
    question, acs = begin(client)
    answer = saml_site.answer(OURS, question, acs, "bea@ua.example")
    carry(thief, acs, answer)
    assert "_auth_user_id" not in thief.session
    carry(client, acs, answer)
    assert "_auth_user_id" in client.session
    client.logout()
    carry(client, acs, answer)
    assert "_auth_user_id" not in client.session


def test_an_answer_that_nobody_asked_for_opens_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    _, acs = begin(client)
    carry(client, acs, saml_site.answer(OURS, "", acs, "bea@ua.example"))
    assert "_auth_user_id" not in client.session
    assert "IdP initiated SSO rejected" in caplog.text


@pytest.mark.parametrize("email", ["cy@dl.example", "eve@skyledger.example"])
def test_it_speaks_for_nobody_of_another_domain(house: House, email: str) -> None:
    client, answer = sign_in(email)
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


def test_it_never_speaks_for_staff(house: House) -> None:
    User.objects.filter(pk=house.bea.pk).update(is_staff=True)
    assert sign_in("bea@ua.example")[1].status_code == 403


def test_an_address_that_it_did_not_verify_is_nobodys(house: House) -> None:
    assert sign_in("new@ua.example", email_verified="false")[1].status_code == 403
    SignIn.objects.update(unsaid_is_verified=False)
    assert sign_in("new@ua.example")[1].status_code == 403
    assert sign_in("new@ua.example", email_verified="true")[1].status_code == 302


def test_the_provider_is_told_where_answers_go_and_nobody_signs_out_by_saml(house: House) -> None:
    base = f"/accounts/saml/{house.ua.public_id}"
    told = Client().get(f"{base}/metadata/", **HOST).content.decode()
    assert f"http://firn.test{base}/acs/" in told
    assert 'WantAssertionsSigned="true"' in told
    assert Client().get(f"{base}/sls/", **HOST).status_code == 404
    assert Client().get(f"{base}/acs/", **HOST).status_code == 405
    assert Client().get(f"/accounts/saml/{house.dl.public_id}/metadata/", **HOST).status_code == 404


def test_switched_off_it_is_nobodys_way_in(house: House, settings: Settings) -> None:
    settings.FIRN_SAML = False
    page = Client().post("/accounts/organization/", {"email": "new@ua.example"}, **HOST)
    assert page.status_code == 422
    assert Client().get(f"/accounts/saml/{house.ua.public_id}/metadata/", **HOST).status_code == 404


def test_an_administrator_sets_it_up(house: House, settings: Settings) -> None:
    typed = {
        "organization": house.dl.pk,
        "kind": "saml",
        "issuer": "http://adfs.dl.example/services/trust/",
        "sso_url": "https://adfs.dl.example/sso",
        "certificate": f"  {OTHERS.certificate}\n",
        "is_active": "on",
    }
    made = SignInForm(typed)
    assert made.is_valid(), made.errors
    kept = made.save()
    assert (kept.issuer, kept.certificate) == (typed["issuer"], OTHERS.certificate)
    wrong = SignInForm(typed | {"sso_url": "http://adfs.dl.example/sso", "certificate": "MIIB"}, instance=kept)
    assert set(wrong.errors) == {"sso_url", "certificate"}
    assert set(SignInForm(typed | {"sso_url": "", "certificate": ""}).errors) >= {"sso_url", "certificate"}
    settings.FIRN_SAML = False
    assert "kind" in SignInForm(typed, instance=kept).errors


def test_without_its_packages_the_operator_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FIRN_SAML = True
    monkeypatch.setattr("portal.checks.saml_is_installed", lambda: False)
    assert "firn.E014" in [message.id for message in run_checks()]
