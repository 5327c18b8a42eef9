"""Warehouses: names with properties; nothing runs on them."""

from __future__ import annotations

from sandbox.catalog import need_global, need_ownership, sees
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import quoted
from sandbox.results import Result, done, status
from sandbox.statements.clauses import Create, if_exists, read_properties
from sandbox.store import Thing
from sandbox.tokens import Tokens

_PROPERTIES = {
    "WAREHOUSE_SIZE": str,
    "WAREHOUSE_TYPE": str,
    "AUTO_SUSPEND": str,
    "AUTO_RESUME": bool,
    "INITIALLY_SUSPENDED": bool,
    "MIN_CLUSTER_COUNT": int,
    "MAX_CLUSTER_COUNT": int,
    "SCALING_POLICY": str,
    "COMMENT": str,
    "STATEMENT_TIMEOUT_IN_SECONDS": int,
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": int,
    "MAX_CONCURRENCY_LEVEL": int,
}


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    properties = read_properties(tokens, "WAREHOUSE", _PROPERTIES)
    need_global(ctx.eyes(), "CREATE WAREHOUSE")
    with ctx.store.change():
        old = ctx.store.find(ctx.session.account, "WAREHOUSE", name)
        if old and how.if_missing:
            return status(f"{quoted(name)} already exists, statement succeeded.")
        if old and not how.replace:
            raise fail("exists", name=name)
        if old:
            need_ownership(ctx.eyes(), old)
            ctx.store.remove(old)
        props = {k.lower(): v for k, v in properties.items() if k != "COMMENT"}
        ctx.store.add(
            "WAREHOUSE",
            name,
            account=ctx.session.account,
            owner=ctx.session.role,
            comment=str(properties.get("COMMENT", "")),
            props=props,
        )
    ctx.session.warehouse = name
    return status(f"Warehouse {quoted(name)} successfully created.")


def find_warehouse(ctx: Context, name: str) -> Thing:
    found = ctx.store.find(ctx.session.account, "WAREHOUSE", name)
    if found is None or not sees(ctx.eyes(), found):
        raise fail("missing", kind="Warehouse", name=name)
    return found


def alter(ctx: Context, tokens: Tokens) -> Result:
    if_exists(tokens)
    warehouse = find_warehouse(ctx, tokens.identifier())
    need_ownership(ctx.eyes(), warehouse)
    if tokens.accept("SUSPEND") or tokens.accept("RESUME"):
        tokens.accept("IF", "SUSPENDED")
        warehouse.props["state"] = "SUSPENDED" if "SUSPEND" in ctx.sql.upper().split() else "STARTED"
        tokens.end()
    else:
        tokens.expect("SET")
        properties = read_properties(tokens, "WAREHOUSE", _PROPERTIES)
        warehouse.comment = str(properties.pop("COMMENT", warehouse.comment))
        warehouse.props.update({k.lower(): v for k, v in properties.items()})
    ctx.store.save(warehouse)
    return done()


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.end()
    if quiet and ctx.store.find(ctx.session.account, "WAREHOUSE", name) is None:
        return status(f"Drop statement executed successfully ({quoted(name)} already dropped).")
    warehouse = find_warehouse(ctx, name)
    need_ownership(ctx.eyes(), warehouse)
    ctx.store.remove(warehouse)
    if ctx.session.warehouse == name:
        ctx.session.warehouse = None
    return status(f"{quoted(name)} successfully dropped.")
