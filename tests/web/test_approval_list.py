"""The list of what waits for an approver, and of what they answered."""

from __future__ import annotations

from portal.people.models import User
from shares.models import ShareRequest
from tests.web import rows
from tests.web.rows import House


def test_it_lists_what_waits(house: House) -> None:
    rows.request(house.ada, house.flights)

    page = rows.browser(house.dan).get("/approvals/").content.decode()

    assert "Carrier UA asks for Flights" in page


def test_what_was_answered_is_listed_with_the_answer(house: House) -> None:
    ask = rows.request(house.ada, house.flights).asks.get()
    client = rows.browser(house.dan)
    client.post(f"/approvals/{ask.public_id}/", {"answer": "decline"})

    page = client.get("/approvals/").content.decode()

    assert "Nothing waits for you" in page
    assert "You declined" in page


def test_an_outdated_question_does_not_wait(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    ShareRequest.objects.filter(pk=asked.pk).update(revision=2)

    assert "Nothing waits for you" in rows.browser(house.dan).get("/approvals/").content.decode()


def test_others_see_nothing_of_it(house: House) -> None:
    rows.request(house.ada, house.flights)

    for user in (house.eve, house.cy, house.ada):
        assert "Carrier UA asks for" not in rows.browser(user).get("/approvals/").content.decode()


def test_the_menu_counts_what_waits(house: House) -> None:
    rows.request(house.ada, house.flights)

    assert 'class="tally">1<' in rows.browser(house.dan).get("/help/").content.decode()


def test_the_menu_shows_what_concerns_each(house: House) -> None:
    def sections(user: User) -> list[str]:
        page = rows.browser(user).get("/help/").content.decode()
        menu = page[page.index('aria-label="Sections"') : page.index("</nav>")]
        return [name for name in ("Home", "Catalog", "Requests", "Shares", "Approvals") if f">{name}" in menu]

    assert sections(house.ada) == ["Home", "Catalog", "Requests", "Shares"]
    assert sections(house.dan) == ["Home", "Catalog", "Approvals"]
    assert sections(house.eve) == ["Home", "Catalog", "Requests", "Shares"]
    assert sections(rows.person("new@ua.example")) == []


def test_it_needs_signing_in(db: None) -> None:
    assert rows.browser().get("/approvals/").status_code == 302


def test_an_empty_post_decides_nothing(house: House) -> None:
    rows.request(house.ada, house.flights)

    assert rows.browser(house.dan).post("/approvals/").status_code == 422
    assert ShareRequest.objects.get().is_open


def test_its_queries_do_not_grow(house: House) -> None:
    client = rows.browser(house.dan)
    ask = rows.request(house.ada, house.flights).asks.get()
    client.post(f"/approvals/{ask.public_id}/", {"answer": "decline"})
    rows.request(house.cy, house.flights, to=rows.account(house.dl, "CARRIERDL.ANALYTICS"))
    few = rows.queries(client, "/approvals/")
    for number in range(3):
        rows.request(house.ada, house.flights, to=rows.account(house.ua, f"CARRIERUA.MORE{number}"))

    assert rows.queries(client, "/approvals/") == few
