"""Somebody who belongs to two customers chooses for whom the next request is."""

from __future__ import annotations

from portal.people.models import Membership, Role
from tests.web import rows
from tests.web.rows import House


def _also_of_dl(house: House) -> None:
    Membership.objects.bulk_create([Membership(user=house.ada, organization=house.dl, role=Role.MEMBER)])


def test_the_choice_holds(house: House) -> None:
    _also_of_dl(house)
    client = rows.browser(house.ada)
    before = client.get("/").content.decode()

    client.post("/customer/", {"organization": house.ua.public_id})
    after = client.get("/").content.decode()

    assert "<h1>Carrier DL</h1>" in before
    assert "<h1>Carrier UA</h1>" in after


def test_the_menu_offers_it_only_to_those_who_have_a_choice(house: House) -> None:
    assert 'action="/customer/"' not in rows.browser(house.ada).get("/").content.decode()
    _also_of_dl(house)
    assert 'action="/customer/"' in rows.browser(house.ada).get("/").content.decode()


def test_somebody_else_s_customer_is_not_found(house: House) -> None:
    assert rows.browser(house.ada).post("/customer/", {"organization": house.dl.public_id}).status_code == 404


def test_nonsense_is_not_found(house: House) -> None:
    assert rows.browser(house.ada).post("/customer/", {"organization": "x"}).status_code == 404


def test_it_takes_only_posts(house: House) -> None:
    assert rows.browser(house.ada).get("/customer/").status_code == 405
