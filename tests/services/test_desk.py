"""What lies on whose desk: the statement is put together once and asked for one person after another."""

from __future__ import annotations

import pytest

from shares.services.desk import Desk, look
from tests.web import rows


@pytest.mark.django_db
def test_each_person_has_a_desk_of_their_own() -> None:
    house = rows.house()
    kim = rows.person("kim@skyledger.example", "Kim")
    fares = rows.dataset("Fares", approver=kim)
    rows.request(house.ada, house.flights)
    rows.request(house.ada, house.flights, fares, to=rows.account(house.ua, "CARRIERUA.OTHER"))

    assert look(house.dan) == Desk(approves=True, waiting=2)
    assert look(kim) == Desk(approves=True, waiting=1)
    assert look(house.ada) == Desk(approves=False, waiting=0)
    assert look(house.eve) == Desk(approves=False, waiting=0)
