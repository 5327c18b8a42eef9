"""The evidence of a share's isolation, to be handed to a security team."""

from __future__ import annotations

import re

from django.utils import timezone

from shares.models import ConsumerAccount, Proof, Share
from tests.web import rows
from tests.web.rows import House

FLIGHTS = {
    "name": "FLIGHTS",
    "rows": 48110,
    "foreign": 0,
    "newest": None,
    "nobodys": 0,
    "columns": ["CARRIER", "ORIGIN"],
    "filter": "CARRIER",
    "tenants": ["UA"],
    "print": "ab" * 32,
    "query_id": "01b2-evidence",
}
VIEW = {"name": "FLIGHTS", "signature": "", "secure": True, "seen": "ab" * 32, "approved": "ab" * 32}
SEEN = {
    "objects": [VIEW],
    "granted": 3,
    "beyond": [],
    "accounts": ["CARRIERUA.ANALYTICS"],
}


def _share(house: House, **fields: object) -> Share:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    standard = {"readings": [FLIGHTS], "examination": SEEN, "examined_at": timezone.now()}
    Proof.objects.filter(share=share).update(**{**standard, **fields})
    return share


def _path(share: Share) -> str:
    return f"/shares/{share.public_id}/evidence/"


def _text(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_it_says_that_isolation_is_proved_and_gives_each_views_evidence(house: House) -> None:
    page = rows.browser(house.vic).get(_path(_share(house))).content.decode()

    assert "48,110 rows checked, 0 foreign" in _text(page)
    for words in ("only rows whose CARRIER is UA", "01b2-evidence", "ab" * 32, "CARRIER, ORIGIN", "3 grants"):
        assert words in _text(page)
    assert "only what was approved" in page
    assert "not looked at yet" not in page


def test_a_failed_proof_says_so_and_why(house: House) -> None:
    leaking = {**FLIGHTS, "foreign": 7}
    share = _share(
        house, readings=[leaking], isolated=False, foreign_rows=7, words="Rows of somebody else in FLIGHTS (7)."
    )

    page = _text(rows.browser(house.ada).get(_path(share)).content.decode())

    assert "Isolation is not proved" in page
    assert "Rows of somebody else in FLIGHTS (7)." in page
    assert "0 foreign" not in page


def test_of_a_closed_share_it_promises_no_further_reading(house: House) -> None:
    share = _share(house)
    Share.objects.filter(pk=share.pk).update(suspended_at=timezone.now())

    page = _text(rows.browser(house.ada).get(_path(share)).content.decode())

    assert "Closed; isolation last proved" in page
    assert "Isolation proved," not in page
    assert "at least once a day" not in page


def test_a_function_stands_with_its_own_print(house: House) -> None:
    item = {"name": "PUNCTUALITY", "signature": "(VARCHAR)", "secure": True, "seen": "cd" * 32, "approved": "cd" * 32}
    share = _share(house, examination={**SEEN, "objects": [VIEW, item]})

    page = _text(rows.browser(house.ada).get(_path(share)).content.decode())

    assert "PUNCTUALITY function; proved by the views above, only while it reads nothing else" in page
    assert "cd" * 32 in page


def test_what_was_there_before_firn_stands_apart(house: House) -> None:
    share = _share(house, examination={**SEEN, "older": ["SELECT on VIEW OLD.BEFORE.FLIGHTS"]})

    page = _text(rows.browser(house.ada).get(_path(share)).content.decode())

    assert "SELECT on VIEW OLD.BEFORE.FLIGHTS" in page
    assert "Isolation proved," in page


def test_a_grant_that_nobody_approved_is_named(house: House) -> None:
    share = _share(house, examination={**SEEN, "beyond": ["SELECT on TABLE LAKE.NYC.SECRETS"]})

    page = _text(rows.browser(house.ada).get(_path(share)).content.decode())

    assert "Isolation is not proved" in page
    assert "SELECT on TABLE LAKE.NYC.SECRETS" in page


def test_a_text_that_is_not_the_approved_one_is_seen(house: House) -> None:
    objects = [{"name": "FLIGHTS", "secure": False, "seen": "cd" * 32, "approved": "ab" * 32}]
    share = _share(house, examination={**SEEN, "objects": objects})

    cells = re.findall(r"<span>(\w+)</span>", rows.browser(house.ada).get(_path(share)).content.decode())

    assert cells.count("no") == 2


def test_a_proof_from_before_evidence_was_kept_is_shown_with_its_counts(house: House) -> None:
    share = _share(house, readings=[{"name": "FLIGHTS", "rows": 5, "foreign": 0, "newest": None}], examination=None)

    page = _text(rows.browser(house.ada).get(_path(share)).content.decode())

    assert "not looked at yet" in page
    assert "0 foreign" in page


def test_before_the_first_proof_it_says_when_it_comes(house: House) -> None:
    share = rows.approved(rows.request(house.ada, house.flights), house.dan)

    assert "Nothing has been read yet" in rows.browser(house.ada).get(_path(share)).content.decode()


def test_colleagues_and_staff_see_it_and_strangers_do_not(house: House) -> None:
    path = _path(_share(house))

    for user, status in ((house.bea, 200), (house.eve, 200), (house.cy, 404), (house.dan, 404)):
        assert rows.browser(user).get(path).status_code == status
    assert rows.browser().get(path).status_code == 302


def test_it_is_only_read(house: House) -> None:
    assert rows.browser(house.ada).post(_path(_share(house))).status_code == 405


def test_the_shares_page_leads_to_it(house: House) -> None:
    share = _share(house)

    assert _path(share) in rows.browser(house.ada).get(f"/shares/{share.public_id}/").content.decode()


def test_it_takes_few_queries(house: House) -> None:
    assert rows.queries(rows.browser(house.ada), _path(_share(house))) <= 10


def test_it_says_as_what_the_account_was_simulated(house: House) -> None:
    share = _share(house, seen_as="UA12345")
    ConsumerAccount.objects.filter(pk=share.consumer_account_id).update(locator="UA12345")

    page = _text(rows.browser(house.vic).get(_path(share)).content.decode())

    assert "simulated by its locator UA12345" in page
    assert "Its locator was not known" not in page


def test_it_says_that_the_locator_was_not_known(house: House) -> None:
    share = _share(house, seen_as="ANALYTICS")
    ConsumerAccount.objects.filter(pk=share.consumer_account_id).update(locator="")

    page = _text(rows.browser(house.vic).get(_path(share)).content.decode())

    assert "simulated under its name ANALYTICS" in page
    assert "Its locator was not known when this was read" in page
    assert "Isolation proved," in page


def test_of_a_proof_from_before_it_says_nothing_of_that(house: House) -> None:
    page = _text(rows.browser(house.vic).get(_path(_share(house))).content.decode())

    assert "simulated" not in page
