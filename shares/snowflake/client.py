"""One signed-in session: run one statement, get its rows, its query id and its time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Protocol

from shares.snowflake.errors import SnowflakeError


@dataclass(frozen=True)
class Result:
    """`rows` are dicts with lower-case column names: columns are read by name, never by position."""

    rows: tuple[dict[str, Any], ...]
    query_id: str
    milliseconds: int


class Client(Protocol):
    """What the rest of Firn knows of a session. `run` raises SnowflakeError, and several threads may call it at once.

    After `discard`, `close` ends the session for good instead of keeping it for the next borrower.
    """

    def run(self, sql: str) -> Result: ...

    def discard(self) -> None: ...

    def close(self) -> None: ...


class ConnectorClient:
    """A session of snowflake-connector-python. Each statement has a cursor of its own, so threads may share it
    (the connector's `threadsafety` is 2: docs.snowflake.com/en/developer-guide/python-connector/python-connector-api).
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str) -> Result:
        """Send exactly one statement and fetch all its rows."""
        started = time.monotonic()
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            names = [column[0].lower() for column in cursor.description or ()]
            rows = tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall()) if names else ()
            return Result(rows, cursor.sfqid or "", round((time.monotonic() - started) * 1000))
        except Exception as error:
            raise translate(error) from error
        finally:
            cursor.close()

    def discard(self) -> None:
        """Nothing to do: it is never lent again."""

    def close(self) -> None:
        """End the session; a failure to say goodbye is no failure."""
        try:
            self._connection.close()
        except Exception as error:
            if not is_connector_error(error):
                raise


def is_connector_error(error: BaseException) -> bool:
    """Whether `error` is the connector's: by module, because importing its classes here would break forking."""
    return any(kind.__module__.startswith("snowflake.connector") for kind in type(error).__mro__)


def translate(error: Exception) -> Exception:
    """A connector's exception as SnowflakeError; anything else unchanged. Numbers are trusted, classes are not:
    nearly everything is a ProgrammingError."""
    if not is_connector_error(error):
        return error
    code = getattr(error, "errno", None)
    message = getattr(error, "msg", None) or str(error)
    return SnowflakeError(
        int(code) if isinstance(code, int) and code > 0 else 0,
        str(message),
        sqlstate=str(getattr(error, "sqlstate", "") or ""),
        query_id=str(getattr(error, "sfqid", "") or ""),
    )
