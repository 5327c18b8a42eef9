"""The start page: each person sees what concerns them."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from portal.people.models import Membership, Role
from shares.models import Incident, Share
from tests.web import rows
from tests.web.rows import House


def test_an_anonymous_visitor_is_sent_to_sign_in(db: None) -> None:
    response = rows.browser().get("/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_somebody_without_an_organization_waits(house: House) -> None:
    new = rows.person("new@ua.example")

    assert rows.browser(new).get("/")["Location"] == "/welcome/"


def test_a_new_customer_is_led_to_the_catalog(house: House) -> None:
    page = rows.browser(house.ada).get("/").content.decode()

    assert "No shares yet" in page
    assert 'href="/catalog/"' in page


def test_a_viewer_is_not_led_to_what_they_may_not_do(house: House) -> None:
    rows.request(house.ada, house.flights, to=rows.account(house.ua, "CARRIERUA.NEW"))

    owners, viewers = (rows.browser(user).get("/").content.decode() for user in (house.ada, house.vic))

    assert "Request a share" in owners
    assert "Prove it" in owners
    assert "Request a share" not in viewers
    assert "An owner or a member of your organization can do it." in viewers
    assert "See where it stands" in viewers


def test_a_member_sees_shares_with_their_state(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    page = rows.browser(house.bea).get("/").content.decode()

    assert "CARRIERUA.ANALYTICS" in page
    assert "Healthy" in page


def test_a_share_that_is_ready_is_the_next_thing_to_do(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan, mounted=False)

    assert "Next: mount your share" in rows.browser(house.ada).get("/").content.decode()


def test_a_share_tells_its_proof_and_how_fresh_it_is(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    page = rows.browser(house.ada).get("/").content.decode()

    assert "<dd>proved<small>" in page
    assert "48,110" in page
    assert "All is well" in page


def test_a_share_with_foreign_rows_is_not_called_proved(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    rows.prove(share.runs.get(), timezone.now(), foreign=3)

    page = rows.browser(house.ada).get("/").content.decode()

    assert "not proved" in page
    assert "<dd>proved<small>" not in page


def test_an_account_without_proof_comes_before_everything_else(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan, mounted=False)
    rows.request(house.ada, house.flights, to=rows.account(house.ua, "CARRIERUA.NEW"))

    page = rows.browser(house.ada).get("/").content.decode()

    assert "Next: prove that CARRIERUA.NEW is yours" in page
    assert "Next: mount" not in page


def test_an_end_that_is_near_is_the_next_thing(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    share.grants.update(valid_until=timezone.now() + timedelta(days=9))

    assert "Next: look at a share that ends on" in rows.browser(house.ada).get("/").content.decode()


def _many(house: House, count: int) -> list[Share]:
    """Healthy shares, the oldest first."""
    made = []
    for number in range(count):
        asked = rows.request(house.ada, house.flights, to=rows.account(house.ua, f"CARRIERUA.N{number}"))
        made.append(rows.healthy(asked, house.dan))
    return made


def test_an_old_share_that_stopped_is_shown_first_and_nothing_is_called_well(house: House) -> None:
    old, *_ = _many(house, 9)
    Share.objects.filter(pk=old.pk).update(blocked_at=timezone.now())

    page = rows.browser(house.ada).get("/").content.decode()

    assert "All is well" not in page
    assert "Nothing for you to do at the moment" in page
    assert '<section class="notice notice-wait"' in page
    assert "8 healthy · 1 needs attention" in page
    assert page.index("CARRIERUA.N0<") < page.index("CARRIERUA.N8<")


def test_an_old_share_decides_about_the_next_step_beside_many_that_are_not_well(house: House) -> None:
    old, *others = _many(house, 12)
    Share.objects.filter(pk__in=[one.pk for one in others]).update(blocked_at=timezone.now())
    client = rows.browser(house.ada)

    old.grants.update(valid_until=timezone.now() + timedelta(days=9))
    ending = client.get("/").content.decode()
    Share.objects.filter(pk=old.pk).update(mounted_at=None)
    unmounted = client.get("/").content.decode()

    assert "Next: look at a share that ends on" in ending
    assert "1 ends within 30 days" in ending
    assert "Next: mount your share" in unmounted


def test_what_is_being_built_needs_nobody_s_attention(house: House) -> None:
    rows.approved(rows.request(house.ada, house.flights), house.dan)

    page = rows.browser(house.ada).get("/").content.decode()

    assert "0 healthy · 1 being built" in page
    assert "attention" not in page


def test_a_share_that_goes_on_in_part_does_not_end_soon(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights, rows.dataset("Fleet")), house.dan)
    share.grants.filter(dataset=house.flights).update(valid_until=timezone.now() + timedelta(days=9))

    assert "within 30 days" not in rows.browser(house.ada).get("/").content.decode()


def test_what_is_over_is_neither_well_nor_unwell(house: House) -> None:
    [share] = _many(house, 1)
    share.grants.update(revoked_at=timezone.now())
    Share.objects.filter(pk=share.pk).update(closes_at=timezone.now(), taken_back_at=timezone.now())

    page = rows.browser(house.ada).get("/").content.decode()

    assert "All is well" not in page
    assert "attention" not in page
    assert "0 healthy" in page


def test_only_the_chosen_customers_shares_are_shown(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)
    Membership.objects.bulk_create([Membership(user=house.ada, organization=house.dl, role=Role.OWNER)])
    client = rows.browser(house.ada)

    client.post("/customer/", {"organization": str(house.dl.public_id)})

    assert "CARRIERUA.ANALYTICS" not in client.get("/").content.decode()


def test_another_customer_sees_nothing_of_it(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    assert "CARRIERUA" not in rows.browser(house.cy).get("/").content.decode()


def test_an_approver_sees_what_waits(house: House) -> None:
    asked = rows.request(house.ada, house.flights)

    page = rows.browser(house.dan).get("/").content.decode()

    assert "Carrier UA asks for Flights" in page
    assert f"/approvals/{asked.asks.get().public_id}/" in page


def test_staff_see_the_latest_shares_of_everybody(house: House) -> None:
    rows.healthy(rows.request(house.ada, house.flights), house.dan)

    page = rows.browser(house.eve).get("/").content.decode()

    assert "Latest shares" in page
    assert "Carrier UA" in page


def test_staff_see_that_something_stopped_and_that_no_worker_answers(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    Incident.objects.create(share=share, code="c", words="A view", opened_at=timezone.now(), seen_at=timezone.now())
    page = rows.browser(house.eve).get("/").content.decode()
    assert "Nothing waits for you" not in page
    assert "No worker answers" in page
    assert re.search(r"state=open&amp;whose=staff[^>]*>1<", page)


def test_it_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post("/").status_code == 405
