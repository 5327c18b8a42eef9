"""Warehouses: names with properties; nothing runs on them."""

from __future__ import annotations

from typing import Any

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import quoted
from sandbox.results import Result, done, status
from sandbox.rights import need, need_global, need_ownership, sees
from sandbox.statements.clauses import Create, if_exists, read_properties
from sandbox.store import Thing
from sandbox.tokens import Tokens

# As SHOW WAREHOUSES prints them; CREATE takes them with and without the hyphen.
SIZES = ["X-Small", "Small", "Medium", "Large", "X-Large", *[f"{n}X-Large" for n in range(2, 7)]]
_SIZES = {size.upper().replace("-", ""): size for size in SIZES} | {
    "XXLARGE": "2X-Large",
    "XXXLARGE": "3X-Large",
    "X2LARGE": "2X-Large",
    "X3LARGE": "3X-Large",
    "X4LARGE": "4X-Large",
    "X5LARGE": "5X-Large",
    "X6LARGE": "6X-Large",
}
_VALUES = {
    "WAREHOUSE_TYPE": ("STANDARD", "SNOWPARK-OPTIMIZED"),
    "SCALING_POLICY": ("STANDARD", "ECONOMY"),
    "GENERATION": ("1", "2"),
}
PROPERTIES = {
    "WAREHOUSE_SIZE": str,
    "WAREHOUSE_TYPE": str,
    "AUTO_SUSPEND": str,
    "AUTO_RESUME": bool,
    "MIN_CLUSTER_COUNT": int,
    "MAX_CLUSTER_COUNT": int,
    "SCALING_POLICY": str,
    "COMMENT": str,
    "ENABLE_QUERY_ACCELERATION": bool,
    "QUERY_ACCELERATION_MAX_SCALE_FACTOR": int,
    "GENERATION": str,
    "STATEMENT_TIMEOUT_IN_SECONDS": str,
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": str,
    "MAX_CONCURRENCY_LEVEL": str,
}
# Numbers for which NULL may be said: it takes the value back.
_NULLABLE = {
    "AUTO_SUSPEND",
    "STATEMENT_TIMEOUT_IN_SECONDS",
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
    "MAX_CONCURRENCY_LEVEL",
}


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    properties = read(tokens, {"INITIALLY_SUSPENDED": bool})
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
        properties["state"] = "SUSPENDED" if properties.pop("initially_suspended", False) else "STARTED"
        ctx.store.add(
            "WAREHOUSE",
            name,
            account=ctx.session.account,
            owner=ctx.session.role,
            comment=str(properties.pop("comment", "")),
            props=properties,
        )
    ctx.session.warehouse = name
    return status(f"Warehouse {quoted(name)} successfully created.")


def read(tokens: Tokens, more: dict[str, type] | None = None) -> dict[str, Any]:
    """Properties by their names in lower case, checked; None for what was said to be NULL."""
    said = read_properties(tokens, "WAREHOUSE", PROPERTIES | (more or {}))
    return {name.lower(): _checked(name, value) for name, value in said.items()}


def _checked(name: str, value: str | int | bool) -> Any:
    word = str(value).upper()
    if name == "WAREHOUSE_SIZE":
        if word.replace("-", "") not in _SIZES:
            raise fail("bad_value", value=value, name=name)
        return _SIZES[word.replace("-", "")]
    if name in _NULLABLE:
        if word != "NULL" and not word.isdigit():
            raise fail("bad_value", value=value, name=name)
        return None if word == "NULL" else int(word)
    if name in _VALUES:
        if word not in _VALUES[name]:
            raise fail("bad_value", value=value, name=name)
        return word
    return value


def find_warehouse(ctx: Context, name: str) -> Thing:
    found = ctx.store.find(ctx.session.account, "WAREHOUSE", name)
    if found is None or not sees(ctx.eyes(), found):
        raise fail("missing", kind="Warehouse", name=name)
    return found


def alter(ctx: Context, tokens: Tokens) -> Result:
    """SUSPEND and RESUME need OPERATE, SET and UNSET need MODIFY, RENAME needs ownership."""
    quiet = if_exists(tokens)
    name = tokens.identifier()
    if quiet and ctx.store.find(ctx.session.account, "WAREHOUSE", name) is None:
        return done()
    warehouse = find_warehouse(ctx, name)
    eyes = ctx.eyes()
    word = tokens.accept_any("SUSPEND", "RESUME", "RENAME", "UNSET", "SET")
    if word in ("SUSPEND", "RESUME"):
        need(eyes, "OPERATE", warehouse)
        tokens.accept("IF", "SUSPENDED")
        tokens.end()
        warehouse.props["state"] = "SUSPENDED" if word == "SUSPEND" else "STARTED"
    elif word == "RENAME":
        need_ownership(eyes, warehouse)
        _rename(ctx, warehouse, tokens)
    elif word == "UNSET":
        need(eyes, "MODIFY", warehouse)
        _unset(warehouse, tokens)
    elif word == "SET":
        need(eyes, "MODIFY", warehouse)
        properties = read(tokens)
        warehouse.comment = str(properties.pop("comment", warehouse.comment))
        warehouse.props.update(properties)
    else:
        raise tokens.unexpected()
    ctx.store.save(warehouse)
    return done()


def _rename(ctx: Context, warehouse: Thing, tokens: Tokens) -> None:
    tokens.expect("TO")
    new = tokens.identifier()
    tokens.end()
    if ctx.store.find(warehouse.account, "WAREHOUSE", new):
        raise fail("exists", name=new)
    if ctx.session.warehouse == warehouse.name:
        ctx.session.warehouse = new
    warehouse.name = new


def _unset(warehouse: Thing, tokens: Tokens) -> None:
    while True:
        name = tokens.next().text.upper()
        if name not in PROPERTIES:
            raise fail("bad_property", name=name, kind="WAREHOUSE")
        warehouse.props.pop(name.lower(), None)
        warehouse.comment = "" if name == "COMMENT" else warehouse.comment
        if not tokens.accept(","):
            break
    tokens.end()


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
