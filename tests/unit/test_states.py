"""A request's moves, and the one computation of a share's state."""

from __future__ import annotations

import itertools
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from shares.core.states import REQUEST_MOVES, RequestState, ShareFacts, ShareState, may_move, share_state

FINAL = [RequestState.APPROVED, RequestState.DECLINED, RequestState.WITHDRAWN, RequestState.EXPIRED]


def facts(**changes: bool) -> ShareFacts:
    usual = {
        "window_open": True,
        "ever_granted": True,
        "suspended": False,
        "blocked": False,
        "taken_back": False,
        "converged": True,
        "ever_ready": True,
        "mounted": True,
    }
    return ShareFacts(**{**usual, **changes}, closes_at=None)


@pytest.mark.parametrize("new", FINAL)
def test_a_submitted_request_may_be_decided_in_every_way(new: RequestState) -> None:
    assert may_move(RequestState.SUBMITTED, new)
    assert may_move("submitted", new.value)


@pytest.mark.parametrize("old", FINAL)
@pytest.mark.parametrize("new", list(RequestState))
def test_a_decision_is_final(old: RequestState, new: RequestState) -> None:
    assert not may_move(old, new)


def test_a_request_is_not_submitted_twice() -> None:
    assert not may_move(RequestState.SUBMITTED, RequestState.SUBMITTED)


def test_every_state_has_its_moves() -> None:
    assert set(REQUEST_MOVES) == set(RequestState)


def test_an_unknown_state_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        may_move("nonsense", "approved")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ShareState.MOUNTED),
        ({"mounted": False}, ShareState.READY),
        ({"converged": False}, ShareState.REPAIRING),
        ({"converged": False, "mounted": False}, ShareState.REPAIRING),
        ({"converged": False, "ever_ready": False}, ShareState.PROVISIONING),
        ({"converged": False, "account_proved": False}, ShareState.UNPROVED),
        ({"account_proved": False}, ShareState.MOUNTED),
        ({"suspended": True}, ShareState.SUSPENDED),
        ({"blocked": True}, ShareState.BLOCKED),
        ({"blocked": True, "suspended": True}, ShareState.BLOCKED),
        ({"blocked": True, "converged": False}, ShareState.BLOCKED),
        ({"suspended": True, "converged": False}, ShareState.SUSPENDED),
        ({"window_open": False}, ShareState.ENDING),
        ({"window_open": False, "blocked": True}, ShareState.ENDING),
        ({"window_open": False, "suspended": True}, ShareState.ENDING),
        ({"window_open": False, "taken_back": True}, ShareState.ENDED),
        ({"window_open": False, "taken_back": True, "ever_granted": False}, ShareState.ENDED),
        ({"window_open": False, "ever_granted": False}, ShareState.WAITING),
        ({"ever_granted": False}, ShareState.WAITING),
        ({"taken_back": True}, ShareState.MOUNTED),
        ({"taken_back": True, "converged": False, "ever_ready": False}, ShareState.PROVISIONING),
    ],
)
def test_a_share_s_state_follows_from_its_facts(changes: dict[str, bool], expected: ShareState) -> None:
    assert share_state(facts(**changes)) is expected


def test_no_combination_of_facts_shows_a_reader_where_there_can_be_none() -> None:
    names = [field.name for field in fields(ShareFacts) if field.name != "closes_at"]
    seen = set()
    for values in itertools.product([False, True], repeat=len(names)):
        given = dict(zip(names, values, strict=True))
        state = share_state(ShareFacts(**given, closes_at=datetime(2026, 1, 1, tzinfo=UTC)))
        seen.add(state)
        if state in (ShareState.READY, ShareState.MOUNTED):
            assert given["converged"]
            assert given["window_open"]
            assert given["ever_granted"]
            assert not given["blocked"]
            assert not given["suspended"]
    assert seen == set(ShareState)
