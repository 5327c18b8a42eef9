"""The help page."""

from __future__ import annotations

from tests.web import rows
from tests.web.rows import House


def test_it_answers_how_to_find_the_account(house: House) -> None:
    page = rows.browser(house.vic).get("/help/").content.decode()

    assert "CURRENT_ORGANIZATION_NAME" in page
    assert "For 7 days an owner can undo" in page


def test_somebody_who_waits_may_read_it(house: House) -> None:
    assert rows.browser(rows.person("new@ua.example")).get("/help/").status_code == 200


def test_it_needs_signing_in(db: None) -> None:
    assert rows.browser().get("/help/").status_code == 302


def test_it_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post("/help/").status_code == 405
