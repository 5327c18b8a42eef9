"""What a session's cursor needs before a statement runs on it."""

from __future__ import annotations

import duckdb

from sandbox.lake import ROW_NUMBERS, in_zone
from sandbox.preferences import time_zone
from sandbox.sessions import Session


def ready(session: Session, sql: str) -> duckdb.DuckDBPyConnection:
    """The session's cursor, in its time zone; the numbers that FLATTEN gives its input rows begin with 1 each time."""
    zone = time_zone(session.parameters)
    if session.zone != zone:
        session.cursor.execute(in_zone(zone))
        session.zone = zone
    if ROW_NUMBERS in sql:
        session.cursor.execute(f"CREATE OR REPLACE TEMP SEQUENCE {ROW_NUMBERS}")
    return session.cursor
