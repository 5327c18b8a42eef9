"""What a session's cursor needs before a statement runs on it."""

from __future__ import annotations

import duckdb

from sandbox.lake import ROW_NUMBERS
from sandbox.sessions import Session


def ready(session: Session, sql: str) -> duckdb.DuckDBPyConnection:
    """The session's cursor; the numbers that FLATTEN gives its input rows begin with 1 in each statement."""
    if ROW_NUMBERS in sql:
        session.cursor.execute(f"CREATE OR REPLACE TEMP SEQUENCE {ROW_NUMBERS}")
    return session.cursor
