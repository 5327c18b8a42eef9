"""Nobody keeps the portal busy alone: forms and files within a minute, and requests that wait at the same time."""

from __future__ import annotations

import time_machine
from pytest_django import Settings

from shares.models import ShareRequest
from tests.web import rows
from tests.web.rows import House

NOON = "2026-11-25 12:00:10+00:00"


def test_more_forms_than_a_person_sends_are_refused_for_the_rest_of_the_minute(
    house: House, settings: Settings
) -> None:
    settings.FIRN_WRITES_A_MINUTE = 5
    client, colleague = rows.browser(house.ada), rows.browser(house.bea)
    with time_machine.travel(NOON, tick=False):
        answers = [client.post("/theme/", {"theme": "dark"}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [302] * 5 + [429]
        assert answers[-1].headers["Retry-After"] == "50"
        assert "Wait a minute" in answers[-1].content.decode()
        assert client.get("/shares/").status_code == 200, "reading goes on"
        assert colleague.post("/theme/", {"theme": "dark"}).status_code == 302, "and so do the others"
    with time_machine.travel("2026-11-25 12:01:10+00:00", tick=False):
        assert client.post("/theme/", {"theme": "dark"}).status_code == 302


def test_people_not_signed_in_are_counted_by_address(db: None, settings: Settings) -> None:
    settings.FIRN_WRITES_A_MINUTE = 3
    with time_machine.travel(NOON, tick=False):
        here = [rows.browser().post("/theme/", REMOTE_ADDR="192.0.2.1").status_code for _ in range(4)]
        there = rows.browser().post("/theme/", REMOTE_ADDR="192.0.2.2").status_code
    assert here == [400, 400, 400, 429]
    assert there == 400


def test_whole_tables_as_files_are_limited_more_tightly(house: House, settings: Settings) -> None:
    settings.FIRN_WRITES_A_MINUTE = 1000
    client = rows.browser(house.ada)
    with time_machine.travel(NOON, tick=False):
        answers = [client.get("/audit/?format=csv").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_allauth_s_own_limits_say_when_to_try_again(db: None) -> None:
    for _ in range(30):
        answer = rows.browser().post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    for _ in range(10):
        answer = rows.browser().post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_one_customer_does_not_bury_the_approvers(house: House, settings: Settings) -> None:
    settings.FIRN_OPEN_REQUESTS = 2
    client = rows.browser(house.ada)
    for number in range(3):
        form = {
            "datasets": [house.flights.pk],
            "workspaces": [house.ua.workspaces.get().pk],
            "account": f"carrierua-a{number}",
            "region": "AWS_US_EAST_1",
            "reason": "Route planning",
        }
        page = client.post("/requests/new/", form)

    assert "as many as may wait at once" in page.content.decode()
    assert ShareRequest.objects.count() == 2
