"""When a sign-in ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from portal.people import services
from portal.people.models import User

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def ada(settings: Settings) -> Client:
    settings.FIRN_IDLE_MINUTES = 120
    services.add_person("ada@ua.test", password=PASSWORD, verified=True)
    client = Client()
    with time_machine.travel(NINE, tick=False):
        assert client.post("/accounts/login/", {"login": "ada@ua.test", "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client, at: datetime, path: str = "/help/", **headers: str) -> bool:
    with time_machine.travel(at, tick=False):
        return client.get(path, headers=headers).status_code == 200


def test_somebody_who_does_nothing_is_signed_out_and_told_why(ada: Client) -> None:
    at = NINE + timedelta(minutes=120)
    with time_machine.travel(at, tick=False):
        answer = ada.get("/help/")
        assert answer.headers["Location"].startswith("/accounts/login/?next=/help/")
        assert "120 minutes" in ada.get(answer.headers["Location"]).content.decode()
    assert not is_in(ada, at)


def test_a_form_that_comes_too_late_changes_nothing(ada: Client) -> None:
    with time_machine.travel(NINE + timedelta(minutes=121), tick=False):
        answer = ada.post("/accounts/preferences/", {"language": "it", "zone": "UTC"})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert User.objects.get(email="ada@ua.test").language != "it"


def test_each_use_gives_another_two_hours_and_twelve_are_the_end(ada: Client) -> None:
    for minutes in range(119, 12 * 60, 119):
        assert is_in(ada, NINE + timedelta(minutes=minutes)), minutes
    assert is_in(ada, NINE + timedelta(minutes=719))
    assert not is_in(ada, NINE + timedelta(minutes=720))


def test_a_page_that_looks_for_news_by_itself_is_no_use(ada: Client) -> None:
    for minutes in range(10, 120, 10):
        assert is_in(ada, NINE + timedelta(minutes=minutes), **{"HX-Request": "true"})
    assert not is_in(ada, NINE + timedelta(minutes=120))


def test_its_row_is_written_once_a_minute_at_most(ada: Client) -> None:
    def noted(at: datetime) -> list[int]:
        with time_machine.travel(at, tick=False):
            assert ada.get("/help/").status_code == 200
            found: list[int] = ada.session["lasting"]
        return found

    start = int(NINE.timestamp())
    assert noted(NINE + timedelta(seconds=59)) == [start, start]
    assert noted(NINE + timedelta(seconds=60)) == [start, start + 60]
