"""CREATE OR ALTER: what is not there is created, what is there becomes as the statement says it.

Grants, rows, tags and policies stay. A property that the statement does not name goes back to its default, except for
CHANGE_TRACKING. Source: docs.snowflake.com/en/sql-reference/sql/create-or-alter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from sandbox.catalog import database_name, place
from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.results import Result, done
from sandbox.rights import need_ownership
from sandbox.statements import alter_to, databases, roles, shares, tables, views, warehouses
from sandbox.statements.clauses import Create, read_properties
from sandbox.store import Thing
from sandbox.tokens import Tokens

Creator = Callable[[Context, Tokens, Create], Result]
Alterer = Callable[[Context, Tokens, Create, Thing], None]


def _or(create: Creator, kind: str, alter: Alterer) -> Creator:
    """Creates what is not there, and alters what is."""

    def handler(ctx: Context, tokens: Tokens, how: Create) -> Result:
        start = tokens.at
        with ctx.store.change():
            old = _named(ctx, tokens, kind)
            if old is None:
                tokens.at = start
                return create(ctx, tokens, how)
            need_ownership(ctx.eyes(), old)
            if bool(old.props.get("transient")) != how.transient:
                raise fail("unsupported", feature="CREATE OR ALTER that changes TRANSIENT")
            failure = _altered(alter, ctx, tokens, how, old)
            # The rows of a table have changed with the columns by then: Snowflake too leaves what was done.
            if failure is None or kind == "TABLE":
                ctx.store.save(old)
        if failure is not None:
            raise failure
        return done()

    return handler


def _altered(alter: Alterer, ctx: Context, tokens: Tokens, how: Create, old: Thing) -> Exception | None:
    try:
        alter(ctx, tokens, how, old)
    except (SandboxError, duckdb.Error) as error:
        return error
    return None


def _named(ctx: Context, tokens: Tokens, kind: str) -> Thing | None:
    """The thing that the statement names, if there is one; stands behind its name afterwards."""
    if kind in ("DATABASE", "ROLE", "WAREHOUSE"):
        return ctx.store.find(ctx.session.account, kind, tokens.identifier())
    eyes = ctx.eyes()
    parts = tokens.qualified(2 if kind == "SCHEMA" else 3)
    if kind == "SCHEMA":
        path = [parts[0] if len(parts) == 2 else database_name(eyes, "CREATE SCHEMA"), parts[-1]]
    else:
        path = list(place(eyes, parts, f"CREATE {kind}"))
    parent, found = 0, None
    for one, name in zip(("DATABASE", "SCHEMA", kind), path, strict=False):
        found = ctx.store.find(ctx.session.account, one, name, parent)
        if found is None:
            return None
        parent = found.id
    if found is not None and found.kind != kind:
        raise fail("exists", name=path[-1])
    return found


def _put(thing: Thing, properties: dict[str, Any], allowed: dict[str, type]) -> None:
    """What is named is set, the rest of what could be named is unset."""
    thing.comment = str(properties.get("COMMENT", ""))
    for name in allowed:
        if name in properties and name != "COMMENT":
            thing.props[name.lower()] = properties[name]
        elif name != "CHANGE_TRACKING":
            thing.props.pop(name.lower(), None)


def _database(ctx: Context, tokens: Tokens, how: Create, old: Thing) -> None:
    _put(old, databases.checked(read_properties(tokens, "DATABASE", databases.DATABASE)), databases.DATABASE)


def _schema(ctx: Context, tokens: Tokens, how: Create, old: Thing) -> None:
    old.props["managed"] = tokens.accept("WITH", "MANAGED", "ACCESS")
    _put(old, databases.checked(read_properties(tokens, "SCHEMA", databases.SCHEMA)), databases.SCHEMA)


def _role(ctx: Context, tokens: Tokens, how: Create, old: Thing) -> None:
    _put(old, read_properties(tokens, "ROLE", {"COMMENT": str}), {"COMMENT": str})


def _warehouse(ctx: Context, tokens: Tokens, how: Create, old: Thing) -> None:
    properties = warehouses.read(tokens, {"INITIALLY_SUSPENDED": bool})
    named = {name.upper(): value for name, value in properties.items() if name != "initially_suspended"}
    _put(old, named, warehouses.PROPERTIES)


HANDLERS: dict[str, Creator] = {
    "SHARE": shares.create,
    "DATABASE": _or(databases.create, "DATABASE", _database),
    "TRANSIENT DATABASE": _or(databases.create, "DATABASE", _database),
    "SCHEMA": _or(databases.create_schema, "SCHEMA", _schema),
    "TRANSIENT SCHEMA": _or(databases.create_schema, "SCHEMA", _schema),
    "ROLE": _or(roles.create, "ROLE", _role),
    "WAREHOUSE": _or(warehouses.create, "WAREHOUSE", _warehouse),
    "VIEW": _or(views.create, "VIEW", views.become),
    "SECURE VIEW": _or(views.create_secure, "VIEW", views.become_secure),
    "TABLE": _or(tables.create, "TABLE", alter_to.table),
    "TRANSIENT TABLE": _or(tables.create, "TABLE", alter_to.table),
}
