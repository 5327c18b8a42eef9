"""Parameters of objects (databases, schemas, tables, warehouses, users), and SHOW PARAMETERS at every level."""

from __future__ import annotations

from typing import Any, NamedTuple

from sandbox.catalog import find_database, find_visible, open_schema
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import like
from sandbox.results import Column, Result, listing
from sandbox.rights import can_global, owns
from sandbox.statements.roles import find_user
from sandbox.statements.session import PARAMETERS
from sandbox.statements.warehouses import find_warehouse
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens

_LEVELS = ("OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE")
_CONTAINERS = frozenset({"DATABASE", "SCHEMA"})
_KEPT = frozenset({"DATABASE", "SCHEMA", "TABLE"})


class Parameter(NamedTuple):
    """Snowflake's default, the kinds that have it and, where not every value of its type will do, the values."""

    default: str | int | bool
    kinds: frozenset[str] = _CONTAINERS
    values: tuple[str, ...] = ()


# Names, defaults and values: docs.snowflake.com/en/sql-reference/parameters. What a value other than the default would
# do is harmless here (there are no tasks, pipes, event tables or Iceberg tables), or it is in _FIXED.
OBJECT: dict[str, Parameter] = {
    "CATALOG": Parameter(""),
    "CATALOG_SYNC": Parameter(""),
    "DATA_RETENTION_TIME_IN_DAYS": Parameter(1, _KEPT),
    "DEFAULT_DDL_COLLATION": Parameter("", _KEPT),
    "ENABLE_CONSOLE_OUTPUT": Parameter(False),
    "EXTERNAL_VOLUME": Parameter(""),
    "LOG_LEVEL": Parameter("OFF", values=_LEVELS),
    "LOG_EVENT_LEVEL": Parameter("OFF", values=_LEVELS),
    "MAX_CONCURRENCY_LEVEL": Parameter(8, frozenset({"WAREHOUSE"})),
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": Parameter(14, _KEPT),
    "METRIC_LEVEL": Parameter("NONE", values=("NONE", "ALL")),
    "PIPE_EXECUTION_PAUSED": Parameter(False, frozenset({"SCHEMA"})),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": Parameter(False),
    "REPLACE_INVALID_CHARACTERS": Parameter(False),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": Parameter(0, frozenset({"WAREHOUSE"})),
    "STATEMENT_TIMEOUT_IN_SECONDS": Parameter(172800, frozenset({"WAREHOUSE"})),
    "STORAGE_SERIALIZATION_POLICY": Parameter("OPTIMIZED", values=("COMPATIBLE", "OPTIMIZED")),
    "SUSPEND_TASK_AFTER_NUM_FAILURES": Parameter(10),
    "TASK_AUTO_RETRY_ATTEMPTS": Parameter(0),
    "TRACE_LEVEL": Parameter("OFF", values=("OFF", "ON_EVENT", "ALWAYS")),
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": Parameter("Medium"),
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": Parameter(30),
    "USER_TASK_TIMEOUT_MS": Parameter(3600000),
}
_FIXED = {"CATALOG", "CATALOG_SYNC", "DEFAULT_DDL_COLLATION", "EXTERNAL_VOLUME", "QUOTED_IDENTIFIERS_IGNORE_CASE"}


def object_types(kind: str) -> dict[str, type]:
    """The parameters of a kind of object with their Python types, as `read_properties` wants them."""
    return {name: type(p.default) for name, p in OBJECT.items() if kind in p.kinds}


def check_object(properties: dict[str, Any]) -> None:
    """Refuses a value that the parameter does not take, and one whose effect is not carried out here."""
    for name, value in properties.items():
        parameter = OBJECT.get(name)
        if parameter is None:
            continue
        if parameter.values and str(value).upper() not in parameter.values:
            raise fail("bad_value", value=value, name=name)
        if name in _FIXED and value != parameter.default:
            raise fail("unsupported", feature=f"{name} = {value}")


# --- SHOW PARAMETERS
class Shown(NamedTuple):
    """A parameter as it stands; `level` is where it was set, empty for nowhere."""

    name: str
    value: Any
    default: Any
    level: str = ""


def show(ctx: Context, tokens: Tokens) -> Result:
    """`[LIKE '…'] [IN | FOR SESSION | ACCOUNT | USER u | WAREHOUSE w | DATABASE d | SCHEMA s | TABLE t]`."""
    pattern = tokens.string() if tokens.accept("LIKE") else "%"
    found = _in_scope(ctx, tokens) if tokens.accept_any("IN", "FOR") else _of_session(ctx)
    if tokens.accept("LIKE"):
        pattern = tokens.string()
    tokens.end()
    rows = [
        (p.name, _text(p.value), _text(p.default), p.level, "", _type(p.default))
        for p in sorted(found)
        if like(p.name, pattern)
    ]
    return listing([Column(n) for n in ("key", "value", "default", "level", "description", "type")], rows)


def _in_scope(ctx: Context, tokens: Tokens) -> list[Shown]:
    kind = tokens.accept_any("SESSION", "ACCOUNT", "USER", "WAREHOUSE", "DATABASE", "SCHEMA", "TABLE")
    if kind is None:
        raise tokens.unexpected()
    if kind == "SESSION":
        return _of_session(ctx)
    if kind == "ACCOUNT":
        return [Shown(n, v, v) for n, v in PARAMETERS.items()] + [
            Shown(n, p.default, p.default) for n, p in OBJECT.items() if n not in PARAMETERS
        ]
    named = not tokens.done() and not tokens.looking_at("LIKE")
    parts = tokens.qualified() if named else _current(ctx, kind)
    if kind == "USER":
        return _of_user(ctx, find_user(ctx, parts[0]))
    return _of_object(ctx, kind, _object(ctx, kind, parts))


def _current(ctx: Context, kind: str) -> list[str]:
    """The session's own user, warehouse, database or schema."""
    session = ctx.session
    if kind == "USER":
        return [ctx.store.at(session.user).name]
    if kind == "WAREHOUSE" and session.warehouse:
        return [session.warehouse]
    if kind in ("DATABASE", "SCHEMA") and session.database:
        if kind == "DATABASE":
            return [session.database]
        if session.schema:
            return [session.database, session.schema]
    if kind == "WAREHOUSE":
        raise fail("no_warehouse")
    raise fail("no_schema" if session.database else "no_database", what="SHOW PARAMETERS")


def _object(ctx: Context, kind: str, parts: list[str]) -> Thing:
    if kind == "WAREHOUSE":
        return find_warehouse(ctx, parts[0])
    if kind == "DATABASE":
        return find_database(ctx.eyes(), parts[0])
    if kind == "SCHEMA":
        return open_schema(ctx.eyes(), parts, "SHOW")[1]
    return find_visible(ctx.eyes(), "TABLE", parts, "SHOW").thing


def _of_session(ctx: Context) -> list[Shown]:
    """What was set in this session stands before what was set for its user."""
    here, user = ctx.session.parameters, user_parameters(ctx.store.at(ctx.session.user))
    found = []
    for name, default in PARAMETERS.items():
        level = "SESSION" if name in here.maps[0] else "USER" if name in user else ""
        found.append(Shown(name, here.get(name, default), default, level))
    return found


def _of_user(ctx: Context, user: Thing) -> list[Shown]:
    eyes = ctx.eyes()
    if user.id != ctx.session.user and not owns(eyes, user) and not can_global(eyes, "MANAGE GRANTS"):
        raise fail("privileges", kind="user", name=user.name)
    values = user_parameters(user)
    return [Shown(n, values.get(n, v), v, "USER" if n in values else "") for n, v in PARAMETERS.items()]


def user_parameters(user: Thing) -> dict[str, Any]:
    """The session parameters that every session of the user starts with, by name."""
    return dict(user.props.get("parameters") or {})


def _of_object(ctx: Context, kind: str, thing: Thing) -> list[Shown]:
    found = []
    for name, parameter in OBJECT.items():
        if kind in parameter.kinds:
            by = _setter(ctx.store, thing, name)
            value = by.props[name.lower()] if by else parameter.default
            found.append(Shown(name, value, parameter.default, by.kind if by else ""))
    return found


def effective(store: Store, thing: Thing, name: str) -> Any:
    """The value that holds for the object."""
    by = _setter(store, thing, name)
    return by.props[name.lower()] if by else OBJECT[name].default


def _setter(store: Store, thing: Thing, name: str) -> Thing | None:
    """Who sets it: a schema takes over what its database sets, a table what its schema sets."""
    at: Thing | None = thing
    while at is not None and at.props.get(name.lower()) is None:
        at = store.at(at.parent) if at.parent else None
    return at


def _type(default: Any) -> str:
    return {bool: "BOOLEAN", int: "NUMBER"}.get(type(default), "STRING")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
