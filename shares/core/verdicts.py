"""From what the leak test read to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True)
class ViewReading:
    """What one view showed to the simulated consumer.

    `foreign` counts rows whose tenant key is another customer's or NULL; it is 0 for reference data,
    which has no tenant; `nobodys` are those of them whose tenant key is NULL. `unmasked` counts rows in which a masked
    column holds something. `wrong_columns` are those that it has
    and should not have, or should have and has not. `newest` is the largest value of the freshness column, None without
    one; `oldest` is the smallest, where it was asked for. A view that is not `exposed` is read by functions only.
    """

    name: str
    rows: int
    foreign: int
    newest: datetime | None = None
    exposed: bool = True
    nobodys: int = 0
    wrong_columns: tuple[str, ...] = ()
    query_id: str = ""
    unmasked: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """`isolated` is the only thing that opens the way to ADD ACCOUNTS.

    `rows` are those that the consumer can read; where that is nothing, those that its functions read.
    """

    isolated: bool
    rows: int
    foreign: int
    words: str


def judge(
    readings: Iterable[ViewReading], expected: Iterable[str], past: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> Verdict:
    """Isolated when every expected view was read, and none showed a foreign row, a masked value or other columns.

    An unread view is a failure, never a pass: nothing may be opened on the strength of a missing answer. No view at
    all proves nothing either. A view that was read twice counts twice. `past` is what functions read besides views, by
    the function's name: no view proves it.
    """
    seen = tuple(readings)
    wanted = tuple(expected)
    unread = sorted(set(wanted) - {reading.name for reading in seen})
    rows = sum(reading.rows for reading in seen if reading.exposed) or sum(reading.rows for reading in seen)
    foreign = sum(reading.foreign for reading in seen)
    if not wanted:
        return Verdict(False, rows, foreign, "There is no view to read, so nothing is proved.")
    if unread:
        return Verdict(False, rows, foreign, f"Not read, so not proved: {', '.join(unread)}.")
    if foreign:
        leaking = ", ".join(f"{r.name} ({r.foreign:,})" for r in seen if r.foreign)
        return Verdict(False, rows, foreign, f"Rows of somebody else in {leaking}. Nothing was opened.")
    if bare := [f"{r.name} ({r.unmasked:,} rows)" for r in seen if r.unmasked]:
        return Verdict(False, rows, 0, f"Masked columns show their values in {', '.join(bare)}. Nothing was opened.")
    if strange := [f"{r.name} ({', '.join(r.wrong_columns)})" for r in seen if r.wrong_columns]:
        return Verdict(False, rows, 0, f"Other columns than approved in {', '.join(strange)}. Nothing was opened.")
    if past:
        around = ", ".join(f"{name} ({', '.join(read)})" for name, read in sorted(past.items()))
        return Verdict(False, rows, 0, f"Functions read what no view proves: {around}. Nothing was opened.")
    return Verdict(True, rows, 0, isolated(rows))


def isolated(rows: int) -> str:
    """What a verdict without any flaw says."""
    return f"{rows:,} rows read as the consumer, none of another customer."
