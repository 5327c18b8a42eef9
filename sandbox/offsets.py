"""TIMESTAMP_TZ on its way out of the lake, where it is an interval (macros/zones.sql): instant and offset."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from sandbox.lake import column_sql
from sandbox.translate.typed.kinds import Columns

# What the intervals count from.
_EPOCH, _BEFORE = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC), datetime.timedelta(days=3_000_000)


def told(sql: str, known: Columns) -> str:
    """The query with its TIMESTAMP_TZ taken apart: Python would make spans of them and lose the offset."""
    zoned = [kind is not None and kind.name == "TIMESTAMP_TZ" for _, kind in known]
    if not any(zoned):
        return sql
    names = [f"C{n}" for n in range(len(known))]
    picked = [
        f"{f'SF_TZ_OUT({raw})' if taken else raw} AS {column_sql(name)}"
        for raw, taken, (name, _) in zip(names, zoned, known, strict=True)
    ]
    return f"SELECT {', '.join(picked)} FROM ({sql}) AS TOLD({', '.join(names)})"


def moment(value: Any) -> Any:
    """An instant in its offset. Beyond Python's years it stays text, and its offset is lost."""
    if isinstance(value, datetime.timedelta):
        return _inside(lambda: _EPOCH + (value - _BEFORE))
    if not isinstance(value, dict):
        return value
    utc, minutes = value["utc"], value["minutes"]
    if isinstance(utc, str):
        return utc
    aware = utc.replace(tzinfo=datetime.UTC)
    return _inside(lambda: aware.astimezone(datetime.timezone(datetime.timedelta(minutes=minutes)))) or aware


def _inside(make: Callable[[], datetime.datetime]) -> datetime.datetime | None:
    try:
        return make()
    except OverflowError:
        return None
