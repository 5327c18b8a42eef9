"""Customers read who acted for the provider by name, or as the data provider, and never by a mail address."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from portal.people.models import User
from shares.core.states import RequestState
from shares.models import Share, ShareRequest
from shares.models.accounts import ProofKind
from shares.services import grants, reviews
from tests.web import rows
from tests.web.rows import House

PROVIDERS = "skyledger.example"


@pytest.fixture
def share(house: House) -> Share:
    """A life in which everybody of the provider, none of whom gave a name, did something that the customer reads of."""
    User.objects.filter(pk__in=[house.dan.pk, house.eve.pk]).update(name="")
    for user in (house.dan, house.eve):
        user.refresh_from_db()
    asked = rows.request(house.ada, house.flights)
    share = rows.healthy(asked, house.dan)
    ShareRequest.objects.filter(pk=asked.pk).update(decision_reason="Fine.")
    account = share.consumer_account
    account.proof, account.proved_by, account.proof_note = ProofKind.VOUCHED, house.dan, "I called them."
    account.proved_at = timezone.now()
    account.save()
    grants.suspend(share, house.eve, "Maintenance.")
    grants.resume(share, house.eve, "Done.")
    grants.end_by_provider(share, house.eve, "Contract over.", 30)
    grants.suspend(share, house.eve, "Once more.")
    return share


def test_no_page_file_or_mail_of_a_customer_holds_one(share: Share, house: House) -> None:
    declined = rows.request(house.ada, house.flights, to=rows.account(house.ua, "A.DECLINED"))
    refused = {"state": RequestState.DECLINED, "decided_by": house.dan, "decided_at": timezone.now()}
    ShareRequest.objects.filter(pk=declined.pk).update(**refused)
    own = share.grants.get().request
    client = rows.browser(house.ada)
    paths = [f"/shares/{share.public_id}/", f"/shares/{share.public_id}/evidence/", f"/shares/{share.public_id}/end/"]
    paths += [f"/requests/{one.public_id}/" for one in (declined, own)]
    paths += [f"/snowflake/{share.consumer_account.public_id}/proof/", "/", "/shares/", "/requests/", "/access/"]
    paths += ["/access/?format=csv", "/audit/", "/audit/?format=csv", "/audit/?format=jsonl", "/catalog/flights/"]
    named = 0
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        body = b"".join(answer) if answer.streaming else answer.content
        assert PROVIDERS not in re.sub(r"support@[\w.]+", "", body.decode()), path
        named += body.decode().lower().count("the data provider")
    assert named > 5, "and somebody is named in their place"
    told = Outgoing.objects.filter(to__endswith="@ua.example")
    assert {"suspended", "announced-end"} <= set(told.values_list("kind", flat=True))
    assert not [mail.kind for mail in told if PROVIDERS in re.sub(r"support@[\w.]+", "", mail.text + mail.html)]


def test_the_review_s_file_names_who_asked_and_who_approved(share: Share, house: House) -> None:
    [line] = reviews.table(Share.objects.filter(pk=share.pk).select_related("organization", "consumer_account"))
    assert dict(zip(reviews.HEADING, line, strict=True))["approved_by"] == "the data provider"
    User.objects.filter(pk=house.dan.pk).update(name="Dan Deciding")
    [line] = reviews.table(Share.objects.filter(pk=share.pk).select_related("organization", "consumer_account"))
    assert dict(zip(reviews.HEADING, line, strict=True))["approved_by"] == "Dan Deciding"


def test_staff_are_named_when_they_are_made_staff(house: House) -> None:
    client = rows.browser(house.eve)
    fields = {"email": house.bea.email, "name": "", "is_active": "on", "is_staff": "on", "staff_role": "auditor"}
    fields |= {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    answer = client.post(f"/admin/people/user/{house.bea.pk}/change/", fields)
    assert "Staff need a name" in answer.content.decode()
    assert client.post(f"/admin/people/user/{house.bea.pk}/change/", fields | {"name": "Bea"}).status_code == 302
