"""When people are told that a window closes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shares.core.marks import due_mark

CLOSES = datetime(2026, 3, 1, tzinfo=UTC)
YEAR_AGO = CLOSES - timedelta(days=365)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("before", "mark"),
    [
        (timedelta(days=14) + SECOND, None),
        (timedelta(days=14), 14),
        (timedelta(days=7) + SECOND, 14),
        (timedelta(days=7), 7),
        (timedelta(days=1), 1),
        (SECOND, 1),
        (timedelta(0), None),
        (-SECOND, None),
    ],
)
def test_the_latest_mark_that_has_passed(before: timedelta, mark: int | None) -> None:
    assert due_mark(YEAR_AGO, CLOSES, CLOSES - before) == mark


def test_whoever_was_given_ten_days_is_not_told_at_once_that_it_ends() -> None:
    opened = CLOSES - timedelta(days=10)
    assert due_mark(opened, CLOSES, opened + SECOND) is None
    assert due_mark(opened, CLOSES, CLOSES - timedelta(days=6)) == 7


def test_a_window_that_opens_at_a_mark_is_told_at_it() -> None:
    opened = CLOSES - timedelta(days=7)
    assert due_mark(opened, CLOSES, opened) == 7
