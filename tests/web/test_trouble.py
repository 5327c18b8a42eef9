"""The troubleshooter: answers from the state of the reader's own shares."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shares.models import Incident, Share
from tests.web import rows
from tests.web.rows import House

NO_ROWS, NOT_THERE, REGION = "/help/no-rows/", "/help/not-there/", "/help/wrong-region/"


def _page(house: House, path: str) -> str:
    return rows.browser(house.vic).get(path).content.decode()


def _healthy(house: House, *, mounted: bool = True) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan, mounted=mounted)


def test_rows_that_are_there_are_told_with_the_role_to_look_at(house: House) -> None:
    share = _healthy(house)

    page = _page(house, NO_ROWS)

    assert "The last proof read 48,110 rows as CARRIERUA.ANALYTICS." in page
    assert f"the schema {share.schema} in it" in page
    assert "IMPORTED" in page


def test_a_source_without_rows_is_the_reason(house: House) -> None:
    share = _healthy(house)
    proof = share.proofs.get()
    proof.rows, proof.readings = 0, [{"name": "FLIGHTS", "rows": 0, "foreign": 0, "newest": None}]
    proof.save()

    page = _page(house, NO_ROWS)

    assert "read no row at all" in page
    assert "whether their keys are right" in page


def test_one_empty_view_is_named(house: House) -> None:
    share = _healthy(house)
    proof = share.proofs.get()
    proof.readings = [*proof.readings, {"name": "FLEET", "rows": 0, "foreign": 0, "newest": None}]
    proof.save()

    assert "These are empty for you: FLEET." in _page(house, NO_ROWS)


def test_what_is_not_mounted_shows_no_rows(house: House) -> None:
    _healthy(house, mounted=False)

    assert "No database in CARRIERUA.ANALYTICS is made from this share yet." in _page(house, NO_ROWS)


def test_a_database_that_was_dropped_is_the_reason(house: House) -> None:
    now = timezone.now()
    words = {"words": "No database is made from it any more.", "what_to_do": "Run the SQL once more."}
    seen = {"for_customer": True, "opened_at": now, "seen_at": now}
    Incident.objects.create(share=_healthy(house), code="mount-removed", **words, **seen)

    assert "Run the SQL once more." in _page(house, NO_ROWS)
    assert "Run the SQL once more." in _page(house, NOT_THERE)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"suspended_at": timezone.now()}, "The data provider closed it."),
        ({"blocked_at": timezone.now()}, "staff have been told"),
    ],
)
def test_a_share_that_is_closed_says_why(house: House, fields: dict[str, object], words: str) -> None:
    Share.objects.filter(pk=_healthy(house).pk).update(**fields)

    for path in (NO_ROWS, NOT_THERE):
        page = _page(house, path)
        assert "Nobody can read this share at the moment." in page
        assert words in page


def test_a_share_that_does_not_appear_is_in_one_account_only(house: House) -> None:
    share = _healthy(house, mounted=False)

    page = _page(house, NOT_THERE)

    assert "with no other account" in page
    assert f"&#x27;{share.name}&#x27;" in page or f"'{share.name}'" in page


def test_a_mounted_one_is_a_database(house: House) -> None:
    _healthy(house)

    assert "Look for the database, not for the share" in _page(house, NOT_THERE)


def test_a_region_without_data_names_those_that_have_it(house: House) -> None:
    rows.account(house.ua, "CARRIERUA.HOME")
    far = rows.account(house.ua, "CARRIERUA.FAR")
    far.region = "AWS_EU_CENTRAL_1"
    far.save()

    page = _page(house, REGION)

    assert "Nothing is offered in EU (Frankfurt), AWS." in page
    assert "Data can be shared to US East (N. Virginia), AWS." in page
    assert "CURRENT_REGION" in page


@pytest.mark.parametrize("path", [NO_ROWS, NOT_THERE, REGION])
def test_another_customer_reads_nothing_of_it(house: House, path: str) -> None:
    _healthy(house)

    for stranger in (house.cy, house.dan, house.eve):
        page = rows.browser(stranger).get(path).content.decode()
        assert "CARRIERUA" not in page
        assert "Ask for a dataset first" in page


def test_its_queries_do_not_grow(house: House) -> None:
    _healthy(house)
    client = rows.browser(house.ada)
    few = rows.queries(client, NO_ROWS)
    for number in range(4):
        asked = rows.request(house.ada, house.flights, to=rows.account(house.ua, f"CARRIERUA.MORE{number}"))
        rows.healthy(asked, house.dan)

    assert rows.queries(client, NO_ROWS) == few


def test_other_symptoms_are_unknown(house: House) -> None:
    assert rows.browser(house.ada).get("/help/headache/").status_code == 404


def test_somebody_without_an_organization_waits(house: House) -> None:
    assert rows.browser(rows.person("new@ua.example")).get(NO_ROWS)["Location"] == "/welcome/"
    assert "What is wrong?" not in rows.browser(rows.person("newer@ua.example")).get("/help/").content.decode()


def test_it_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post(NO_ROWS).status_code == 405


def test_nothing_warns_where_nothing_is_wrong(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)
    client = rows.browser(house.ada)

    for symptom in ("no-rows", "not-there", "wrong-region"):
        page = client.get(f"/help/{symptom}/").content.decode()
        assert "hint-warn" not in page
        assert "hint-bad" not in page
        assert "hint-info" in page


def test_the_query_for_the_region_stands_before_the_accounts(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    page = rows.browser(house.ada).get("/help/wrong-region/").content.decode()

    assert page.index("Where is my account?") < page.index("We know CARRIERUA.ANALYTICS")
