"""The names of time zones, as the lake knows them: those of the IANA."""

from __future__ import annotations

from functools import cache

import duckdb


@cache
def names() -> frozenset[str]:
    with duckdb.connect(":memory:") as lake:
        lake.execute("LOAD icu")
        return frozenset(name for (name,) in lake.execute("SELECT name FROM pg_timezone_names()").fetchall())
