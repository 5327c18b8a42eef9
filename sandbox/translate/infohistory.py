"""QUERY_HISTORY, QUERY_HISTORY_BY_SESSION, _BY_USER and _BY_WAREHOUSE of INFORMATION_SCHEMA.

Arguments, limits and columns: docs.snowflake.com/en/sql-reference/functions/query_history. Columns about what is not
kept here (bytes, credits, partitions, shares of the elapsed time) are left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.errors import fail
from sandbox.listings import moment
from sandbox.names import fold
from sandbox.rights import Eyes, can

Entry = dict[str, Any]
Arguments = dict[str, str | None]
COLUMNS = (
    "QUERY_ID QUERY_TEXT DATABASE_NAME SCHEMA_NAME SESSION_ID# USER_NAME ROLE_NAME WAREHOUSE_NAME QUERY_TAG "
    "EXECUTION_STATUS ERROR_CODE START_TIME! END_TIME! TOTAL_ELAPSED_TIME#"
)
_COMMON = ("END_TIME_RANGE_START", "END_TIME_RANGE_END", "RESULT_LIMIT", "INCLUDE_CLIENT_GENERATED_STATEMENT")
_MOST, _USUAL = 10_000, 100


def _history(eyes: Eyes, arguments: Arguments, only: str | None) -> Iterator[tuple[Any, ...]]:
    """The newest statements first, as many as wanted; `only` is the argument that names whose they must be."""
    _check_names(arguments, only)
    first, last = (_instant(arguments.get(name)) for name in _COMMON[:2])
    left = _limit(arguments.get("RESULT_LIMIT"))
    for entry in reversed(eyes.session.log()):
        ended = moment(entry["at"] + entry["seconds"])
        in_time = (first is None or ended >= first) and (last is None or ended <= last)
        if left and in_time and _may_see(eyes, entry) and (only is None or _matches(eyes, entry, arguments, only)):
            left -= 1
            yield _row(entry, ended)


def _check_names(arguments: Arguments, only: str | None) -> None:
    for name in arguments:
        if name != only and name not in _COMMON:
            raise fail("function_arguments", name="QUERY_HISTORY", types=name)


def _limit(text: str | None) -> int:
    if text is None:
        return _USUAL
    if not text.isdigit() or not 1 <= int(text) <= _MOST:
        raise fail("bad_value", value=text, name="RESULT_LIMIT")
    return int(text)


def _instant(text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise fail("bad_value", value=text, name="END_TIME_RANGE") from error
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def _may_see(eyes: Eyes, entry: Entry) -> bool:
    """One's own statements, and those on warehouses that the role may MONITOR or OPERATE."""
    if not entry["executed"] or entry["account"] != eyes.store.at(eyes.account).name:
        return False
    if entry["user"] == eyes.store.at(eyes.session.user).name:
        return True
    warehouse = eyes.store.find(eyes.account, "WAREHOUSE", entry.get("warehouse") or "")
    return warehouse is not None and any(can(eyes, privilege, warehouse) for privilege in ("MONITOR", "OPERATE"))


def _matches(eyes: Eyes, entry: Entry, arguments: Arguments, only: str) -> bool:
    session, said = eyes.session, arguments.get(only)
    if only == "SESSION_ID":
        return str(entry["session"]) == (said or str(session.id))
    if only == "USER_NAME":
        return bool(entry["user"] == (_name(said) or eyes.store.at(session.user).name))
    return bool(entry.get("warehouse") == (_name(said) or session.warehouse))


def _name(said: str | None) -> str | None:
    """A name in a string: folded unless it has double quotes of its own."""
    if said is None:
        return None
    quoted = len(said) > 1 and said[0] == said[-1] == '"'
    return fold(said[1:-1] if quoted else said, quoted)


def _row(entry: Entry, ended: datetime.datetime) -> tuple[Any, ...]:
    failed = entry["code"] != "000000"
    return (
        *(entry["query_id"], entry["sql"], entry.get("database"), entry.get("schema"), entry["session"], entry["user"]),
        *(entry["role"], entry.get("warehouse"), entry.get("tag"), "FAILED_WITH_ERROR" if failed else "SUCCESS"),
        *(entry["code"] if failed else None, moment(entry["at"]), ended, round(entry["seconds"] * 1000)),
    )


def _by(only: str | None) -> Callable[[Eyes, Arguments], Iterator[tuple[Any, ...]]]:
    return lambda eyes, arguments: _history(eyes, arguments, only)


FUNCTIONS = {
    "QUERY_HISTORY": (COLUMNS, _by(None)),
    "QUERY_HISTORY_BY_SESSION": (COLUMNS, _by("SESSION_ID")),
    "QUERY_HISTORY_BY_USER": (COLUMNS, _by("USER_NAME")),
    "QUERY_HISTORY_BY_WAREHOUSE": (COLUMNS, _by("WAREHOUSE_NAME")),
}
