"""The tracker: the story, its polling, its failures in words, and withdrawing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shares.models import Run, Share, ShareRequest
from shares.services import grants
from shares.services.status import story_of
from tests.web import rows
from tests.web.rows import House


def _path(asked: ShareRequest) -> str:
    return f"/requests/{asked.public_id}/"


def _poll(page: str) -> str:
    found = re.search(r'hx-trigger="every (\d+)s"', page)
    return found.group(1) if found else ""


def test_an_undecided_request_waits_for_the_owner(house: House) -> None:
    page = rows.browser(house.vic).get(_path(rows.request(house.ada, house.flights))).content.decode()

    assert "Waiting for the data owner" in page
    assert _poll(page) == "5"
    assert "Use it" not in page


def test_it_shows_statements_while_it_is_built(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    share = rows.approved(asked, house.dan)
    run = Run.objects.create(share=share, trigger="decision", fence=1, worker="w")
    rows.statement(run, 1, "Build FLIGHTS, only rows of UA", "CREATE SECURE VIEW X AS SELECT 1")

    page = rows.browser(house.ada).get(_path(asked)).content.decode()

    assert "Build FLIGHTS, only rows of UA" in page
    assert "query id 01b2-1" in page
    assert "41 ms" in page
    assert "<progress" in page
    assert _poll(page) == "2"


def test_what_stopped_is_said_with_what_happens_next(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    rows.approved(asked, house.dan, blocked_at=timezone.now(), blocked_reason="It is in another region.")

    page = rows.browser(house.ada).get(_path(asked)).content.decode()

    assert "It is in another region." in page
    assert "What happens next" in page


def test_once_readable_it_hands_out_the_sql(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    share = rows.healthy(asked, house.dan, mounted=False)

    page = rows.browser(house.ada).get(_path(asked)).content.decode()

    assert "CREATE DATABASE" in re.sub("<[^>]+>", "", page)
    assert share.name in page
    assert 'data-copy="#use-1"' in page


def test_a_mounted_share_is_not_polled_any_more(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    rows.healthy(asked, house.dan)

    assert _poll(rows.browser(house.ada).get(_path(asked)).content.decode()) == ""


def test_a_poll_without_news_is_empty(house: House) -> None:
    asked = rows.request(house.ada, house.flights)

    response = rows.htmx(house.ada).get(_path(asked), {"v": story_of(asked).version})

    assert response.status_code == 204


def test_a_poll_with_news_brings_the_story_and_says_the_chapter_once(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    client = rows.htmx(house.ada)

    told = client.get(_path(asked), {"v": "old", "c": "submitted-done"}).content.decode()
    same = client.get(_path(asked), {"v": "old", "c": "owned-now"}).content.decode()

    assert 'id="story"' in told
    assert "innerHTML:#news" in told
    assert "innerHTML:#news" not in same
    assert "<html" not in told


def test_text_of_people_is_escaped(house: House) -> None:
    asked = rows.request(house.ada, house.flights, reason="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in rows.browser(house.ada).get(_path(asked)).content.decode()


def test_another_customer_finds_nothing(house: House) -> None:
    asked = rows.request(house.ada, house.flights)

    assert rows.browser(house.cy).get(_path(asked)).status_code == 404
    assert rows.browser(house.dan).get(_path(asked)).status_code == 404


def test_staff_may_look(house: House) -> None:
    assert rows.browser(house.eve).get(_path(rows.request(house.ada, house.flights))).status_code == 200


def test_the_page_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post(_path(rows.request(house.ada, house.flights))).status_code == 405


def test_a_member_may_withdraw_while_it_is_open(house: House) -> None:
    asked = rows.request(house.ada, house.flights)

    page = rows.browser(house.bea).post(_path(asked) + "withdraw/", follow=True).content.decode()

    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert "nothing was shared" in page


def test_a_decided_request_cannot_be_withdrawn(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    rows.approved(asked, house.dan)

    page = rows.browser(house.ada).post(_path(asked) + "withdraw/", follow=True).content.decode()

    asked.refresh_from_db()
    assert asked.state == "approved"
    assert "decided already" in page


def test_who_may_not_withdraw(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    path = _path(asked) + "withdraw/"

    assert rows.browser(house.vic).post(path).status_code == 403
    assert rows.browser(house.eve).post(path).status_code == 403
    assert rows.browser(house.cy).post(path).status_code == 404
    assert rows.browser(house.ada).get(path).status_code == 405
    assert ShareRequest.objects.get().is_open
    assert Share.objects.count() == 1


def test_the_withdraw_button_is_only_for_those_who_may(house: House) -> None:
    asked = rows.request(house.ada, house.flights)

    assert "Withdraw" in rows.browser(house.ada).get(_path(asked)).content.decode()
    assert "Withdraw" not in rows.browser(house.vic).get(_path(asked)).content.decode()


def _poll_path(page: str) -> str:
    found = re.search(r'id="story"[^>]* hx-get="([^"]+)"', page)
    assert found
    return found.group(1).replace("&amp;", "&")


def test_a_poll_of_what_did_not_change_costs_next_to_nothing(house: House) -> None:
    client = rows.htmx(house.ada)
    path = _poll_path(rows.browser(house.ada).get(_path(rows.request(house.ada, house.flights))).content.decode())
    client.get(path)

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)

    assert answer.status_code == 204
    assert len(captured) <= 5


def test_a_poll_after_a_change_brings_the_story_and_the_next_mark(house: House) -> None:
    client, asked = rows.htmx(house.ada), rows.request(house.ada, house.flights)
    path = _poll_path(rows.browser(house.ada).get(_path(asked)).content.decode())
    rows.approved(asked, house.dan)

    answer = client.get(path)

    assert answer.status_code == 200
    assert "Approved by the data owner" in answer.content.decode()
    assert client.get(_poll_path(answer.content.decode())).status_code == 204


def test_a_mark_opens_nothing_to_strangers(house: House) -> None:
    path = _poll_path(rows.browser(house.ada).get(_path(rows.request(house.ada, house.flights))).content.decode())

    assert rows.htmx(house.cy).get(path).status_code == 404


@pytest.mark.parametrize("fields", [{"blocked_at": 0}, {"suspended_at": 0}])
def test_what_is_closed_is_not_offered_for_mounting(house: House, fields: dict[str, int]) -> None:
    asked = rows.request(house.ada, house.flights)
    share = rows.healthy(asked, house.dan, mounted=False)
    client = rows.browser(house.ada)
    before = client.get(_path(asked)).content.decode()

    Share.objects.filter(pk=share.pk).update(**dict.fromkeys(fields, timezone.now()))

    assert "Mount it once" in before
    assert "Mount it once" not in client.get(_path(asked)).content.decode()


def test_what_is_over_is_not_offered_for_mounting(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    grants.end(rows.healthy(asked, house.dan), house.ada, "The project is over.")

    assert "Mount it once" not in rows.browser(house.ada).get(_path(asked)).content.decode()


@pytest.mark.parametrize(("state", "kind"), [("withdrawn", "off"), ("expired", "off"), ("declined", "failed")])
def test_only_a_refusal_is_drawn_as_a_failure(house: House, state: str, kind: str) -> None:
    asked = rows.request(house.ada, house.flights)
    ShareRequest.objects.filter(pk=asked.pk).update(state=state, decided_at=timezone.now(), decided_by=house.ada)

    page = rows.browser(house.ada).get(_path(asked)).content.decode()

    assert set(re.findall(r"step step-(off|failed)", page)) == {kind}


def test_the_story_s_badge_says_where_it_has_come_to(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    client = rows.browser(house.ada)

    def badge() -> str:
        found = re.search(
            r'<span id="state">.*?</svg>(.*?)</span>', client.get(_path(asked)).content.decode(), re.DOTALL
        )
        return found.group(1).strip() if found else ""

    waiting = badge()
    share = rows.healthy(asked, house.dan)
    healthy = badge()
    grants.end(share, house.ada, "The project is over.")

    assert [waiting, healthy, badge()] == ["Waiting for approval", "Healthy", "Ended"]


def test_one_button_leads(house: House) -> None:
    asked = rows.request(house.ada, house.flights, to=rows.account(house.ua, "CARRIERUA.NEW"))

    page = rows.browser(house.ada).get(_path(asked)).content.decode()

    assert re.findall(r'class="btn"[^>]*>([^<]*)', page) == ["Put a code into CARRIERUA.NEW"]
