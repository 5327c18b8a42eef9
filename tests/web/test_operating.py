"""What staff do to a customer's share: a page that says what breaks, a reason, and words for whatever is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.models import Bulk, Share
from shares.services import bulks, grants
from tests.web import rows
from tests.web.rows import House

VERBS = ("suspend", "resume", "end", "keep")


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


@pytest.fixture
def eve(house: House) -> Client:
    return rows.browser(house.eve)


def path(verb: str, *shares: Share) -> str:
    return f"/shares/operate/{verb}/?" + "&".join(f"share={share.public_id}" for share in shares)


def page_of(client: Client, share: Share) -> str:
    return client.get(f"/shares/{share.public_id}/").content.decode()


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_says_what_breaks_and_changes_nothing(eve: Client, share: Share, verb: str) -> None:
    page = eve.get(path(verb, share)).content.decode()

    assert "Carrier UA" in page
    assert "Flights" in page
    assert "Mounted" in page
    assert "Last seen well" in page
    share.refresh_from_db()
    assert (share.suspended_at, share.closes_at, share.endings.exists()) == (None, None, False)


def test_of_a_share_that_is_not_well_the_last_proof_counts(house: House, eve: Client, share: Share) -> None:
    assert "as approved, every row theirs" in eve.get(path("end", share)).content.decode()
    Share.objects.update(blocked_at=timezone.now(), blocked_reason="x")
    assert "when its rows were proved last" in eve.get(path("end", share)).content.decode()
    share.proofs.update(isolated=False)
    assert "it was never proved yet" in eve.get(path("end", share)).content.decode()


def test_closing_for_now_is_told_to_the_customer_with_the_reason(house: House, eve: Client, share: Share) -> None:
    answer = eve.post(path("suspend", share), {"reason": "We check <a> leak."})

    assert answer["Location"] == f"/shares/{share.public_id}/"
    page = page_of(rows.browser(house.vic), share)
    assert "Closed for now" in page
    assert "By Eve," in page
    assert "We check &lt;a&gt; leak." in page
    assert "mailto:" in page
    mails = Outgoing.objects.filter(kind="suspended")
    assert sorted(mail.to for mail in mails) == ["ada@ua.example", "bea@ua.example"]
    assert all("Eve of the data provider" in mail.text and "We check <a> leak." in mail.text for mail in mails)


def test_opening_again_needs_no_reason_and_is_told_too(house: House, eve: Client, share: Share) -> None:
    eve.post(path("suspend", share), {"reason": "Checking."})
    assert "Open again…" in page_of(eve, share)

    eve.post(path("resume", share), {"reason": "All well."})

    share.refresh_from_db()
    assert (share.suspended_at, share.suspended_by, share.suspend_reason) == (None, None, "")
    assert Outgoing.objects.filter(kind="resumed").count() == 2
    entry = history(share).first()
    assert entry
    assert (entry.action, entry.data) == ("share.resumed", {"reason": "All well."})


def test_the_providers_end_is_announced_and_shown(house: House, eve: Client, share: Share) -> None:
    assert 'value="30"' in eve.get(path("end", share)).content.decode()

    eve.post(path("end", share), {"reason": "The contract is over.", "notice_days": "10"})

    page = page_of(rows.browser(house.ada), share)
    assert "The data provider ends this share: its last day is" in page
    assert "The contract is over." in page
    assert share.grants.in_force(timezone.now()).exists()
    assert Outgoing.objects.filter(kind="announced-end").count() == 2


def test_only_staff_may_keep_what_the_provider_ended(house: House, eve: Client, share: Share) -> None:
    grants.end_by_provider(share, house.eve, "Over.", 0)
    ada = rows.browser(house.ada)
    assert "Undo the ending" not in page_of(ada, share)
    assert "write to" in ada.post(f"/shares/{share.public_id}/undo/", follow=True).content.decode().lower()
    assert not share.grants.in_force(timezone.now()).exists()
    assert "Keep after all…" in page_of(eve, share)

    eve.post(path("keep", share), {"reason": ""})

    assert share.grants.in_force(timezone.now()).exists()


def test_several_at_once_are_left_to_the_worker_each_with_its_own_answer(
    house: House, eve: Client, share: Share
) -> None:
    other = rows.healthy(rows.request(house.cy, house.flights, to=rows.account(house.dl, "DL.A")), house.dan)
    grants.suspend(other, house.eve, "Earlier.")

    answer = eve.post(path("suspend", share, other), {"reason": "Now."})

    bulk = Bulk.objects.get()
    assert answer["Location"] == f"/operations/bulk/{bulk.public_id}/"
    share.refresh_from_db()
    assert share.suspended_at is None
    assert bulks.work(bulk.pk) == "finished"
    page = eve.get(answer["Location"]).content.decode()
    assert "It is suspended already." in page
    share.refresh_from_db()
    other.refresh_from_db()
    assert (share.suspend_reason, other.suspend_reason) == ("Now.", "Earlier.")


def test_the_page_takes_as_many_queries_for_many_as_for_one(house: House, eve: Client, share: Share) -> None:
    one = rows.queries(eve, path("end", share))
    many = [
        rows.healthy(rows.request(house.cy, house.flights, to=rows.account(house.dl, f"DL.A{n}")), house.dan)
        for n in range(4)
    ]

    assert rows.queries(eve, path("end", share, *many)) == one
    assert one <= 10


@pytest.mark.parametrize(
    ("verb", "data", "words"),
    [
        ("suspend", {"reason": " "}, "Say why"),
        ("end", {"reason": "", "notice_days": "5"}, "Say why"),
        ("end", {"reason": "Typed anyway", "notice_days": "-1"}, "Typed anyway"),
        ("end", {"reason": "Typed anyway", "notice_days": "9999"}, "Typed anyway"),
    ],
)
def test_bad_input_loses_nothing(eve: Client, share: Share, verb: str, data: dict[str, str], words: str) -> None:
    answer = eve.post(path(verb, share), data)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    share.refresh_from_db()
    assert (share.suspended_at, share.endings.exists()) == (None, False)


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_else_may(house: House, share: Share, verb: str) -> None:
    may_look = rows.person("lou@skyledger.example", is_staff=True)
    for user in (house.ada, house.bea, house.vic, may_look):
        assert rows.browser(user).post(path(verb, share), {"reason": "x", "notice_days": 0}).status_code == 403
    assert rows.browser(house.cy).post(path(verb, share), {"reason": "x", "notice_days": 0}).status_code == 404
    assert share.grants.in_force(timezone.now()).exists()


def test_an_operator_needs_the_role_and_nothing_more_and_nothing_is_granted_by_hand(share: Share) -> None:
    auditor = rows.person("lou@skyledger.example", is_staff=True)
    auditor.user_permissions.add(Permission.objects.get(codename="change_share"))
    assert rows.browser(auditor).post(path("suspend", share), {"reason": "x"}).status_code == 403
    operator = rows.person("op@skyledger.example", is_staff=True, staff_role="operator")

    rows.browser(operator).post(path("suspend", share), {"reason": "x"})

    share.refresh_from_db()
    assert share.suspended_by == operator


def test_what_is_not_there(eve: Client, share: Share) -> None:
    assert eve.get("/shares/operate/suspend/").status_code == 404
    assert eve.get("/shares/operate/suspend/?share=1").status_code == 404
    assert eve.get(f"{path('suspend', share)}&share={uuid4()}").status_code == 404
    assert eve.get(path("destroy", share)).status_code == 404


def test_wrong_methods(eve: Client, share: Share) -> None:
    assert eve.put(path("suspend", share)).status_code == 405
    assert eve.delete(path("end", share)).status_code == 405


def test_customers_are_not_offered_any_of_it(house: House, share: Share) -> None:
    assert "/shares/operate/" not in page_of(rows.browser(house.ada), share)
