"""The mark of a request's story changes with whatever the story is told from, and is for those who see the request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.people.seeing import onlooker
from shares.core.states import RequestState
from shares.models import Grant, Run, Share, ShareRequest
from shares.models.accounts import ProofKind
from shares.services import handshakes, story_marks
from shares.services.status import story_of
from tests.web import rows
from tests.web.rows import House

pytestmark = pytest.mark.django_db
Change = Callable[[House, ShareRequest], object]


@pytest.fixture
def house() -> House:
    return rows.house()


def _share(asked: ShareRequest) -> Share:
    return Share.data.get(consumer_account=asked.consumer_account)


def _set(**fields: object) -> Change:
    return lambda house, asked: Share.objects.filter(pk=_share(asked).pk).update(**fields)


def _run(asked: ShareRequest) -> Run:
    return Run.objects.get_or_create(share=_share(asked), fence=7, defaults={"trigger": "decision", "worker": "w"})[0]


NOW = timezone.now()
BEFORE: dict[str, Change] = {
    "decided": lambda house, asked: rows.approved(asked, house.dan),
    "withdrawn": lambda house, asked: ShareRequest.objects.filter(pk=asked.pk).update(state=RequestState.WITHDRAWN),
    "changed": lambda house, asked: ShareRequest.objects.filter(pk=asked.pk).update(revision=2),
    "proved": lambda house, asked: handshakes.mark_proved(asked.consumer_account, ProofKind.VOUCHED, house.dan, "."),
    "sent a code": lambda house, asked: handshakes.start(asked.consumer_account, rows.provider(), house.ada),
}
AFTER: dict[str, Change] = {
    "at rest": _set(converged_at=NOW),
    "open": _set(ready_at=NOW),
    "mounted": _set(mounted_at=NOW),
    "stopped": _set(blocked_at=NOW, blocked_reason="A view was replaced."),
    "begun": lambda house, asked: _run(asked),
    "sent": lambda house, asked: rows.statement(_run(asked), 1, "Make a schema", "CREATE SCHEMA X"),
    "read": lambda house, asked: rows.prove(_run(asked), NOW),
    "revoked": lambda house, asked: Grant.objects.filter(request=asked).update(revoked_at=NOW),
    "over": lambda house, asked: Grant.objects.filter(request=asked).update(valid_until=NOW - timedelta(days=1)),
}


@pytest.mark.parametrize("change", BEFORE.values(), ids=BEFORE)
def test_it_changes_before_a_decision(house: House, change: Change) -> None:
    _moves(house, rows.request(house.ada, house.flights), change)


@pytest.mark.parametrize("change", AFTER.values(), ids=AFTER)
def test_it_changes_after_one(house: House, change: Change) -> None:
    asked = rows.request(house.ada, house.flights)
    rows.approved(asked, house.dan)

    _moves(house, asked, change)


def _moves(house: House, asked: ShareRequest, change: Change) -> None:
    before = story_marks.of(house.ada, asked.public_id)
    assert story_marks.of(house.ada, asked.public_id) == before != ""

    change(house, asked)

    assert story_marks.of(house.ada, asked.public_id) != before
    assert story_marks.of(house.eve, asked.public_id) == story_marks.of(house.vic, asked.public_id)


def test_a_code_that_was_carried_or_is_used_up_changes_it(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    code = handshakes.start(asked.consumer_account, rows.provider(), house.ada)
    marks = [story_marks.of(house.ada, asked.public_id)]

    Share.objects.filter(pk=code.share_id).update(converged_at=timezone.now())
    marks.append(story_marks.of(house.ada, asked.public_id))
    type(code).objects.filter(pk=code.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    marks.append(story_marks.of(house.ada, asked.public_id))

    assert len(set(marks)) == 3


def test_a_window_that_closes_by_itself_changes_it(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    rows.healthy(asked, house.dan)
    asked.refresh_from_db()
    Grant.objects.filter(request=asked).update(valid_until=timezone.now() + timedelta(seconds=0.5))
    before, told = story_marks.of(house.ada, asked.public_id), story_of(asked)

    _wait_for_the_end(asked)

    assert story_of(asked).version != told.version
    assert story_marks.of(house.ada, asked.public_id) != before


def _wait_for_the_end(asked: ShareRequest) -> None:
    while Grant.objects.in_force(timezone.now()).filter(request=asked).exists():
        pass


def test_strangers_and_onlookers_have_none(house: House) -> None:
    asked = rows.request(house.ada, house.flights)

    assert story_marks.of(house.cy, asked.public_id) == ""
    assert story_marks.of(house.dan, asked.public_id) == ""
    assert story_marks.of(onlooker(house.eve, house.ua), asked.public_id) == ""
