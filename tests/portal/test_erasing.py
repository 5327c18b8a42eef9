"""An account that is deleted: nothing personal is left in the database, and the audit log is still whole."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.audit import chain, export, pseudonyms
from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.mail import outbox
from portal.mail.models import MarkedAddress, Outgoing
from portal.people import erasing, invitations, services
from portal.people.invitations import Refused
from portal.people.models import Invitation, Membership, Organization, Role, User
from shares.models import ConsumerAccount, DatasetObject, DatasetVersion, SavedFilter, Workspace
from tests.web import rows
from tests.web.rows import House

pytestmark = pytest.mark.django_db
CANARY = "zebedee"
PASSWORD = "correct horse battery"


@pytest.fixture
def house(db: None) -> House:
    return rows.house()


@pytest.fixture
def zed(house: House) -> User:
    """Somebody who was invited, joined, signed in, asked for a share and was named in entries of others."""
    invitations.invite(house.dl, f"{CANARY}@ua.example", Role.VIEWER, house.cy)
    user = services.add_person(f"{CANARY}@ua.example", name=f"{CANARY.title()} Zoë", password=PASSWORD, verified=True)
    EmailAddress.objects.create(user=user, email=f"{CANARY}.second@ua.example", verified=True)
    services.attach(user, house.ua, Role.MEMBER, actor=house.ada)
    record("request.sent", actor=house.ada, data={"asked": [user.email], "note": {"by": f"told by {user.email}."}})
    record("account.signed_in", actor=user, target=user)
    reason = f"For me, {user.name}; write to {user.email.upper()}."
    rows.healthy(rows.request(user, house.flights, reason=reason), house.dan)
    return user


def named_by_others(zed: User, house: House) -> None:
    """In mails to others, sent and waiting, in what staff keep, and in what the administration notes."""
    context = {"name": "Bea", "organization": "UA", "by": zed.display_name}
    outbox.post("removed", house.bea.email, context, key="removed:waiting")
    outbox.post("removed", house.bea.email, context, key="removed:sent")
    said = {"error": f"550 no such user {zed.email}", "headers": {"Reply-To": f"{zed.name} <{zed.email}>"}}
    Outgoing.objects.filter(key="removed:sent").update(sent_at=timezone.now(), next_attempt_at=None, **said)
    SavedFilter.objects.create(user=house.eve, listing="requests", name=zed.email, query=f"q={quote(zed.email)}&n=1")
    kind = ContentType.objects.get_for_model(Organization)
    LogEntry.objects.create(
        user=house.eve,
        content_type=kind,
        object_id=str(house.ua.pk),
        object_repr=str(zed.memberships.get()),
        action_flag=2,
        change_message=json.dumps([{"added": {"name": "membership", "object": str(zed.memberships.get())}}]),
    )
    ConsumerAccount.objects.update(proof_note=f"{zed.email} said so by phone.")
    here = rows.browser()
    here.post("/accounts/login/", {"login": zed.email, "password": PASSWORD})


def found(word: str) -> set[str]:
    """The tables in which the word still stands, in any column, as it is or as one writes it elsewhere."""
    where = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}"')
            where |= {table for line in cursor.fetchall() for value in line if word in str(value).lower()}
    where |= {"sessions" for session in Session.objects.all() if word in str(session.get_decoded()).lower()}
    return where


def test_nothing_personal_is_left_anywhere(zed: User, house: House) -> None:
    named_by_others(zed, house)
    wanted = {"people_user", "account_emailaddress", "mail_outgoing", "django_admin_log", "shares_savedfilter"}
    assert found(CANARY) >= wanted | {"people_invitation", "shares_sharerequest", "shares_consumeraccount"}
    here = UserSession.objects.get(user=zed).session_key

    erasing.erase(zed)

    assert found(CANARY) == set()
    assert not Session.objects.filter(pk=here).exists()
    asked = zed.share_requests.get()
    assert asked.reason == f"For me, person {zed.pk}; write to person {zed.pk}."
    kept = Outgoing.objects.get(key="removed:waiting")
    assert f"person {zed.pk}" in kept.text
    assert kept.next_attempt_at is not None


def test_two_addresses_that_mail_came_back_from_are_erased(zed: User) -> None:
    for address in (zed.email, f"{CANARY}.second@ua.example"):
        MarkedAddress.objects.create(address=address, why="came back")
    erasing.erase(zed)
    assert not MarkedAddress.objects.exists()
    assert found(CANARY) == set()


def test_what_a_share_shows_stays_although_an_address_is_in_it(zed: User, house: House) -> None:
    """The key of their rows in the lake, and the SQL that was published: with another, the share were another one."""
    Workspace.objects.filter(organization=house.ua).update(tenant_key=zed.email)
    DatasetObject.objects.update(tenant_column=f'"{zed.email}"')
    version = DatasetVersion.objects.filter(dataset=house.flights).first()
    assert version
    content = [{**item, "tenant_column": zed.email} for item in version.content]
    DatasetVersion.objects.filter(pk=version.pk).update(content=content)
    email = zed.email

    erasing.erase(zed)

    version.refresh_from_db()
    assert version.content == content
    assert set(Workspace.objects.filter(organization=house.ua).values_list("tenant_key", flat=True)) == {email}
    assert set(DatasetObject.objects.values_list("tenant_column", flat=True)) == {f'"{email}"'}


def test_whoever_has_a_longer_address_or_the_same_first_letters_keeps_them(zed: User, house: House) -> None:
    longer = [f"la-{CANARY}@ua.example", f"{CANARY}@ua.example.com", f"{CANARY}s@ua.example"]
    for number, address in enumerate(longer):
        SavedFilter.objects.create(user=house.eve, listing="requests", name=address, query=f"n={number}")
    erasing.erase(zed)
    assert set(SavedFilter.objects.values_list("name", flat=True)) == set(longer)


def test_a_name_that_others_wrote_of_somebody_else_stays(zed: User, house: House) -> None:
    """Only what is their own, and mails, are searched for a name: two people may have the same."""
    reason = f"Not for {zed.name}."
    other = rows.request(house.bea, house.flights, to=rows.account(house.ua, "B.C"), reason=reason)
    erasing.erase(zed)
    other.refresh_from_db()
    assert other.reason == reason


def test_the_log_is_whole_and_tells_by_a_number_who_did_what(zed: User) -> None:
    before = pseudonyms.attach(AuditEntry.objects.filter(actor=zed))[0]
    assert before.actor_shown == f"{CANARY}@ua.example"

    erasing.erase(zed)

    after = pseudonyms.attach(AuditEntry.objects.filter(pk=before.pk))[0]
    assert (after.actor_shown, after.mac) == (f"person {zed.pk}", before.mac)
    assert list(chain.faults()) == []
    assert CANARY not in "".join(export.csv(AuditEntry.objects.order_by("id"))).lower()


def test_names_are_shown_in_the_data_while_there_is_one(zed: User, house: House) -> None:
    entry = pseudonyms.attach(AuditEntry.objects.filter(action="request.sent"))[0]
    assert entry.data["asked"] == [f"⟦person {zed.pk}⟧"]
    assert entry.data_shown["asked"] == [zed.email]
    assert entry.data_shown["note"]["by"] == f"told by {zed.email}."


def test_nobody_writes_another_s_number(zed: User, house: House) -> None:
    """Neither as a name nor in a reason: what is typed stays what was typed, and names nobody."""
    marks = [f"⟦person {zed.pk}⟧", f"person {zed.pk}", f"⟦⟦person {zed.pk}⟧⟧"]
    house.ua.name = marks[0]
    for mark in marks:
        record("share.ended", actor=house.ada, target=house.ua, data={"reason": mark, mark: [mark]})
    membership = Membership.objects.get(user=house.bea)
    membership.organization.name = marks[0]
    record("membership.changed", actor=house.ada, target=membership)

    for entry in pseudonyms.attach(AuditEntry.objects.order_by("-id")[:4]):
        shown = f"{entry.target_shown} {entry.told_data}".lower()
        assert CANARY not in shown
        assert f"person {zed.pk}" in shown
    assert entry.actor_shown == house.ada.email


def test_an_address_that_nobody_here_has_is_not_kept(house: House) -> None:
    entry = record("share.ended", actor=house.ada, data={"reason": "Ask Walter.White@lab.example."})
    assert entry.data == {"reason": "Ask W…@lab.example."}


def test_an_owner_does_not_learn_from_the_log_who_is_here(house: House) -> None:
    """What they type of another customer's person reads like what they type of nobody; their own people have names."""
    User.objects.filter(pk=house.cy.pk).update(name="Cy Twombly")
    typed = {"reason": f"{house.cy.email}, nobody@dl.example, {house.bea.email}"}
    record("share.ended", actor=house.ada, organization=house.ua, data=typed)
    [entry] = pseudonyms.attach(AuditEntry.objects.filter(action="share.ended"), pseudonyms.as_customers_see(house.ua))
    assert entry.data_shown["reason"] == f"c…@dl.example, n…@dl.example, {house.bea.email}"


def test_it_takes_the_tick_and_ends_every_session(zed: User) -> None:
    here, there = rows.browser(), rows.browser()
    for client in (here, there):
        client.post("/accounts/login/", {"login": zed.email, "password": PASSWORD})
    assert here.get("/accounts/delete/").status_code == 200
    assert here.post("/accounts/delete/").status_code == 422

    assert here.post("/accounts/delete/", {"sure": "on"}).headers["Location"] == "/accounts/login/"

    assert there.get("/help/").status_code == 302
    assert not Membership.objects.filter(user=zed).exists()
    again = Client().post("/accounts/login/", {"login": f"{CANARY}@ua.example", "password": PASSWORD})
    assert again.status_code == 200


def test_shares_that_they_asked_for_go_on(zed: User, house: House) -> None:
    erasing.erase(zed)
    [share] = zed.share_requests.all()
    page = rows.browser(house.ada).get(f"/requests/{share.public_id}/")
    assert page.status_code == 200
    assert f"person {zed.pk}" in page.content.decode()


def test_the_last_owner_and_the_provider_s_people_stay(house: House) -> None:
    for user in (house.ada, house.eve):
        with pytest.raises(Refused):
            erasing.erase(user)
    assert rows.browser(house.dan).post("/accounts/delete/", {"sure": "on"}).status_code == 422
    assert Invitation.objects.count() == 0
    assert User.objects.filter(erased_at__isnull=False).count() == 0


def test_an_administrator_erases_for_whoever_asks(zed: User, house: House) -> None:
    path = f"/admin/people/user/{zed.pk}/erase/"
    operator = rows.person("op@skyledger.example", is_staff=True, staff_role="operator")
    assert rows.browser(operator).post(path, {"sure": "on"}).status_code == 403
    admin = rows.browser(house.eve)
    assert admin.get(path).status_code == 200
    assert admin.post(path).status_code == 422
    assert admin.post(path, {"sure": "on"}).status_code == 302
    assert found(CANARY) == set()
    assert AuditEntry.objects.get(action="account.erased").actor == house.eve
    assert admin.post(path, {"sure": "on"}).status_code == 422, "once"
    assert admin.post(f"/admin/people/user/{house.dan.pk}/erase/", {"sure": "on"}).status_code == 422, "an approver"
    assert admin.post(f"/admin/people/user/{house.bea.pk}/delete/", {"post": "yes"}).status_code == 403
