"""The provider's people look at a customer's pages as its viewers do: nothing of anybody else, and nothing changes."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from portal.audit.models import AuditEntry
from portal.people import seeing
from portal.people.models import Organization, User
from tests.web import matrix, rows
from tests.web.rows import House

# What one may do during a visit: end it or the session, and choose how pages look.
ALLOWED = {"customer-see-end", "account_logout", "theme", "language"}


def look(user: User, organization: Organization) -> Client:
    client = rows.browser(user)
    answer = client.post(f"/customers/{organization.public_id}/see/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == status, path
    return str(answer.content.decode())


def test_the_pages_are_the_customers_without_what_staff_or_others_have(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)
    theirs = rows.healthy(rows.request(house.cy, house.flights, to=rows.account(house.dl, "DL.LAB")), house.dan)
    client = look(house.eve, house.ua)

    home, shares = text(client, "/"), text(client, "/shares/")

    assert "<h1>Carrier UA</h1>" in home
    assert "You see what viewers of <b>Carrier UA</b> see" in home
    assert "/operations/" not in home
    assert "/admin/" not in home
    assert "DL.LAB" not in shares
    text(client, f"/shares/{theirs.public_id}/", 404)


def test_it_stands_once_in_the_log_that_owners_read(house: House) -> None:
    client = look(house.eve, house.ua)
    for path in ("/", "/shares/", "/requests/", "/catalog/", "/organization/"):
        text(client, path)

    entry = AuditEntry.objects.get(action="customer.seen")

    assert (entry.actor, entry.organization) == (house.eve, house.ua)
    assert "customer.seen" in text(rows.browser(house.ada), "/audit/")


def test_nothing_can_be_changed_and_no_form_invites_to(house: House) -> None:
    """Every address, with the customer's own objects, another's and none: what is not reading is refused unread."""
    listed = [one for one in matrix.addresses(*matrix.sides(house)) if one.name not in ALLOWED]
    matrix.verify_everybody()
    client = look(house.eve, house.ua)
    wrong = []
    for address in listed:
        with matrix.writes() as written:
            answer: Any = client.get(address.path)
            body = (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")
            status = client.post(address.path, {"sure": "on", "reason": "Because."}).status_code
        if status != 403 or written:
            wrong.append(f"{address.name} ({address.kind}) answers {status}, writes {written}")
        leaked = [mark for mark in matrix.MARKS if mark in body]
        if leaked and not address.path.startswith(seeing.OWN) and address.name != "customer-see":
            wrong.append(f"{address.name} ({address.kind}) shows {leaked}")

    assert not wrong, "\n".join(wrong)
    assert len(listed) > 300


def test_their_rows_stay_theirs(house: House) -> None:
    sample = {"columns": ["TAIL"], "rows": [["N-SECRET-ROW"]], "seen": "source", "as": ""}
    rows.reading(house.flights, house.ua, sample=sample)

    seen = text(look(house.eve, house.ua), "/catalog/flights/")

    assert "N-SECRET-ROW" in text(rows.browser(house.ada), "/catalog/flights/")
    assert "N-SECRET-ROW" not in seen
    assert "/count/" not in seen


def test_a_button_ends_it(house: House) -> None:
    client = look(house.eve, house.ua)
    assert client.post("/customers/see/end/")["Location"] == "/operations/customers/"
    assert "You see what viewers" not in text(client, "/")
    text(client, "/operations/")


def test_it_ends_by_itself_after_an_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = look(house.eve, house.ua)
    now = time.time()
    monkeypatch.setattr("portal.people.seeing.time.time", lambda: now + seeing.LONGEST_S + 1)
    assert "You see what viewers" not in text(client, "/")


def test_it_ends_with_the_role_and_with_the_organization(house: House) -> None:
    client, other = look(house.eve, house.ua), look(house.eve, house.dl)
    Organization.objects.filter(pk=house.dl.pk).update(is_active=False)
    assert "You see what viewers" not in text(other, "/")
    User.objects.filter(pk=house.eve.pk).update(is_staff=False, is_superuser=False)
    assert "Carrier UA" not in str(client.get("/", follow=True).content.decode())


def test_it_is_for_staff_and_by_post_alone(house: House) -> None:
    path = f"/customers/{house.ua.public_id}/see/"
    for user in (house.ada, house.dan, house.vic):
        assert rows.browser(user).post(path).status_code == 404
    assert rows.browser(house.eve).get(path).status_code == 405
    assert rows.browser(house.eve).post(f"/customers/{matrix.NOWHERE}/see/").status_code == 404
    assert not AuditEntry.objects.filter(action="customer.seen").exists()


def test_who_looks_is_no_row(house: House) -> None:
    with pytest.raises(RuntimeError):
        seeing.onlooker(house.eve, house.ua).save()
    assert house.eve.is_staff


def test_who_only_looks_is_offered_neither_to_ask_nor_to_leave(house: House) -> None:
    client = look(house.eve, house.ua)
    assert "Leave…" not in text(client, "/organization/")
    assert "Request a share" not in text(client, "/shares/")
    assert "Leave…" in text(rows.browser(house.ada), "/organization/")
