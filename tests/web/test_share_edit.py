"""The pages on which a live share is changed or renewed: who may, what they show, and what sending them does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.people.models import Organization
from shares.models import Dataset, Share, ShareRequest, Workspace
from shares.services import pairs
from shares.services.pairs import stamp
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


@pytest.fixture
def fleet(house: House) -> Dataset:
    return rows.dataset("Fleet", approver=house.dan)


def _path(share: Share, what: str = "edit") -> str:
    if what == ".":
        return f"/shares/{share.public_id}/"
    return f"/shares/{share.public_id}/{what}/"


def _value(organization: Organization, *datasets: Dataset) -> list[str]:
    return [f"{item.pk}:{organization.workspaces.order_by('pk')[0].pk}" for item in datasets]


def _filled(share: Share, *wanted: str, **changes: Any) -> dict[str, Any]:
    seen = stamp(pairs.granted(share, timezone.now()))
    return {"wanted": list(wanted), "seen": seen, "reason": "Route planning", "valid_until": ""} | changes


def _ends(share: Share, days: int = 20) -> None:
    share.grants.update(valid_until=timezone.now() + timedelta(days=days))


def test_it_starts_from_what_is_in_the_share(house: House, share: Share, fleet: Dataset) -> None:
    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert f'value="{_value(house.ua, house.flights)[0]}" checked' in page
    assert f'value="{_value(house.ua, fleet)[0]}">' in page
    assert "Change what is in it" in page


def test_what_is_new_leads_to_its_tracker_with_the_difference(house: House, share: Share, fleet: Dataset) -> None:
    response = rows.browser(house.bea).post(_path(share), _filled(share, *_value(house.ua, house.flights, fleet)))

    sent = ShareRequest.objects.get(kind="change")
    assert response["Location"] == f"/requests/{sent.public_id}/"
    page = rows.browser(house.bea).get(response["Location"]).content.decode()
    assert "Change: Fleet in" in page
    assert "<b>Fleet</b> comes in" in page
    assert "Put into the share" not in page
    assert "Putting it into the share" in page
    assert "Change: Fleet in waits for approval" in rows.browser(house.ada).get(_path(share, ".")).content.decode()


def test_the_approver_sees_the_difference_and_what_would_run(house: House, share: Share, fleet: Dataset) -> None:
    rows.browser(house.ada).post(_path(share), _filled(share, *_value(house.ua, fleet)))
    ask = house.dan.asks.get(request__kind="change")

    page = rows.browser(house.dan).get(f"/approvals/{ask.public_id}/").content.decode()

    assert "Carrier UA asks to add Fleet and take out Flights" in page
    assert "<b>Flights</b> leaves" in page
    assert "What they would read besides" in page
    assert "REVOKE" in page
    assert "Decline: leave the share as it is" in page


def test_what_only_leaves_is_out_at_once(house: House, share: Share, fleet: Dataset) -> None:
    more = rows.approved(rows.request(house.ada, fleet, to=share.consumer_account), house.dan)
    response = rows.browser(house.ada).post(_path(more), _filled(more, *_value(house.ua, house.flights), reason=""))

    page = rows.browser(house.ada).get(response["Location"]).content.decode()
    assert "Needs nobody&#x27;s approval" in page
    assert "Taking it out of the share" in page
    assert {item.name for item, _ in pairs.granted(share, timezone.now())} == {"Flights"}


def test_workspaces_are_ticked_one_by_one(house: House, share: Share) -> None:
    express = Workspace.objects.create(organization=house.ua, name="Express", tenant_key="UX")

    page = rows.browser(house.ada).get(_path(share)).content.decode()
    assert "<span>Express (UX)</span>" in page
    wanted = [*_value(house.ua, house.flights), f"{house.flights.pk}:{express.pk}"]
    rows.browser(house.ada).post(_path(share), _filled(share, *wanted))
    assert [str(line) for line in ShareRequest.objects.get(kind="change").lines.all()] == [
        "in: Flights for Express (UX)"
    ]


def test_reference_data_is_one_tick_for_all_workspaces(house: House, share: Share) -> None:
    airports = rows.dataset("Airports", kind="reference", approver=house.dan)
    express = Workspace.objects.create(organization=house.ua, name="Express", tenant_key="UX")

    page = rows.browser(house.ada).get(_path(share)).content.decode()

    spaces = sorted([express, house.ua.workspaces.get(tenant_key="UA")], key=str)
    assert f'value="{airports.pk}:{",".join(str(item.pk) for item in spaces)}"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wanted": []}, "End the share instead"),
        ({"wanted": ["999:999"]}, "Choose among what is offered"),
        ({"reason": " "}, "what the data is for"),
        ({"valid_until": "2001-01-01"}, "Choose a day after today"),
        ({"seen": "old"}, "The share changed while this page was open"),
    ],
)
def test_a_bad_value_is_explained_and_nothing_is_lost(
    house: House, share: Share, fleet: Dataset, changes: dict[str, Any], words: str
) -> None:
    form = _filled(share, *_value(house.ua, house.flights, fleet), reason="Because of the crew") | changes
    response = rows.browser(house.ada).post(_path(share), form)

    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    if changes.get("wanted") is None:
        assert f'value="{_value(house.ua, fleet)[0]}" checked' in page
    if "reason" not in changes:
        assert "Because of the crew" in page
    assert not ShareRequest.objects.filter(kind="change").exists()


def test_a_renewal_has_everything_filled_in(house: House, share: Share) -> None:
    _ends(share)
    page = rows.browser(house.ada).get(_path(share, "renew")).content.decode()

    assert f'value="{_value(house.ua, house.flights)[0]}" checked' in page
    assert ">\nRoute planning</textarea>" in page
    assert "goes on without a gap" in page
    assert 'href="/shares/' in rows.browser(house.ada).get(_path(share, ".")).content.decode()


def test_sending_a_renewal_as_it_is_asks_the_approvers(house: House, share: Share) -> None:
    _ends(share)
    until = (timezone.localdate() + timedelta(days=400)).isoformat()
    form = _filled(share, *_value(house.ua, house.flights), valid_until=until)
    response = rows.browser(house.bea).post(_path(share, "renew"), form)

    sent = ShareRequest.objects.get(kind="renewal")
    assert response["Location"] == f"/requests/{sent.public_id}/"
    page = rows.browser(house.bea).get(response["Location"]).content.decode()
    assert "Renewal of Flights" in page
    assert "no statement: only the end moves" in page
    asked = house.dan.asks.get(request=sent)
    answer = rows.browser(house.dan).get(f"/approvals/{asked.public_id}/").content.decode()
    assert "Carrier UA asks to renew Flights" in answer
    assert "Nothing has to run: only the end moves" in answer
    assert "Approve: let it go on" in answer


def test_the_renewal_of_what_ends_in_a_lifetime_offers_no_day(house: House, share: Share) -> None:
    share.grants.update(valid_until=datetime(9999, 12, 31, tzinfo=UTC))
    page = rows.browser(house.ada).get(_path(share, "renew")).content.decode()
    assert 'name="valid_until"' in page
    assert 'value="9999' not in page


def test_a_day_that_stands_there_already_may_stay_however_late(house: House, share: Share, fleet: Dataset) -> None:
    share.grants.update(valid_until=datetime(2099, 1, 1, tzinfo=UTC))
    wanted = [*_value(house.ua, house.flights), *_value(house.ua, fleet)]
    for until, status in (("2099-01-01", 422), ("2098-12-31", 302)):
        form = _filled(share, *wanted, valid_until=until)
        assert rows.browser(house.ada).post(_path(share, "edit"), form).status_code == status


def test_a_renewal_that_is_not_later_is_explained(house: House, share: Share) -> None:
    _ends(share, 40)
    until = (timezone.localdate() + timedelta(days=3)).isoformat()
    form = _filled(share, *_value(house.ua, house.flights), valid_until=until)

    response = rows.browser(house.ada).post(_path(share, "renew"), form)

    assert response.status_code == 422
    assert "choose a later day" in response.content.decode()


def test_without_an_end_there_is_nothing_to_renew(house: House, share: Share) -> None:
    page = rows.browser(house.ada).get(_path(share, "renew"), follow=True).content.decode()

    assert "This share has no end, so there is nothing to renew." in page
    assert _path(share, "renew") not in page


@pytest.mark.parametrize("what", ["edit", "renew"])
def test_viewers_and_staff_read_who_can_and_strangers_find_nothing(house: House, share: Share, what: str) -> None:
    _ends(share)
    for user in (house.vic, house.eve):
        for answer in (
            rows.browser(user).get(_path(share, what)),
            rows.browser(user).post(_path(share, what), _filled(share)),
        ):
            assert answer.status_code == 403
            assert "ada@ua.example" in answer.content.decode()
    assert rows.browser(house.cy).get(_path(share, what)).status_code == 404
    assert rows.browser(house.cy).post(_path(share, what), _filled(share)).status_code == 404
    assert ShareRequest.objects.count() == 1


@pytest.mark.parametrize("what", ["edit", "renew"])
def test_wrong_methods_and_nobody(house: House, share: Share, what: str) -> None:
    assert rows.browser(house.ada).put(_path(share, what)).status_code == 405
    assert rows.browser().get(_path(share, what)).status_code == 302


@pytest.mark.parametrize("what", ["edit", "renew"])
def test_a_share_that_is_over_says_so(house: House, share: Share, what: str) -> None:
    share.grants.update(revoked_at=timezone.now())
    page = rows.browser(house.ada).get(_path(share, what), follow=True).content.decode()

    assert "This share has ended." in page
    assert _path(share, what) not in page


def test_the_share_page_offers_it_to_those_who_may(house: House, share: Share) -> None:
    _ends(share)
    for user, offered in ((house.ada, True), (house.bea, True), (house.vic, False), (house.eve, False)):
        page = rows.browser(user).get(_path(share, ".")).content.decode()
        assert (_path(share) in page, _path(share, "renew") in page) == (offered, offered), user


def test_taking_a_change_back_says_that_the_share_stays(house: House, share: Share, fleet: Dataset) -> None:
    rows.browser(house.ada).post(_path(share), _filled(share, *_value(house.ua, house.flights, fleet)))
    sent = ShareRequest.objects.get(kind="change")
    page = rows.browser(house.ada).post(f"/requests/{sent.public_id}/withdraw/", follow=True).content.decode()

    assert "the share stays as it is." in page
    assert "waits for approval" not in rows.browser(house.ada).get(_path(share, ".")).content.decode()
