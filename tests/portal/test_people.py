"""Sign-up, sign-in, the waiting room, memberships and the administration of people."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people import services
from portal.people.models import Membership, Organization, Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def person(email: str = "ada@ua.test", *, is_staff: bool = False, is_superuser: bool = False) -> User:
    return services.add_person(email, password=PASSWORD, verified=True, is_staff=is_staff, is_superuser=is_superuser)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def mailed_code(kind: str) -> str:
    mail = Outgoing.objects.filter(kind=kind).latest("id")
    found = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mail.text, re.MULTILINE)
    assert found, mail.text
    return found[1]


def test_a_sign_up_is_confirmed_by_a_code_and_waits_to_be_attached() -> None:
    client = Client()
    fields = {"email": "New@UA.test", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", fields)
    assert response.status_code == 302
    user = User.objects.get()
    assert user.email == "new@ua.test"
    assert client.get("/welcome/").status_code == 302, "not signed in before the code"
    response = client.post("/accounts/confirm-email/", {"code": mailed_code("verification")}, follow=True)
    assert response.redirect_chain[-1][0] == "/welcome/"
    assert "support@" in response.content.decode() or "mailto:" in response.content.decode()


def test_a_wrong_code_does_not_confirm() -> None:
    client = Client()
    client.post("/accounts/signup/", {"email": "new@ua.test", "password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/confirm-email/", {"code": "WRONG1"})
    assert client.get("/welcome/").status_code == 302


def test_signing_up_twice_tells_a_stranger_nothing() -> None:
    person()
    response = Client().post(
        "/accounts/signup/", {"email": "ada@ua.test", "password1": PASSWORD, "password2": PASSWORD}
    )
    fresh = Client().post("/accounts/signup/", {"email": "x@ua.test", "password1": PASSWORD, "password2": PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    assert Outgoing.objects.get(to="ada@ua.test").kind == "account-exists"


@pytest.mark.parametrize("email", ["ada@ua.test", "ADA@UA.test"])
def test_a_person_signs_in_by_email_in_any_case(email: str) -> None:
    person()
    response = Client().post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert response.status_code == 302
    assert Client().post("/accounts/login/", {"login": email, "password": "wrong"}).status_code == 200


def test_a_person_signs_in_by_a_mailed_code() -> None:
    person()
    client = Client()
    client.post("/accounts/login/code/", {"email": "ada@ua.test"})
    response = client.post("/accounts/login/code/confirm/", {"code": mailed_code("login-code")})
    assert response.status_code == 302
    assert client.get("/welcome/").status_code == 200


def test_guesses_are_limited() -> None:
    person()
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": "ada@ua.test", "password": f"wrong{n}"}).content.decode()
        for n in range(8)
    ]
    assert "Too many" in answers[-1]
    assert "Too many" not in answers[0]


def test_reset_mails_link_to_the_public_address_whatever_host_was_asked() -> None:
    person()
    Client().post("/accounts/password/reset/", {"email": "ada@ua.test"}, headers={"host": "localhost"})
    mail = Outgoing.objects.get(kind="password-reset")
    assert "http://firn.test/accounts/password/reset/" in mail.text
    assert "://localhost" not in mail.text + mail.html


def test_every_page_wants_a_sign_in_but_the_doors() -> None:
    client = Client()
    for path in ("/", "/catalog/", "/shares/", "/requests/", "/approvals/", "/welcome/", "/help/"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.headers["Location"].startswith("/accounts/login/"), path
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/healthz"):
        assert client.get(path).status_code == 200, path


def test_the_administration_is_entered_through_the_portals_door() -> None:
    response = Client().get("/admin/login/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_attaching_tells_the_person_once_and_opens_the_portal() -> None:
    user = person()
    client = signed_in(user)
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/welcome/"
    organization = Organization.objects.create(name="United", slug="united")
    services.attach(user, organization, Role.OWNER, actor=user)
    assert client.get("/").status_code == 200
    assert client.get("/welcome/").status_code == 302
    assert Outgoing.objects.get(kind="attached").to == "ada@ua.test"
    assert AuditEntry.objects.filter(action="membership.added", organization=organization).count() == 1


def test_an_organization_that_is_switched_off_lets_nobody_in() -> None:
    user = person()
    organization = Organization.objects.create(name="United", slug="united", is_active=False)
    services.attach(user, organization, Role.OWNER)
    assert signed_in(user).get("/", follow=True).redirect_chain[-1][0] == "/welcome/"


def test_an_admin_attaches_a_new_sign_up_in_the_administration() -> None:
    eve = person("eve@sky.test", is_staff=True, is_superuser=True)
    user = person("new@ua.test")
    organization = Organization.objects.create(name="United", slug="united")
    fields = {
        "name": "United",
        "slug": "united",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": str(user.pk),
        "memberships-0-role": "member",
        "memberships-0-organization": str(organization.pk),
    }
    client = signed_in(eve)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.post(f"/admin/people/organization/{organization.pk}/change/", fields)
    assert response.status_code == 302, response.content.decode()
    assert Membership.objects.get().role == Role.MEMBER
    assert Outgoing.objects.filter(kind="attached", to="new@ua.test").count() == 1


def test_customers_have_no_administration_and_nobody_has_the_queue() -> None:
    assert signed_in(person()).get("/admin/").status_code == 302
    eve = signed_in(person("eve@sky.test", is_staff=True, is_superuser=True))
    page = eve.get("/admin/").content.decode()
    assert "people/user" in page
    assert "django_q" not in page
    assert eve.get("/admin/django_q/schedule/").status_code == 404
