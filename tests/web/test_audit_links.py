"""Entries of the audit log lead to the share or request that they are about, for whoever may see it."""

from __future__ import annotations

from portal.audit.record import record
from portal.people.models import Organization
from shares.models import Share
from tests.web import rows
from tests.web.rows import House


def test_an_entry_leads_to_its_share_and_names_the_account(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    share = rows.healthy(asked, house.dan)
    record("share.mounted", target=share, organization=house.ua)
    record("request.remark", target=asked, organization=house.ua)

    page = rows.browser(house.ada).get("/audit/").content.decode()

    assert f'<a href="/shares/{share.public_id}/">{share.name}</a>' in page
    assert str(share.consumer_account) in page
    assert f'<a href="/requests/{asked.public_id}/">{asked}</a>' in page


def test_an_entry_about_what_is_gone_or_anothers_leads_nowhere(house: House) -> None:
    theirs = rows.healthy(rows.request(house.cy, house.flights, to=rows.account(house.dl, "DL.LAB")), house.dan)
    record("share.mounted", target=theirs, organization=house.ua)
    gone = Share(pk=999_999, consumer_account=theirs.consumer_account, organization=Organization(name="x"))
    record("share.mounted", target=gone, organization=house.ua)

    page = rows.browser(house.ada).get("/audit/").content.decode()

    assert page.count("It was mounted in the customer") == 2
    assert f"/shares/{theirs.public_id}/" not in page
    assert "DL.LAB" not in page
