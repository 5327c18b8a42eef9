"""The form that asks for a share: sending it, being refused without losing a word, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shares.models import ShareRequest
from tests.web import rows
from tests.web.rows import House

PATH = "/requests/new/"


def _filled(house: House, **changes: Any) -> dict[str, Any]:
    return {
        "datasets": [house.flights.pk],
        "workspaces": [house.ua.workspaces.get().pk],
        "account": "https://carrierua-analytics.snowflakecomputing.com/console",
        "region": "AWS_US_EAST_1",
        "reason": "Route planning for the summer",
        "valid_until": (timezone.localdate() + timedelta(days=90)).isoformat(),
    } | changes


def test_it_shows_the_form_with_the_wanted_dataset_ticked(house: House) -> None:
    page = rows.browser(house.bea).get(f"{PATH}?dataset=flights").content.decode()

    assert f'name="datasets" value="{house.flights.pk}" checked' in page
    assert "CURRENT_ORGANIZATION_NAME" in page


def test_nothing_is_ticked_beforehand_otherwise(house: House) -> None:
    assert "checked" not in rows.browser(house.bea).get(PATH).content.decode()


def test_sending_it_leads_to_its_tracker(house: House) -> None:
    response = rows.browser(house.ada).post(PATH, _filled(house))

    sent = ShareRequest.objects.get()
    assert response["Location"] == f"/requests/{sent.public_id}/"
    assert str(sent.consumer_account) == "CARRIERUA.ANALYTICS"
    assert sent.requester == house.ada


@pytest.mark.parametrize("name", ["datasets", "workspaces"])
@pytest.mark.parametrize("sent", ["9" * 30, "²", "1) OR 1=1", "99999"])
def test_what_is_no_id_of_a_row_is_refused_in_words(house: House, name: str, sent: str) -> None:
    answer = rows.browser(house.ada).post(PATH, _filled(house, **{name: [sent]}))
    assert answer.status_code == 422
    assert "Choose among what is offered." in answer.content.decode()
    assert not ShareRequest.objects.exists()


def test_a_dataset_whose_name_no_database_takes_ticks_nothing(house: House) -> None:
    answer = rows.browser(house.ada).get(f"{PATH}?dataset=%00")
    assert answer.status_code == 200
    assert "checked" not in answer.content.decode()


def test_a_member_may_send_it(house: House) -> None:
    rows.browser(house.bea).post(PATH, _filled(house))

    assert ShareRequest.objects.get().requester == house.bea


def test_an_empty_date_means_no_end(house: House) -> None:
    rows.browser(house.ada).post(PATH, _filled(house, valid_until=""))

    assert ShareRequest.objects.get().valid_until is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"datasets": []}, "Choose at least one dataset."),
        ({"workspaces": []}, "Choose at least one workspace"),
        ({"account": "not an account!"}, "A right value looks like MYORG.MYACCOUNT"),
        ({"account": ""}, "It looks like MYORG.MYACCOUNT"),
        ({"account": "XY12345", "region": ""}, "Choose the account&#x27;s region"),
        ({"region": "AWS_EU_CENTRAL_1"}, "is not offered yet"),
        ({"reason": "  "}, "such as: route planning"),
        ({"valid_until": "soon"}, "Write it like 2027-11-22."),
        ({"valid_until": "2020-01-01"}, "Choose a day after today"),
        ({"valid_until": "9999-12-31"}, "at the latest, or leave it empty for no end."),
    ],
)
def test_a_bad_value_is_explained_and_nothing_is_sent(house: House, change: dict[str, Any], words: str) -> None:
    response = rows.browser(house.ada).post(PATH, _filled(house, **change))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ShareRequest.objects.exists()


def test_nothing_typed_is_lost(house: House) -> None:
    form = _filled(house, account="nonsense!", reason="Because of the <b>crew</b>", region="AWS_EU_CENTRAL_1")

    page = rows.browser(house.ada).post(PATH, form).content.decode()

    assert 'value="nonsense!"' in page
    assert "Because of the &lt;b&gt;crew&lt;/b&gt;" in page
    assert '<option value="AWS_EU_CENTRAL_1" selected>' in page
    assert f'value="{form["valid_until"]}"' in page
    assert f'value="{house.flights.pk}" checked' in page


def test_the_account_of_another_customer_is_refused(house: House) -> None:
    rows.account(house.dl, "CARRIERUA.ANALYTICS")

    page = rows.browser(house.ada).post(PATH, _filled(house)).content.decode()

    assert "already connected to another customer" in page


def test_the_workspace_of_another_customer_is_refused(house: House) -> None:
    response = rows.browser(house.ada).post(PATH, _filled(house, workspaces=[house.dl.workspaces.get().pk]))

    assert response.status_code == 422
    assert not ShareRequest.objects.exists()


def test_a_draft_dataset_cannot_be_asked_for(house: House) -> None:
    draft = rows.dataset("Fleet", is_published=False)

    assert rows.browser(house.ada).post(PATH, _filled(house, datasets=[draft.pk])).status_code == 422


def test_asking_twice_is_refused_with_words(house: House) -> None:
    client = rows.browser(house.ada)
    client.post(PATH, _filled(house))

    response = client.post(PATH, _filled(house))

    assert response.status_code == 422
    assert "already asks for this" in response.content.decode()


def test_a_viewer_reads_who_can(house: House) -> None:
    response = rows.browser(house.vic).get(PATH)

    assert response.status_code == 403
    assert "ada@ua.example" in response.content.decode()


def test_a_viewer_cannot_post(house: House) -> None:
    assert rows.browser(house.vic).post(PATH, _filled(house)).status_code == 403
    assert not ShareRequest.objects.exists()


def test_staff_of_the_provider_cannot_ask(house: House) -> None:
    assert rows.browser(house.eve).get(PATH).status_code == 403


def test_somebody_unattached_waits(house: House) -> None:
    assert rows.browser(rows.person("new@ua.example")).get(PATH)["Location"] == "/welcome/"


def test_other_methods_are_refused(house: House) -> None:
    assert rows.browser(house.ada).put(PATH).status_code == 405
