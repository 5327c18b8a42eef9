"""From what the leak test read to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from shares.core.said import Said, counted


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
        return Verdict(False, rows, foreign, Said("There is no view to read, so nothing is proved."))
    if unread:
        return Verdict(False, rows, foreign, Said("Not read, so not proved: %(names)s.", names=", ".join(unread)))
    if foreign:
        leaking = counted([(r.name, r.foreign) for r in seen if r.foreign])
        words = Said("Rows of somebody else in %(names)s. Nothing was opened.", names=leaking)
        return Verdict(False, rows, foreign, words)
    if bare := [(r.name, r.unmasked) for r in seen if r.unmasked]:
        words = Said("Masked columns show their values in rows of %(names)s. Nothing was opened.", names=counted(bare))
        return Verdict(False, rows, 0, words)
    if strange := [f"{r.name} ({', '.join(r.wrong_columns)})" for r in seen if r.wrong_columns]:
        words = Said("Other columns than approved in %(names)s. Nothing was opened.", names=", ".join(strange))
        return Verdict(False, rows, 0, words)
    if past:
        around = ", ".join(f"{name} ({', '.join(read)})" for name, read in sorted(past.items()))
        words = Said("Functions read what no view proves: %(names)s. Nothing was opened.", names=around)
        return Verdict(False, rows, 0, words)
    return Verdict(True, rows, 0, isolated(rows))


def isolated(rows: int) -> Said:
    """What a verdict without any flaw says."""
    return Said("%(rows)s rows read as the consumer, none of another customer.", rows=rows)
