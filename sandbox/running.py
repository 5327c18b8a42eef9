"""Running translated SQL on a session's cursor: transactions, time limits, races, errors in Snowflake's terms."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import duckdb
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from sandbox.context import Context
from sandbox.cursors import ready
from sandbox.errors import SandboxError, fail
from sandbox.lake import is_conflict, retried
from sandbox.names import from_lake
from sandbox.offsets import moment, told
from sandbox.pretty import pretty
from sandbox.results import Column, Result
from sandbox.sessions import Session
from sandbox.sftypes import SqlType, from_lake_type
from sandbox.translate.typed.kinds import Columns
from sandbox.translate.typed.walk import COLUMNS

T = TypeVar("T")
_TRIES = 5
# What our own macros say with error(…).
_RAISED = [
    ("too_long", re.compile(r"String '.*' is too long and would be truncated", re.DOTALL)),
    ("conversion", re.compile(r"Numeric value '.*' is not recognized")),
    ("not_a_boolean", re.compile(r"Boolean value '.*' is not recognized")),
    ("not_a_date", re.compile(r"Date '.*' is not recognized")),
    ("not_a_timestamp", re.compile(r"Timestamp '.*' is not recognized")),
    ("date_format", re.compile(r"Can't parse '.*' as date with format")),
    ("not_json", re.compile(r"Error parsing JSON: .*")),
    ("variant_cast", re.compile(r"Failed to cast variant value .* to \w+")),
    ("duplicate_key", re.compile(r"Duplicate field key '.*'")),
]
_MISSING_COLUMN = re.compile(r'(?:Referenced column|column|Values list|Table) "([^"]+)"')
_GONE = re.compile(r"Table with name t\d+ does not exist")
_MISSING_FUNCTION = re.compile(r"(?:Function|Macro) with name (\S+) does not exist", re.IGNORECASE)


class LakeSql(str):
    """SQL for DuckDB that remembers the names and Snowflake types of its columns, as far as they are known."""

    known: Columns


def sql_of(tree: exp.Expr) -> LakeSql:
    sql = LakeSql(tree.sql("duckdb", unsupported_level=ErrorLevel.IGNORE, comments=False))
    sql.known = tree.meta.get(COLUMNS) or []
    return sql


def describe(ctx: Context, sql: str) -> list[Column]:
    """The columns that a translated query has."""
    try:
        return _typed(sql, [(name, kind) for name, kind in ctx.lake.describe(sql)])
    except duckdb.Error as error:
        raise translated(error) from error


def _typed(sql: str, found: list[tuple[str, str]]) -> list[Column]:
    """Columns as DuckDB describes them, with Snowflake's type where the translation knows better."""
    known = sql.known if isinstance(sql, LakeSql) and len(sql.known) == len(found) else []
    columns = [Column(from_lake(name), from_lake_type(kind)) for name, kind in found]
    for column, (name, kind) in zip(columns, known, strict=False):
        if kind is not None and kind.name == "INTERVAL":
            raise fail("unsupported", feature="an INTERVAL as a value")
        if kind is not None and name == column.name and _same_family(kind, column.type):
            column.type = kind
    return columns


def _same_family(a: SqlType, b: SqlType) -> bool:
    return a.name == b.name or {a.name, b.name} <= {"VARIANT", "OBJECT", "ARRAY"}


def _shown(columns: list[Column], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with JSON laid out as Snowflake does, and each TIMESTAMP_TZ in its own offset."""
    makers: list[Callable[[Any], Any] | None] = [_MAKERS.get(column.type.name) for column in columns]
    if not any(makers):
        return rows
    return [tuple(make(v) if make else v for make, v in zip(makers, row, strict=True)) for row in rows]


def _laid_out(value: Any) -> Any:
    return pretty(value) if isinstance(value, str) else value


_MAKERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("VARIANT", "OBJECT", "ARRAY"), _laid_out),
    "TIMESTAMP_TZ": moment,
}


def query(ctx: Context, sql: str) -> Result:
    """Runs a translated query and fetches all of it."""

    def once() -> Result:
        cursor = ready(ctx.session, sql).execute(told(sql, sql.known if isinstance(sql, LakeSql) else []))
        description = cursor.description or []
        columns = _typed(sql, [(str(d[0]), str(d[1])) for d in description])
        return Result(columns, _shown(columns, cursor.fetchall()))

    return guarded(ctx, sql, once)


def change(ctx: Context, sql: str) -> list[tuple[Any, ...]]:
    """Runs a translated INSERT, UPDATE, DELETE or MERGE, inside the session's transaction if there is one."""

    def once() -> list[tuple[Any, ...]]:
        rows = ready(ctx.session, sql).execute(sql).fetchall()
        if ctx.session.in_transaction:
            ctx.session.journal.append(sql)
        return rows

    return guarded(ctx, sql, once)


def changes(ctx: Context, statements: list[str], first: str) -> list[int]:
    """Several changes of the lake that are one statement: all of them or none. How many rows each touched.

    `first` is the query behind them, which is checked before anything is done.
    """
    session = ctx.session

    def once() -> list[int]:
        done = []
        for sql in statements:
            rows = ready(session, sql).execute(sql).fetchall()
            done.append(int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0)
        if session.in_transaction:
            session.journal.extend(statements)
        return done

    def whole() -> list[int]:
        session.cursor.execute("BEGIN TRANSACTION")
        try:
            done = once()
            session.cursor.execute("COMMIT")
        except BaseException:
            _abandon(session)
            raise
        return done

    return guarded(ctx, first, once if session.in_transaction else whole)


def _abandon(session: Session) -> None:
    """Ends a transaction that is none of the session's; one whose COMMIT failed has ended already."""
    with contextlib.suppress(duckdb.TransactionException):
        session.cursor.execute("ROLLBACK")


def time_limit(ctx: Context) -> int:
    """The lower of the session's and the warehouse's limit; 0 means none (docs: parameters, same name)."""
    session = ctx.session
    warehouse = ctx.store.find(session.account, "WAREHOUSE", session.warehouse) if session.warehouse else None
    limits = [session.parameters.get("STATEMENT_TIMEOUT_IN_SECONDS")]
    if warehouse is not None:
        limits.append(warehouse.props.get("statement_timeout_in_seconds"))
    return min((int(limit) for limit in limits if limit), default=0)


def guarded(ctx: Context, sql: str, once: Callable[[], T]) -> T:
    session = ctx.session
    seconds = time_limit(ctx)
    timer = threading.Timer(seconds, session.cursor.interrupt) if seconds else None
    if session.is_canceled():
        raise fail("canceled")
    if session.in_transaction:
        _bind_first(ctx, sql)
    try:
        if timer:
            timer.start()
        return _in_transaction(session, once) if session.in_transaction else retried(once)
    except duckdb.InterruptException as error:
        recover(session)
        raise (fail("timeout", seconds=seconds) if not session.is_canceled() else fail("canceled")) from error
    except duckdb.Error as error:
        recover(session)
        raise translated(error) from error
    finally:
        if timer:
            timer.cancel()


def _bind_first(ctx: Context, sql: str) -> None:
    """Any error ends a DuckDB transaction, but not one of Snowflake's: names and types are checked outside of it."""
    with ctx.lake.cursor() as scratch:
        try:
            # EXPLAIN writes the plan out, for seconds when a relation of ours is in it; a MERGE knows nothing else.
            scratch.execute(f"EXPLAIN {sql}" if sql.startswith("MERGE") else f"PREPARE bound AS {sql}")
        except duckdb.Error as error:
            raise translated(error) from error


def _in_transaction(session: Session, once: Callable[[], T]) -> T:
    """Rows that others changed since the transaction began end it in DuckDB; Snowflake's statements see the newest."""
    for _ in range(_TRIES):
        try:
            return once()
        except duckdb.TransactionException as error:
            if not is_conflict(error):
                raise
            recover(session)
    return once()


def recover(session: Session) -> None:
    """After an error at run time inside a transaction: begins again and repeats what had succeeded."""
    if not session.in_transaction:
        return
    session.cursor.execute("ROLLBACK")
    session.cursor.execute("BEGIN TRANSACTION")
    for sql in session.journal:
        ready(session, sql).execute(sql)


def repeated(once: Callable[[], T]) -> T:
    """Does it again, names looked up anew, when another session took a table away between look-up and execution."""
    for _ in range(_TRIES):
        try:
            return once()
        except (SandboxError, duckdb.Error) as error:
            if not _overtaken(error):
                raise
    return once()


def _overtaken(error: BaseException) -> bool:
    """Whether it failed because a table that the catalog had just named was gone from the lake."""
    reasons = (error, error.__cause__)
    return any(isinstance(r, duckdb.CatalogException) and _GONE.search(str(r)) is not None for r in reasons)


def translated(error: duckdb.Error) -> SandboxError:
    """DuckDB's complaint as Snowflake's; only its first line, which names nothing but the user's own words."""
    line = str(error).splitlines()[0]
    detail = re.sub(r"^[A-Za-z ]+Error: ", "", line)
    if "Division by zero" in line:
        return fail("division")
    for key, pattern in _RAISED:
        if found := pattern.search(line):
            return fail(key, detail=found[0])
    if isinstance(error, duckdb.ConversionException):
        return fail("conversion", detail=detail)
    if isinstance(error, duckdb.ConstraintException):
        return fail("null_column")
    if isinstance(error, duckdb.TransactionException):
        return fail("conflict", query="unknown", name="unknown")
    function = _MISSING_FUNCTION.search(line)
    if function:
        return fail("unknown_function", name=function[1].upper())
    column = _MISSING_COLUMN.search(line)
    if column and isinstance(error, duckdb.BinderException):
        return fail("identifier", line=1, position=0, name=from_lake(column[1]))
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)):
        return fail("compilation", detail=from_lake(detail))
    return fail("execution", detail=from_lake(detail))
