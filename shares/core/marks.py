"""How long before the end of a window people are told."""

from __future__ import annotations

from datetime import datetime, timedelta

# Days before the end, the first notice first.
MARKS = (14, 7, 1)


def due_mark(opened: datetime, closes: datetime, now: datetime) -> int | None:
    """The latest mark that `now` has passed; None before the first, after the end, and where the window opened later
    than the mark: whoever was told its end a moment ago knows it."""
    passed = [days for days in MARKS if opened <= closes - timedelta(days=days) <= now < closes]
    return min(passed) if passed else None
