"""Session variables: SET, UNSET, SHOW VARIABLES, and `$name` in statements."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass, field

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import like
from sandbox.results import SESSION, Column, Result, done, listing
from sandbox.scripting.values import Value, put_in, shown
from sandbox.sessions import Session
from sandbox.sftypes import INTEGER, LTZ
from sandbox.statements import queries
from sandbox.tokens import Tokens

# https://docs.snowflake.com/en/sql-reference/session-variables: text and binary values hold 16 KB at most.
LONGEST = 16 * 1024
_TYPES = {"NUMBER": "fixed", "VARCHAR": "text", "FLOAT": "real"}


@dataclass
class Variable:
    """One variable of a session; times in seconds since the epoch."""

    value: Value
    created: float = field(default_factory=time.time)
    updated: float = field(default_factory=time.time)


def expanded(sql: str, session: Session) -> str:
    """The statement with `$name` replaced by the variables' values, and IDENTIFIER(…) by the name in it."""
    if "$" not in sql and "IDENTIFIER" not in sql.upper():
        return sql

    def look_up(path: list[str]) -> Value | None:
        found = session.variables.get(path[0])
        return found.value if found else None

    return put_in(sql, {"$": look_up})


def evaluate(ctx: Context, expressions: str) -> list[Value]:
    """The values of expressions parted by commas."""
    sql = expanded(f"SELECT {expressions}", ctx.session)
    inner = Context(ctx.store, ctx.lake, ctx.session, sql, ctx.bindings, engine=ctx.engine)
    result = queries.select(inner, Tokens(inner.sql))
    if len(result.rows) != 1:
        raise fail("one_row", actual=len(result.rows))
    return [Value(v, c.type) for v, c in zip(result.rows[0], result.columns, strict=True)]


def set_variables(ctx: Context, tokens: Tokens) -> Result:
    """`SET name = expression` and `SET (a, b) = (1, 2)`; all or none."""
    tokens.expect("SET")
    names = _names(tokens)
    tokens.expect("=")
    start = tokens.peek().start
    if tokens.done():
        raise tokens.unexpected()
    text = ctx.sql[start:].strip().rstrip(";").strip()
    if len(names) > 1:
        first, last = tokens.skip_parentheses()
        tokens.end()
        text = ctx.sql[first:last]
        if text.lstrip().upper().startswith("SELECT"):
            text = f"* FROM ({text})"
    values = evaluate(ctx, text)
    if len(values) != len(names):
        raise fail("variable_count", wanted=len(names), actual=len(values))
    for name, value in zip(names, values, strict=True):
        _check(name, value)
    for name, value in zip(names, values, strict=True):
        old = ctx.session.variables.get(name)
        ctx.session.variables[name] = Variable(value, old.created) if old else Variable(value)
    return done(SESSION)


def _names(tokens: Tokens) -> list[str]:
    if not tokens.accept("("):
        return [tokens.identifier()]
    names = [tokens.identifier()]
    while tokens.accept(","):
        names.append(tokens.identifier())
    tokens.expect(")")
    return names


def _check(name: str, value: Value) -> None:
    if value.type.name in ("VARIANT", "OBJECT", "ARRAY"):
        raise fail("variable_type", name=name, type=value.type.name)
    if isinstance(value.value, (str, bytes)) and len(value.value) > LONGEST:
        raise fail("variable_size", name=name, limit=LONGEST, actual=len(value.value))


def unset(ctx: Context, tokens: Tokens) -> Result:
    """`UNSET name` and `UNSET (a, b)`; a name that is not set is no error."""
    tokens.expect("UNSET")
    names = _names(tokens)
    tokens.end()
    for name in names:
        ctx.session.variables.pop(name, None)
    return done(SESSION)


def show(ctx: Context, tokens: Tokens) -> Result:
    """SHOW VARIABLES [LIKE '…']"""
    pattern = tokens.string() if tokens.accept("LIKE") else "%"
    tokens.end()
    columns = [
        Column("session_id", INTEGER), Column("created_on", LTZ), Column("updated_on", LTZ),
        Column("name"), Column("value"), Column("type"), Column("comment"),
    ]  # fmt: skip
    rows = [
        (ctx.session.id, _moment(v.created), _moment(v.updated), name, shown(v.value), _type(v.value), "")
        for name, v in sorted(ctx.session.variables.items())
        if like(name, pattern)
    ]
    return listing(columns, rows)


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _type(value: Value) -> str:
    return _TYPES.get(value.type.name, value.type.name.lower())
