"""Nobody keeps the portal busy alone: forms and files within a minute, and requests that wait at the same time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from portal.mail.models import Outgoing
from portal.people import asking, domains
from portal.people.invitations import Refused
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


def ask(kind: str, address: str, here: str = "192.0.2.9") -> Any:
    """Has something mailed to an address, from a browser that nobody saw before and a cache that a restart emptied."""
    cache.clear()
    fields = {"email": address, "password1": "correct horse battery", "password2": "correct horse battery"}
    return rows.browser().post(kind, fields, REMOTE_ADDR=here)


@pytest.mark.parametrize("kind", ["/accounts/signup/", "/accounts/login/code/", "/accounts/password/reset/"])
@pytest.mark.parametrize("address", ["ada@ua.example", "nobody@ua.example"])
def test_nobody_s_mailbox_is_filled_and_nobody_learns_whose_it_is(house: House, kind: str, address: str) -> None:
    """Each time one mail and the same answer, known or not; after ten within the hour the answer without the mail."""
    answers = [ask(kind, address) for _ in range(12)]
    assert {(answer.status_code, answer.headers["Location"].partition("?")[0]) for answer in answers} == {
        (302, answers[0].headers["Location"].partition("?")[0])
    }
    assert Outgoing.objects.filter(to=address).count() == 10
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        ask(kind, address)
    assert Outgoing.objects.filter(to=address).count() == 11


def test_one_address_does_not_write_to_the_whole_world(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FROM_ONE_ADDRESS", 3)
    answers = [ask("/accounts/signup/", f"person{number}@ua.example") for number in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert int(answers[-1].headers["Retry-After"]) == 600
    assert ask("/accounts/login/code/", "ada@ua.example").status_code == 429
    assert ask("/accounts/login/code/", "ada@ua.example", "192.0.2.10").status_code == 302


def test_a_sign_up_takes_as_long_whether_or_not_there_is_an_account(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash of a password takes longer than all the rest: it is made equally often."""
    counted: list[int] = []
    encode = MD5PasswordHasher.encode

    def counting(*given: Any) -> str:
        counted.append(1)
        return str(encode(*given))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    often = []
    for address in ("ada@ua.example", "nobody@ua.example"):
        counted.clear()
        ask("/accounts/signup/", address)
        often.append(len(counted))
    assert often == [1, 1]


def test_domains_taken_out_and_entered_again_are_counted_all_the_same(house: House) -> None:
    for number in range(10):
        domains.remove(domains.ask(house.ua, f"d{number}.example", house.ada), house.ada)
    with pytest.raises(Refused, match="within an hour"):
        domains.ask(house.ua, "one-more.example", house.ada)
    assert domains.ask(house.dl, "one-more.example", house.cy)


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
