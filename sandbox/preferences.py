"""What the session of the statement under way has set about types and their text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

UTC = "UTC"
_NONE: Mapping[str, Any] = {}
_session: ContextVar[Mapping[str, Any]] = ContextVar("session", default=_NONE)
# Snowflake's defaults, which the macros write by themselves: docs.snowflake.com/en/sql-reference/parameters.
_USUAL = {
    "DATE": "YYYY-MM-DD",
    "TIME": "HH24:MI:SS",
    "TIMESTAMP_NTZ": "YYYY-MM-DD HH24:MI:SS.FF3",
    "TIMESTAMP": "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
}


@contextmanager
def of_session(parameters: Mapping[str, Any]) -> Iterator[None]:
    """While one of its statements is carried out."""
    token = _session.set(parameters)
    try:
        yield
    finally:
        _session.reset(token)


def stamp_type() -> str:
    """What TIMESTAMP alone stands for."""
    return str(_session.get().get("TIMESTAMP_TYPE_MAPPING") or "TIMESTAMP_NTZ")


def time_zone(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get("TIMEZONE") or UTC)


def output_format(kind: str) -> str | None:
    """How a date, time or timestamp becomes text; None for the way that it does by default."""
    set_ = _session.get()
    found = str(set_.get(f"{kind}_OUTPUT_FORMAT") or "")
    usual = _USUAL.get(kind)
    if not found and kind in ("TIMESTAMP_LTZ", "TIMESTAMP_TZ"):
        found, usual = str(set_.get("TIMESTAMP_OUTPUT_FORMAT") or ""), _USUAL["TIMESTAMP"]
    return found if found and found not in (usual, "AUTO") else None
