"""The second step of signing in: set up, asked for, required of the provider's people, confirmed before what hurts."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people import services
from portal.people.models import User
from shares.models import ConsumerAccount, ProviderAccount
from tests.web import rows
from tests.web.rows import House

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str = SECRET) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def person(email: str = "eve@sky.test", *, is_staff: bool = False, is_superuser: bool = False) -> User:
    return services.add_person(email, password=PASSWORD, verified=True, is_staff=is_staff, is_superuser=is_superuser)


def sign_in(user: User) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def house(db: None) -> House:
    return rows.house()


@pytest.fixture
def required(settings: Settings) -> None:
    settings.FIRN_REQUIRE_MFA = True


@time_machine.travel("2026-03-02T09:00:10Z", tick=False)
def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(django_capture_on_commit_callbacks: Any) -> None:
    user = person()
    client, _ = sign_in(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found, page
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])}).status_code == 302

    other, answer = sign_in(user)
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert other.get("/help/").status_code == 302, "not signed in by the password alone"
    with time_machine.travel(time.time() + 60, tick=False):
        assert other.post("/accounts/2fa/authenticate/", {"code": code_of(found[1])}).status_code == 302
    assert other.get("/help/").status_code == 200
    assert AuditEntry.objects.filter(action="account.second_step_added").exists()
    assert "authenticator app was added" in Outgoing.objects.filter(kind="account-notice").earliest("id").text


def test_a_wrong_code_opens_nothing_and_a_recovery_code_works_once() -> None:
    user = with_app(person())
    client, _ = sign_in(user)
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    [code, *_] = RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    again, _ = sign_in(user)
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_the_secret_does_not_lie_readable_in_the_database() -> None:
    user = with_app(person())
    kept = str(list(Authenticator.objects.filter(user=user).values("data")))
    assert SECRET not in kept
    assert base64.b32decode(SECRET).hex() not in kept


def test_f56_under_another_secret_key_it_still_opens_and_without_the_old_one_it_stays_shut(settings: Settings) -> None:
    user, old = with_app(person()), settings.SECRET_KEY
    [code, *_] = RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()
    settings.SECRET_KEY = "another key, forty letters long, for tests"
    for attempt in (code_of(), code):
        client, _ = sign_in(user)
        answer = client.post("/accounts/2fa/authenticate/", {"code": attempt})
        assert answer.status_code == 200
        assert "cannot be read any more" in answer.content.decode()
        assert client.get("/help/").status_code == 302
    settings.SECRET_KEY_FALLBACKS = [old]
    client, _ = sign_in(user)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of()}).status_code == 302
    assert client.get("/help/").status_code == 200


@pytest.mark.usefixtures("required")
def test_staff_get_no_further_without_one() -> None:
    client, _ = sign_in(person(is_staff=True, is_superuser=True))
    for path in ("/", "/shares/", "/admin/", "/admin/people/user/", "/audit/"):
        assert client.get(path).headers["Location"] == "/accounts/2fa/", path
        assert client.post(path).headers["Location"] == "/accounts/2fa/", path
    assert "second step" in client.get("/accounts/2fa/").content.decode().lower()


@pytest.mark.usefixtures("required")
def test_approvers_get_no_further_without_one(house: House) -> None:
    assert rows.browser(house.dan).get("/approvals/").headers["Location"] == "/accounts/2fa/"
    with_app(house.dan)
    assert rows.browser(house.dan).get("/approvals/").status_code == 200


@pytest.mark.usefixtures("required")
def test_customers_need_none(house: House) -> None:
    assert rows.browser(house.ada).get("/shares/").status_code == 200


def test_customers_need_one_where_the_operator_says_so(house: House, settings: Settings) -> None:
    settings.FIRN_REQUIRE_MFA_OF_CUSTOMERS = True
    for path in ("/", "/shares/", "/requests/new/"):
        assert rows.browser(house.ada).get(path).headers["Location"] == "/accounts/2fa/", path
    with_app(house.ada)
    assert rows.browser(house.ada).get("/shares/").status_code == 200


@time_machine.travel("2026-03-02T09:00:10Z", tick=False)
def test_a_code_counts_in_its_own_half_minute_alone() -> None:
    user = with_app(person())
    client, _ = sign_in(user)
    for seconds in (-30, 30):
        with time_machine.travel(time.time() + seconds, tick=False):
            of_another_time = code_of()
        assert client.post("/accounts/2fa/authenticate/", {"code": of_another_time}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of()}).status_code == 302


@pytest.mark.usefixtures("required")
def test_removing_it_closes_the_door_again() -> None:
    user = with_app(person(is_staff=True))
    client = Client()
    client.force_login(user)
    assert client.get("/shares/").status_code == 200
    Authenticator.objects.filter(user=user).delete()
    assert client.get("/shares/").headers["Location"] == "/accounts/2fa/"


def test_ending_a_share_asks_who_one_is_when_that_is_long_ago(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    house.ada.set_password(PASSWORD)
    house.ada.save()
    client = rows.browser(house.ada)
    path = f"/shares/{share.public_id}/end/"

    assert client.get(path).headers["Location"] == f"/accounts/reauthenticate/?{urlencode({'next': path})}"
    assert client.post(path, {"sure": "on", "reason": "Over."}).status_code == 302
    assert not share.endings.exists()

    back = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})
    assert back.headers["Location"] == path
    assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert client.get(path).headers["Location"].startswith("/accounts/reauthenticate/")


def test_the_administration_asks_it_as_well(house: House) -> None:
    """Accounts of people, whose portal an account is, and vouching: opened, posted, and as an action."""
    asked = rows.request(house.ada, house.flights, to=rows.account(house.ua, "A.B"))
    ConsumerAccount.objects.update(proof="")
    house.flights.approvers.add(house.eve)
    house.eve.set_password(PASSWORD)
    house.eve.save()
    client, us = rows.browser(house.eve), ProviderAccount.objects.get()
    user, requests = f"/admin/people/user/{house.bea.pk}", "/admin/shares/sharerequest/"
    pages = (f"{user}/change/", f"{user}/erase/", "/admin/people/user/add/", "/admin/people/signin/add/")
    for path in (*pages, f"/admin/shares/provideraccount/{us.pk}/claim/"):
        for answer in (client.get(path), client.post(path, {"sure": "on"})):
            assert answer.headers["Location"] == f"/accounts/reauthenticate/?{urlencode({'next': path})}", path
    for path, action, pk in (
        ("/admin/people/user/", "remove_second_step", house.bea.pk),
        (requests, "approve", asked.pk),
    ):
        chosen = {"action": action, "_selected_action": [pk], "confirmed": "yes", "vouch": "I know them."}
        assert client.post(path, chosen).headers["Location"].startswith("/accounts/reauthenticate/"), path
    assert not asked.votes.exists()
    assert client.get("/admin/people/user/").status_code == 200, "reading goes on"

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(f"{user}/change/").status_code == 200
    seen = client.post(requests, {"action": "approve", "_selected_action": [asked.pk]})
    assert "Approve" in seen.content.decode()


def test_somebody_sees_and_ends_their_other_sessions() -> None:
    user = person()
    here, _ = sign_in(user)
    there, _ = sign_in(user)
    assert UserSession.objects.filter(user=user).count() == 2
    assert "this browser" in here.get("/accounts/sessions/").content.decode()

    here.post("/accounts/sessions/")

    assert here.get("/help/").status_code == 200
    assert there.get("/help/").status_code == 302


def test_an_administrator_removes_the_step_of_somebody_who_lost_it() -> None:
    user, eve = with_app(person("dan@sky.test")), person(is_staff=True, is_superuser=True)
    theirs, admin = Client(), Client()
    theirs.force_login(user)
    admin.force_login(eve)
    admin.post("/accounts/reauthenticate/", {"password": PASSWORD})

    chosen = {"action": "remove_second_step", "_selected_action": [user.pk]}
    asked = admin.post("/admin/people/user/", chosen)
    assert "How do you know that it is them?" in asked.content.decode()
    assert admin.post("/admin/people/user/", {**chosen, "known_by": "  yes "}).status_code == 422
    both = {**chosen, "_selected_action": [user.pk, eve.pk], "known_by": "They both stand beside me."}
    assert admin.post("/admin/people/user/", both).status_code == 302
    assert Authenticator.objects.filter(user=user).exists()
    known_by = "Called back at the number in the staff list."
    assert admin.post("/admin/people/user/", {**chosen, "known_by": known_by}).status_code == 302

    assert not Authenticator.objects.filter(user=user).exists()
    assert theirs.get("/help/").status_code == 302
    assert known_by in Outgoing.objects.get(kind="account-notice", to="dan@sky.test").text
    entry = AuditEntry.objects.get(action="account.second_step_removed", actor=eve)
    assert entry.data["known_by"] == known_by
