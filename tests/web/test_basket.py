"""The basket: picking datasets in the catalog, and the request that is filled in from it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shares.core import regions
from shares.models.accounts import ProofKind
from shares.services import handshakes
from tests.web import rows
from tests.web.rows import House

PATH = "/catalog/flights/basket/"


def test_what_is_picked_is_ticked_in_the_request(house: House) -> None:
    fleet = rows.dataset("Fleet", approver=house.dan)
    client = rows.browser(house.bea)

    response = client.post(PATH, {"next": "/catalog/?q=fl"})

    assert response["Location"] == "/catalog/?q=fl"
    page = client.get("/requests/new/").content.decode()
    assert f'value="{house.flights.pk}" checked' in page
    assert f'value="{fleet.pk}" checked' not in page


def test_the_catalog_tells_what_was_picked(house: House) -> None:
    rows.dataset("Fleet", approver=house.dan)
    client = rows.browser(house.ada)
    client.post(PATH)
    client.post("/catalog/fleet/basket/")

    page = client.get("/catalog/").content.decode()

    assert "2 datasets chosen" in page
    assert "Flights, Fleet" in page


def test_it_is_taken_out_again(house: House) -> None:
    client = rows.browser(house.ada)
    client.post(PATH)
    client.post(PATH, {"take": "1"})

    assert "Go on to the request" not in client.get("/catalog/").content.decode()
    assert "checked" not in client.get("/requests/new/").content.decode()


def test_htmx_gets_the_button_and_the_basket(house: House) -> None:
    page = rows.htmx(house.ada).post(PATH).content.decode()

    assert "<html" not in page
    assert 'name="take"' in page
    assert 'hx-swap-oob="true"' in page
    assert "1 dataset chosen" in page


def test_sending_the_request_empties_it(house: House) -> None:
    client = rows.browser(house.ada)
    client.post(PATH)
    values = {
        "datasets": [house.flights.pk],
        "workspaces": [house.ua.workspaces.get().pk],
        "account": "CARRIERUA.ANALYTICS",
        "region": "AWS_US_EAST_1",
        "reason": "Route planning",
        "valid_until": "",
    }

    assert client.post("/requests/new/", values).status_code == 302
    assert "Go on to the request" not in client.get("/catalog/").content.decode()


def test_an_account_known_to_be_theirs_is_filled_in(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    client = rows.browser(house.ada)
    before = client.get("/requests/new/").context["form"]["account"].value()

    handshakes.mark_proved(asked.consumer_account, ProofKind.VOUCHED, house.dan, "Known from the contract.")

    assert before == ""
    assert client.get("/requests/new/").context["form"]["account"].value() == "CARRIERUA.ANALYTICS"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_it_leads_nowhere_else(house: House, target: str) -> None:
    assert rows.browser(house.ada).post(PATH, {"next": target})["Location"] == "/"


def test_a_viewer_reads_who_can(house: House) -> None:
    assert rows.browser(house.vic).post(PATH).status_code == 403
    assert "basket-button" not in rows.browser(house.vic).get("/catalog/").content.decode()


def test_a_draft_cannot_be_picked(house: House) -> None:
    rows.dataset("Fleet", is_published=False)

    assert rows.browser(house.ada).post("/catalog/fleet/basket/").status_code == 404


def test_somebody_without_an_organization_waits(house: House) -> None:
    assert rows.browser(rows.person("new@ua.example")).post(PATH)["Location"] == "/welcome/"


def test_it_takes_no_get(house: House) -> None:
    assert rows.browser(house.ada).get(PATH).status_code == 405


def test_the_catalog_filters_by_region_and_freshness(house: House) -> None:
    far = rows.dataset("Fleet", approver=house.dan)
    far.provider_accounts.set([rows.provider("AWS_EU_CENTRAL_1")])
    rows.reading(house.flights, house.ua, newest=timezone.now())
    client = rows.browser(house.ada)

    def names(query: str) -> list[str]:
        return [row.dataset.name for row in client.get(f"/catalog/?{query}").context["rows"]]

    assert names("region=AWS_EU_CENTRAL_1") == ["Fleet"]
    assert names("region=AWS_US_EAST_1") == ["Flights"]
    assert names("age=hour") == ["Flights"]
    assert f"{regions.label('AWS_US_EAST_1')} (1)" in client.get("/catalog/").content.decode()
