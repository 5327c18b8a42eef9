"""SYSTEM$ functions that do something: `SELECT SYSTEM$WAIT(…)`, `CALL SYSTEM$CANCEL_QUERY(…)` and the like.

They stand alone in their statement: inside a larger query nobody could say how often they are done.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Column, Result
from sandbox.rights import owns
from sandbox.scripting.immediate import engine_of
from sandbox.scripting.variables import evaluate
from sandbox.sessions import Session
from sandbox.tokens import Tokens

_SECONDS = {
    "DAYS": 86_400.0, "HOURS": 3_600.0, "MINUTES": 60.0, "SECONDS": 1.0, "MILLISECONDS": 1e-3, "MICROSECONDS": 1e-6,
    "NANOSECONDS": 1e-9,
}  # fmt: skip
_LOOK_EVERY = 0.05


def concerns(tokens: Tokens) -> bool:
    """Whether the statement is one call of such a function."""
    return tokens.peek(1).kind == "word" and tokens.peek(1).text.upper() in _FUNCTIONS and tokens.peek(2).text == "("


def run(ctx: Context, tokens: Tokens) -> Result:
    """The column is called by the call in a SELECT, by the function in a CALL."""
    word = tokens.next().text.upper()
    start = tokens.peek().start
    name = tokens.next().text.upper()
    first, last = tokens.skip_parentheses()
    title = ctx.sql[start : last + 1].upper() if word == "SELECT" else name
    if word == "SELECT" and tokens.accept("AS"):
        title = tokens.identifier()
    tokens.end()
    if ctx.describe:
        return Result([Column(title)])
    text = ctx.sql[first:last].strip()
    arguments = [value.value for value in evaluate(ctx, text)] if text else []
    return Result([Column(title)], [(_FUNCTIONS[name](ctx, arguments),)])


def _wait(ctx: Context, arguments: list[object]) -> str:
    """`SYSTEM$WAIT(amount [, unit])`; ends early when it is canceled or takes longer than a statement may."""
    unit = str(arguments[1]).upper() if len(arguments) > 1 else "SECONDS"
    if not 1 <= len(arguments) <= 2 or unit not in _SECONDS:
        raise fail("function_arguments", name="SYSTEM$WAIT", types=", ".join(str(a) for a in arguments))
    seconds = float(str(arguments[0])) * _SECONDS[unit]
    limit = int(ctx.session.parameters.get("STATEMENT_TIMEOUT_IN_SECONDS") or 0)
    end = time.monotonic() + seconds
    deadline = time.monotonic() + limit if limit else float("inf")
    while (left := end - time.monotonic()) > 0:
        if ctx.session.is_canceled():
            raise fail("canceled")
        if time.monotonic() > deadline:
            raise fail("timeout", seconds=limit)
        time.sleep(min(left, _LOOK_EVERY))
    return f"waited {arguments[0]} {unit.lower()}"


def _cancel(ctx: Context, arguments: list[object]) -> str:
    """`SYSTEM$CANCEL_QUERY('id')`"""
    query = str(_single(arguments, "SYSTEM$CANCEL_QUERY"))
    for session in engine_of(ctx).open_sessions(ctx.session.account):
        if query in session.open:
            _check(ctx, session)
            session.cancel(query)
            return f"query [{query}] terminated."
    return "Identified SQL statement is not currently executing."


def _cancel_all(ctx: Context, arguments: list[object]) -> str:
    """`SYSTEM$CANCEL_ALL_QUERIES(session)`"""
    wanted = str(_single(arguments, "SYSTEM$CANCEL_ALL_QUERIES"))
    for session in engine_of(ctx).open_sessions(ctx.session.account):
        if str(session.id) == wanted:
            _check(ctx, session)
            queries = [query for query in session.open if query not in ctx.session.running]
            for query in queries:
                session.cancel(query)
            return f"{len(queries)} cancelled."
    raise fail("missing", kind="Session", name=wanted)


def _single(arguments: list[object], name: str) -> object:
    if len(arguments) != 1:
        raise fail("function_arguments", name=name, types=", ".join(str(a) for a in arguments))
    return arguments[0]


def _check(ctx: Context, session: Session) -> None:
    """One's own statements; another user's by who owns the user, and by ACCOUNTADMIN."""
    if session.user == ctx.session.user or ctx.store.at(ctx.session.role).name == "ACCOUNTADMIN":
        return
    user = ctx.store.at(session.user)
    if not owns(ctx.eyes(), user):
        raise fail("privileges", kind="user", name=user.name)


_FUNCTIONS: dict[str, Callable[[Context, list[object]], str]] = {
    "SYSTEM$WAIT": _wait,
    "SYSTEM$CANCEL_QUERY": _cancel,
    "SYSTEM$CANCEL_ALL_QUERIES": _cancel_all,
}
