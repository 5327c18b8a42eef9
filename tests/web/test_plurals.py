"""One of something is not told as several are."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pytest_django import Settings

from shares.models import Share
from tests.web import rows
from tests.web.rows import House
from tests.web.test_italian import italian


@pytest.fixture
def share(house: House) -> Share:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    share.proofs.update(rows=1, foreign_rows=1)
    return share


def _read(page: bytes) -> str:
    """Without tags."""
    return " ".join(re.sub(r"<[^>]*>", "", page.decode()).split())


def _light(page: bytes) -> str:
    """Without what makes a number bold."""
    return re.sub(r"</?b\b[^>]*>", "", page.decode())


@pytest.mark.parametrize(
    ("path", "english", "told"),
    [
        ("/shares/{}/", "1 foreign row1 read", "1 riga di altri1 "),
        ("/shares/{}/", "1 row read as the account reads it", "1 riga letta come la legge l’account"),
        ("/shares/{}/evidence/", "1 row checked", "1 riga controllata"),
        ("/help/no-rows/", "read 1 row as", "ha letto 1 riga come"),
    ],
)
def test_one_row_that_a_proof_read(house: House, share: Share, path: str, english: str, told: str) -> None:
    path = path.format(share.public_id)
    assert english in _read(rows.browser(house.ada).get(path).content)
    assert told in _read(italian(house.ada).get(path).content)


@pytest.mark.parametrize(
    ("path", "english", "told"),
    [
        ("/catalog/", "1 row of yours", "1 riga sua"),
        ("/catalog/", "1 row, reference", "1 riga, riferimento"),
        ("/catalog/flights/", "1 row<small>", "1 riga<small>"),
        ("/requests/new/", ">1 row<", ">1 riga<"),
    ],
)
def test_one_row_that_was_counted(house: House, path: str, english: str, told: str) -> None:
    rows.reading(house.flights, house.ua, 1)
    rows.reading(rows.dataset("Airports", kind="reference"), None, 1)
    assert english in _light(rows.browser(house.ada).get(path).content)
    assert told in _light(italian(house.ada).get(path).content)


def test_one_day_and_one_hour(house: House, share: Share, settings: Settings) -> None:
    settings.FIRN_GRACE_DAYS = settings.FIRN_REBIND_HOURS = 1
    page_of = f"/shares/{share.public_id}/end/"
    assert "(1 day) an owner" in _read(rows.browser(house.ada).get(page_of).content)
    assert "(1 giorno) un titolare" in _read(italian(house.ada).get(page_of).content)
    rebinding = f"/snowflake/{share.consumer_account.public_id}/customer/"
    assert "For 1 hour nothing" in _read(rows.browser(house.eve).get(rebinding).content)
    assert "Per 1 ora non" in _read(italian(house.eve).get(rebinding).content)


def test_a_large_number_is_grouped_as_the_reader_groups_it(house: House, share: Share) -> None:
    share.proofs.update(rows=48110)
    assert "read 48,110 rows as" in _read(rows.browser(house.ada).get("/help/no-rows/").content)
    assert "ha letto 48.110 righe come" in _read(italian(house.ada).get("/help/no-rows/").content)


def test_what_stands_between_two_ways_is_in_the_readers_language() -> None:
    with translation.override("it"):
        assert ">oppure<" in render_to_string("allauth/elements/hr.html")
