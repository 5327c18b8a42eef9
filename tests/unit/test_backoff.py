"""How long to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shares.core.backoff import FIRST, LONGEST, delay


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (7, 320), (8, 640), (9, 900), (50, 900), (10**9, 900)]
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert delay(failures, 0) == timedelta(seconds=seconds)


@pytest.mark.parametrize("failures", [0, -1])
def test_no_failure_waits_like_the_first(failures: int) -> None:
    assert delay(failures, 0) == FIRST


def test_the_spread_adds_up_to_a_quarter() -> None:
    assert delay(1, 1) == FIRST * 1.25
    assert delay(99, 1) == LONGEST * 1.25
    assert delay(1) == FIRST * 1.125


def test_more_failures_never_wait_less() -> None:
    waits = [delay(failures, 0.3) for failures in range(1, 40)]
    assert waits == sorted(waits)
