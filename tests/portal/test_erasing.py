"""An account that is deleted: nothing personal is left in the database, and the audit log is still whole."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from portal.audit import chain, export, pseudonyms
from portal.audit.models import AuditEntry
from portal.audit.record import record
from portal.people import erasing, invitations, services
from portal.people.invitations import Refused
from portal.people.models import Invitation, Membership, Role, User
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
    user = services.add_person(f"{CANARY}@ua.example", name=f"{CANARY.title()} Z", password=PASSWORD, verified=True)
    services.attach(user, house.ua, Role.MEMBER, actor=house.ada)
    record("request.sent", actor=house.ada, data={"asked": [user.email], "note": {"by": f"told by {user.email}."}})
    record("account.signed_in", actor=user, target=user)
    rows.healthy(rows.request(user, house.flights), house.dan)
    return user


def found(word: str) -> list[str]:
    """The columns of all tables in which the word still stands."""
    where = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}"')
            for line in cursor.fetchall():
                where += [table for value in line if word in str(value).lower()]
    return where


def test_nothing_personal_is_left_anywhere(zed: User) -> None:
    assert found(CANARY)
    erasing.erase(zed)
    assert found(CANARY) == []


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
    assert re.search(r"person-\d+@erased\.invalid", page.content.decode())


def test_the_last_owner_and_the_provider_s_people_stay(house: House) -> None:
    for user in (house.ada, house.eve):
        with pytest.raises(Refused):
            erasing.erase(user)
    assert rows.browser(house.dan).post("/accounts/delete/", {"sure": "on"}).status_code == 422
    assert Invitation.objects.count() == 0
    assert User.objects.filter(erased_at__isnull=False).count() == 0
