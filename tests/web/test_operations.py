"""The operations' home and lists: what needs somebody, searched, narrowed, kept under a name, as CSV; staff only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.models import Beat, Incident, ProviderAccount, Run, SavedFilter, Share, ShareRequest
from shares.services import grants
from tests.web import rows
from tests.web.rows import House

CODES = ("shares", "requests", "customers", "incidents", "runs")


@pytest.fixture
def eve(house: House) -> Client:
    return rows.browser(house.eve)


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


@pytest.fixture
def other(house: House) -> Share:
    return rows.healthy(rows.request(house.cy, house.flights, to=rows.account(house.dl, "DL.LAB")), house.dan)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return b"".join(answer).decode() if answer.streaming else str(answer.content.decode())


def test_an_empty_portal_says_so(eve: Client) -> None:
    page = text(eve, "/operations/")
    for words in ("No worker answers", "Nothing is open", "Nobody waits", "No shares yet", "Nothing runs"):
        assert words in page
    for code in CODES[:2]:
        assert "Nothing yet" in text(eve, f"/operations/{code}/")
    incidents = text(eve, "/operations/incidents/")
    assert "That is how it should be." in incidents
    assert "as customers ask for shares" not in incidents


def test_every_page_of_operations_marks_its_tab_and_leads_to_the_provider_accounts(eve: Client) -> None:
    for path in ("", "flight/", *(f"{code}/" for code in CODES)):
        tabs = text(eve, f"/operations/{path}").partition('class="filters"')[2].partition("</nav>")[0]
        assert tabs.count('aria-current="page"') == 1
        assert "/admin/shares/provideraccount/" in tabs


def test_the_home_shows_what_needs_somebody(house: House, eve: Client, share: Share, other: Share) -> None:
    now = timezone.now()
    Beat.objects.create(worker="w:1", answered_at=now)
    Share.objects.filter(pk=other.pk).update(blocked_at=now, blocked_reason="x")
    Incident.objects.create(share=other, code="c", words="A stranger's view", opened_at=now, seen_at=now)
    late = rows.request(house.bea, house.flights, to=rows.account(house.ua, "CARRIERUA.LATE"))
    ShareRequest.objects.filter(pk=late.pk).update(submitted_at=now - timedelta(hours=49))
    Outgoing.objects.create(key="k", kind="x", to="gone@ua.example", subject="S", next_attempt_at=None, error="550 no")
    run = Run.objects.create(share=share, trigger="check", fence=share.fence, worker="w", planned=4, changed=1)
    rows.statement(run, 1, "Build the view anew", "SELECT 1")
    ProviderAccount.objects.update(breaker_until=now + timedelta(minutes=5), breaker_reason="The key was refused.")

    page = text(eve, "/operations/")

    for words in ("A stranger&#x27;s view", "1 late", "gone@ua.example", "550 no", "Build the view anew"):
        assert words in page
    assert "The key was refused." in page
    assert "No worker answers" not in page
    assert "/operations/shares/?state=blocked" in page
    assert "/operations/shares/?region=AWS_US_EAST_1" in page


def test_the_part_in_flight_is_a_page_of_its_own_too(house: House, share: Share) -> None:
    Run.objects.create(share=share, trigger="check", fence=share.fence, worker="w")
    part = rows.htmx(house.eve).get("/operations/flight/").content.decode()
    page = text(rows.browser(house.eve), "/operations/flight/")

    assert "<html" not in part
    assert "<h1>" in page
    assert all("looking at what is there" in told for told in (part, page))


def test_a_run_whose_lease_went_to_another_is_not_in_flight(eve: Client, share: Share) -> None:
    Run.objects.create(share=share, trigger="check", fence=share.fence + 7, worker="w")
    assert "Nothing runs" in text(eve, "/operations/flight/")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("shares/?state=mounted", {"Carrier UA"}),
        ("shares/?state=suspended", {"Carrier DL"}),
        ("shares/?region=AWS_US_EAST_1", {"Carrier UA", "Carrier DL"}),
        ("shares/?q=dl.lab", {"Carrier DL"}),
        ("shares/?q=carrier+ua", {"Carrier UA"}),
        ("customers/?q=cy@dl", {"Carrier DL"}),
        ("customers/?state=off", set()),
        ("requests/?state=approved&q=ua", {"Carrier UA"}),
        ("requests/?kind=renewal", set()),
        ("runs/?outcome=converged&q=DL", {"Carrier DL"}),
        ("runs/?did=drift", set()),
        ("incidents/?state=open", {"Carrier DL"}),
        ("incidents/?whose=customer", set()),
    ],
)
def test_lists_are_narrowed(house: House, eve: Client, share: Share, other: Share, path: str, shown: set[str]) -> None:
    grants.suspend(other, house.eve, "x")
    now = timezone.now()
    Incident.objects.create(share=other, code="c", words="Something", opened_at=now, seen_at=now)

    page = text(eve, f"/operations/{path}").partition('<section class="card"')[2]

    assert {name for name in ("Carrier UA", "Carrier DL") if name in page} == shown


def test_a_share_is_found_by_its_id_and_its_name_in_snowflake(eve: Client, share: Share, other: Share) -> None:
    for words in (str(share.public_id), share.name, share.public_id.hex[:8]):
        page = text(eve, f"/operations/shares/?q={words}")
        assert str(share.public_id) in page
        assert str(other.public_id) not in page


def test_what_cannot_be_asked_is_told(eve: Client, share: Share) -> None:
    answer = eve.get("/operations/shares/?state=nonsense")
    assert answer.status_code == 422
    assert str(share.public_id) not in answer.content.decode()
    assert eve.get("/operations/nonsense/").status_code == 404


def test_the_file_holds_what_fits_and_no_formula(house: House, eve: Client, share: Share, other: Share) -> None:
    house.ua.name = "=cmd()"
    house.ua.save(update_fields=["name"])

    answer = eve.get("/operations/shares/?format=csv&q=CARRIERUA")

    assert answer["Content-Type"].startswith("text/csv")
    head, line = b"".join(answer).decode().strip().split("\r\n")
    assert head.startswith("share,customer,account,region,state")
    assert f"{share.name},'=cmd(),CARRIERUA.ANALYTICS,AWS_US_EAST_1,mounted,Flights" in line
    for code in CODES:
        assert "\r\n" in text(eve, f"/operations/{code}/?format=csv")


def test_a_filter_is_kept_for_oneself_and_forgotten(house: House, eve: Client, share: Share) -> None:
    path = "/operations/shares/filters/"
    answer = eve.post(path, {"name": "Stopped", "query": "state=blocked&page=3&q="})
    assert answer["Location"] == "/operations/shares/?state=blocked"
    eve.post(path, {"name": "Stopped", "query": "state=ready"})
    kept = SavedFilter.objects.get()
    assert (kept.query, kept.user) == ("state=ready", house.eve)
    assert "/operations/shares/?state=ready" in text(eve, "/operations/shares/")

    colleague = rows.browser(rows.person("op@skyledger.example", is_staff=True, staff_role="operator"))
    assert "Stopped</a>" not in text(colleague, "/operations/shares/")
    assert colleague.post(f"/operations/filters/{kept.pk}/forget/").status_code == 404

    eve.post(f"/operations/filters/{kept.pk}/forget/")
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [({"name": "", "query": "q=1"}, "Give it a name"), ({"name": "x", "query": ""}, "Narrow the list first")],
)
def test_a_filter_needs_a_name_and_something_to_keep(eve: Client, data: dict[str, Any], words: str) -> None:
    assert words in eve.post("/operations/shares/filters/", data, follow=True).content.decode()
    assert not SavedFilter.objects.exists()


def test_only_staff_and_only_to_read(house: House, share: Share) -> None:
    paths = ["/operations/", "/operations/flight/", *(f"/operations/{code}/" for code in CODES)]
    for path in paths:
        for user in (house.ada, house.vic, house.cy, house.dan):
            assert rows.browser(user).get(path).status_code in (302, 404)
        assert rows.browser(house.eve).post(path).status_code == 405
    auditor = rows.browser(rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor"))
    assert "Review these shares…" not in text(auditor, "/operations/shares/")
    assert "Review these shares…" in text(rows.browser(house.eve), "/operations/shares/")
    assert "Operations" not in text(rows.browser(house.ada), "/help/")


def test_a_run_is_called_the_same_in_the_list_and_on_its_page(house: House, eve: Client, share: Share) -> None:
    run = Run.objects.create(share=share, trigger="check", fence=7, worker="w")
    assert f"Run 7 of {house.ua}" in text(eve, "/operations/runs/")
    assert f"Run 7 of {house.ua}" in text(eve, f"/operations/runs/{run.public_id}/")
