"""UNDROP of tables, schemas, databases and tags, within the time that they are kept.

Source: docs.snowflake.com/en/sql-reference/sql/undrop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sandbox.catalog import database_name
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.history import newest, revive
from sandbox.names import dotted, quoted
from sandbox.results import Result, status
from sandbox.rights import need_global, owns
from sandbox.statements.databases import writable_schema
from sandbox.statements.gone import is_kept
from sandbox.store import Thing
from sandbox.things import Row
from sandbox.tokens import Tokens


def _undrop(kind: str, ctx: Context, tokens: Tokens) -> Result:
    parts = tokens.qualified(1 if kind == "DATABASE" else 2 if kind == "SCHEMA" else 3)
    tokens.end()
    with ctx.store.change():
        parent = _parent(ctx, kind, parts)
        past = newest(ctx.store, ctx.session.account, kind, parts[-1], parent)
        if past is None or not _may_return(ctx, past):
            raise fail("not_dropped", kind=kind.capitalize(), name=dotted(*parts))
        if ctx.store.find(ctx.session.account, kind, parts[-1], parent):
            raise fail("exists", name=dotted(*parts))
        thing = revive(ctx.store, past)
    return status(f"{kind.capitalize()} {quoted(thing.name)} successfully restored.")


def _parent(ctx: Context, kind: str, parts: list[str]) -> int:
    """The id of what the thing lay in; the role needs the privilege to create such a thing there."""
    eyes = ctx.eyes()
    if kind == "DATABASE":
        need_global(eyes, "CREATE DATABASE")
        return 0
    if kind == "SCHEMA":
        name = parts[0] if len(parts) == 2 else database_name(eyes, "UNDROP")
        database = ctx.store.find(ctx.session.account, "DATABASE", name)
        if database is None:
            raise fail("missing", kind="Database", name=name)
        return database.id
    return writable_schema(ctx, parts, f"CREATE {kind}", "UNDROP")[1].id


def _may_return(ctx: Context, past: Thing) -> bool:
    """The role owned it, its time is not over and its rows are still there."""
    thing = Thing(Row(*past.props["row"]))
    if not owns(ctx.eyes(), thing):
        return False
    if not is_kept(ctx.store, thing, past.created):
        return False
    return thing.kind != "TABLE" or ctx.lake.exists(thing.id)


UNDROP: dict[str, Callable[[Context, Tokens], Result]] = {
    kind: partial(_undrop, kind) for kind in ("TABLE", "SCHEMA", "DATABASE", "TAG")
}
