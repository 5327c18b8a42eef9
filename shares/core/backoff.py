"""How long to wait before the next try."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)


def delay(failures: int, spread: float = 0.5) -> timedelta:
    """5 s, 10 s, 20 s … 15 min after 1, 2, 3 … failures, plus up to a quarter so that many do not return at once.

    `spread` in 0..1 is the caller's random number: the function stays pure.
    """
    exponent = min(max(failures, 1) - 1, 20)
    base: timedelta = min(FIRST * int(2**exponent), LONGEST)
    return base * (1 + spread / 4)
