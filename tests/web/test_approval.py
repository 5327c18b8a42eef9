"""The approver's page: it shows what would run, GET never acts, and only the right answer counts."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shares.models import Ask, Grant, ShareRequest, Vote
from shares.services.codes import code_for
from shares.services.publishing import publish
from shares.services.translated import translated
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def ask(house: House) -> Ask:
    return rows.request(house.ada, house.flights).asks.get()


def _path(ask: Ask) -> str:
    return f"/approvals/{ask.public_id}/"


def _state(ask: Ask) -> str:
    return ShareRequest.objects.get(pk=ask.request_id).state


def test_it_shows_what_would_run_and_for_whom(house: House, ask: Ask) -> None:
    page = rows.browser(house.dan).get(_path(ask)).content.decode()

    assert "Carrier UA asks for Flights" in page
    assert "CARRIERUA.ANALYTICS" in page
    assert "or you vouch for it by your name" in page
    assert "DEP_DELAY" in page
    assert ask.request.short_digest in page
    for step in ask.request.plan_sql:
        assert translated(step["purpose"]) in page.replace("&#x27;", "'")


def test_reading_it_decides_nothing(house: House, ask: Ask) -> None:
    for client in (rows.browser(), rows.browser(house.dan)):
        client.get(_path(ask))
        client.get(_path(ask), {"answer": "approve", "code": code_for(ask)})
        client.head(_path(ask))

    assert _state(ask) == "submitted"
    assert not Vote.objects.exists()


def test_no_answer_is_chosen_beforehand(house: House, ask: Ask) -> None:
    assert "checked" not in rows.browser(house.dan).get(_path(ask)).content.decode()


def test_the_answer_chosen_in_the_mail_stands_ticked_and_decides_nothing(house: House, ask: Ask) -> None:
    page = rows.browser(house.dan).get(_path(ask), {"answer": "decline"}).content.decode()
    assert page.count("checked") == 1
    assert re.search(r'value="decline"[^>]*checked', page)
    assert "checked" not in rows.browser(house.dan).get(_path(ask), {"answer": "both"}).content.decode()
    assert _state(ask) == "submitted"


def test_the_code_never_stands_on_the_page(house: House, ask: Ask) -> None:
    for client in (rows.browser(), rows.browser(house.dan), rows.browser(house.ada)):
        assert code_for(ask) not in client.get(_path(ask)).content.decode()


def test_the_approver_approves_by_session(house: House, ask: Ask) -> None:
    response = rows.browser(house.dan).post(_path(ask), {"answer": "approve", "reason": "As last year"})

    assert response["Location"] == _path(ask)
    assert _state(ask) == "approved"
    assert Vote.objects.get().channel == "session"
    assert Grant.objects.get().dataset == house.flights


def test_the_code_from_the_mail_decides_without_signing_in(house: House, ask: Ask) -> None:
    rows.browser().post(_path(ask), {"answer": "approve", "code": code_for(ask).lower()})

    assert _state(ask) == "approved"
    assert Vote.objects.get().channel == "code"
    assert Vote.objects.get().approver == house.dan


def test_declining_keeps_the_reason(house: House, ask: Ask) -> None:
    rows.browser(house.dan).post(_path(ask), {"answer": "decline", "reason": "Not this year"})

    assert _state(ask) == "declined"
    assert "Not this year" in rows.browser().get(_path(ask)).content.decode()


def test_a_wrong_code_is_said_and_counts_nothing(house: House, ask: Ask) -> None:
    response = rows.browser().post(_path(ask), {"answer": "approve", "code": "AAAAAAAA", "reason": "typed"})

    assert response.status_code == 422
    assert "not the code" in response.content.decode()
    assert "typed" in response.content.decode()
    assert not Vote.objects.exists()


def test_after_five_wrong_codes_even_the_right_one_is_refused(house: House, ask: Ask) -> None:
    client = rows.browser()
    for _ in range(5):
        client.post(_path(ask), {"answer": "approve", "code": "AAAAAAAA"})

    response = client.post(_path(ask), {"answer": "approve", "code": code_for(ask)})

    assert response.status_code == 409
    assert "Sign in to decide" in response.content.decode()
    assert not Vote.objects.exists()


def test_somebody_else_s_session_does_not_replace_the_code(house: House, ask: Ask) -> None:
    for user in (house.eve, house.cy, house.ada):
        assert rows.browser(user).post(_path(ask), {"answer": "approve"}).status_code == 422

    assert not Vote.objects.exists()


def test_an_answer_must_be_chosen(house: House, ask: Ask) -> None:
    response = rows.browser(house.dan).post(_path(ask), {"reason": "?"})

    assert response.status_code == 422
    assert "Choose approve or decline." in response.content.decode()


def test_the_second_answer_is_told_what_was_decided(house: House, ask: Ask) -> None:
    client = rows.browser(house.dan)
    client.post(_path(ask), {"answer": "approve"})

    response = client.post(_path(ask), {"answer": "decline"})

    assert response.status_code == 409
    assert "Already approved by Dan" in response.content.decode()
    assert _state(ask) == "approved"


def test_a_decided_request_has_no_form(house: House, ask: Ask) -> None:
    rows.browser(house.dan).post(_path(ask), {"answer": "approve"})

    page = rows.browser(house.dan).get(_path(ask)).content.decode()

    assert "Already approved by Dan" in page
    assert 'name="answer"' not in page


def test_an_old_mail_points_to_the_newer_one(house: House, ask: Ask) -> None:
    ShareRequest.objects.filter(pk=ask.request_id).update(revision=2)

    page = rows.browser(house.dan).get(_path(ask)).content.decode()

    assert "Use the link in the newest mail" in page
    assert 'name="answer"' not in page


def test_what_changed_since_the_mail_is_asked_anew(house: House, ask: Ask) -> None:
    house.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    publish(house.flights, house.eve)

    response = rows.browser(house.dan).post(_path(ask), {"answer": "approve"})

    assert response.status_code == 409
    assert _state(ask) == "submitted"
    assert Ask.objects.filter(request=ask.request_id, revision=2).exists()


def test_one_of_two_approvals_leaves_it_open_and_says_so(house: House) -> None:
    rows.dataset("Fleet", approver=rows.person("fay@skyledger.example", "Fay"))
    fleet = house.flights.__class__.objects.get(slug="fleet")
    asked = rows.request(house.ada, house.flights, fleet)
    mine = asked.asks.get(approver=house.dan)
    client = rows.browser(house.dan)

    client.post(_path(mine), {"answer": "approve"})
    page = client.get(_path(mine)).content.decode()

    assert _state(mine) == "submitted"
    assert "You approved this" in page
    assert 'name="answer"' not in page


def test_an_unknown_link_is_not_found(house: House) -> None:
    assert rows.browser().get("/approvals/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_a_post_needs_the_csrf_token(house: House, ask: Ask) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(_path(ask), {"answer": "approve", "code": code_for(ask)})

    assert response.status_code == 403
    assert _state(ask) == "submitted"


def test_the_page_is_never_cached(house: House, ask: Ask) -> None:
    assert "no-store" in rows.browser().get(_path(ask))["Cache-Control"]


def test_other_methods_are_refused(house: House, ask: Ask) -> None:
    assert rows.browser(house.dan).put(_path(ask)).status_code == 405
