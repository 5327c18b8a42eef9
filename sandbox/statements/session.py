"""USE and ALTER SESSION."""

from __future__ import annotations

from typing import Any

from sandbox import zones
from sandbox.catalog import find_database, find_schema, open_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import SESSION, Result, done
from sandbox.rights import can, closure, sees
from sandbox.statements.transactions import end
from sandbox.store import Thing
from sandbox.tokens import Tokens

# Session parameters with Snowflake's defaults; another name is refused, as Snowflake does.
PARAMETERS: dict[str, Any] = {
    "ABORT_DETACHED_QUERY": False,
    "AUTOCOMMIT": True,
    "BINARY_INPUT_FORMAT": "HEX",
    "BINARY_OUTPUT_FORMAT": "HEX",
    "CLIENT_MEMORY_LIMIT": 1536,
    "CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX": False,
    "CLIENT_PREFETCH_THREADS": 4,
    "CLIENT_RESULT_CHUNK_SIZE": 160,
    "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE": False,
    "CLIENT_SESSION_KEEP_ALIVE": False,
    "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": 3600,
    "CLIENT_TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_LTZ",
    "DATE_INPUT_FORMAT": "AUTO",
    "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
    "ERROR_ON_NONDETERMINISTIC_MERGE": True,
    "ERROR_ON_NONDETERMINISTIC_UPDATE": False,
    "GEOGRAPHY_OUTPUT_FORMAT": "GeoJSON",
    "JSON_INDENT": 2,
    "LOCK_TIMEOUT": 43200,
    "MULTI_STATEMENT_COUNT": 1,
    "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON",
    "QUERY_TAG": "",
    "QUOTED_IDENTIFIERS_IGNORE_CASE": False,
    "ROWS_PER_RESULTSET": 0,
    "S3_STAGE_VPCE_DNS_NAME": "",
    "SIMULATED_DATA_SHARING_CONSUMER": "",
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": 0,
    "STATEMENT_TIMEOUT_IN_SECONDS": 172800,
    "STRICT_JSON_OUTPUT": False,
    "TIMESTAMP_DAY_IS_ALWAYS_24H": False,
    "TIMESTAMP_INPUT_FORMAT": "AUTO",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": "",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF3",
    "TIMESTAMP_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
    "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
    "TIMESTAMP_TZ_OUTPUT_FORMAT": "",
    "TIMEZONE": "UTC",
    "TIME_INPUT_FORMAT": "AUTO",
    "TIME_OUTPUT_FORMAT": "HH24:MI:SS",
    "TRANSACTION_ABORT_ON_ERROR": False,
    "TRANSACTION_DEFAULT_ISOLATION_LEVEL": "READ COMMITTED",
    "TWO_DIGIT_CENTURY_START": 1970,
    "UNSUPPORTED_DDL_ACTION": "ignore",
    "USE_CACHED_RESULT": True,
    "WEEK_OF_YEAR_POLICY": 0,
    "WEEK_START": 0,
}
# Parameters whose other values would change results in a way that is not carried out here.
_FIXED = {"QUOTED_IDENTIFIERS_IGNORE_CASE", "WEEK_START"}
_STAMPS = ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")


def use(ctx: Context, tokens: Tokens) -> Result:
    """`USE ROLE | WAREHOUSE | DATABASE | SCHEMA | SECONDARY ROLES …`, `USE [db.]schema`, `USE db`."""
    tokens.next()
    if tokens.accept("SECONDARY", "ROLES"):
        return _secondary_roles(ctx, tokens)
    kind = (
        None if tokens.peek(1).kind in ("end", "mark") else tokens.accept_any("ROLE", "WAREHOUSE", "DATABASE", "SCHEMA")
    )
    parts = tokens.qualified(2)
    tokens.end()
    if kind == "ROLE":
        use_role(ctx, parts[0])
    elif kind == "WAREHOUSE":
        use_warehouse(ctx, parts[0])
    elif kind == "SCHEMA" or len(parts) == 2:
        use_schema(ctx, parts)
    else:
        use_database(ctx, parts[0])
    return done(SESSION)


def _secondary_roles(ctx: Context, tokens: Tokens) -> Result:
    """`ALL | NONE | r [, …]`: what else the session may do than its primary role, except CREATE."""
    word = tokens.accept_any("NONE", "ALL")
    names: list[str] = []
    while word is None:
        names.append(tokens.identifier())
        if not tokens.accept(","):
            break
    tokens.end()
    for name in names:
        assigned_role(ctx, name)
    if ctx.session.restricted is not None and (names or word == "ALL"):
        raise fail("role_restricted", name=names[0] if names else "ALL")
    ctx.session.secondary = "ALL" if word == "ALL" else names
    return done(SESSION)


def use_role(ctx: Context, name: str) -> None:
    role = assigned_role(ctx, name)
    if ctx.session.restricted not in (None, role.id):
        raise fail("role_restricted", name=name)
    ctx.session.role = role.id


def assigned_role(ctx: Context, name: str) -> Thing:
    """A role that the user has been granted, itself or through another one; else 003013 or 002043."""
    role = ctx.store.find(ctx.session.account, "ROLE", name)
    if role is None:
        raise fail("missing_operation")
    granted = {
        role_id
        for direct in ctx.store.roles_of(ctx.session.user)
        for role_id in closure(ctx.store, direct, ctx.session.account)
    }
    if role.id not in granted and name != "PUBLIC":
        raise fail("role_not_granted", name=name)
    return role


def use_warehouse(ctx: Context, name: str) -> None:
    warehouse = ctx.store.find(ctx.session.account, "WAREHOUSE", name)
    if warehouse is None or not sees(ctx.eyes(), warehouse):
        raise fail("missing_operation")
    ctx.session.warehouse = name


def use_database(ctx: Context, name: str) -> None:
    """The schema becomes PUBLIC if there is one."""
    eyes = ctx.eyes()
    database = find_database(eyes, name)
    if not can(eyes, "USAGE", database):
        raise fail("missing_operation")
    content, inside = open_database(eyes, name)
    public = ctx.store.find(inside.account, "SCHEMA", "PUBLIC", content.id)
    ctx.session.database = name
    ctx.session.schema = "PUBLIC" if public else None


def use_schema(ctx: Context, parts: list[str]) -> None:
    eyes = ctx.eyes()
    name = parts[0] if len(parts) == 2 else ctx.session.database
    if name is None:
        raise fail("no_database", what="USE SCHEMA")
    content, inside = open_database(eyes, name)
    find_schema(inside, content, parts[-1], name)
    ctx.session.database, ctx.session.schema = name, parts[-1]


def alter(ctx: Context, tokens: Tokens) -> Result:
    """`ALTER SESSION SET a = 1 b = 2` and `ALTER SESSION UNSET a, b`."""
    if tokens.accept("UNSET"):
        while True:
            ctx.session.parameters.pop(_known(tokens.identifier()), None)
            if not tokens.accept(","):
                break
        tokens.end()
        return done(SESSION)
    tokens.expect("SET")
    changes: dict[str, Any] = {}
    while not tokens.done():
        name = _known(tokens.identifier())
        tokens.expect("=")
        changes[name] = checked(name, _value(tokens))
        tokens.accept(",")
    if not changes:
        raise tokens.unexpected()
    set_parameters(ctx, changes)
    return done(SESSION)


def set_parameters(ctx: Context, changes: dict[str, Any]) -> None:
    """Turning autocommit on commits what is open."""
    ctx.session.parameters.update(changes)
    if "AUTOCOMMIT" in changes:
        end(ctx, commit=True)


def _known(name: str) -> str:
    if name not in PARAMETERS:
        raise fail("bad_property", name=name, kind="SESSION")
    return name


def checked(name: str, value: Any) -> Any:
    """The value in the type of the parameter's default."""
    default = PARAMETERS[name]
    shown = str(value)
    if isinstance(default, bool):
        if shown.lower() not in ("true", "false"):
            raise fail("bad_value", value=shown, name=name)
        value = shown.lower() == "true"
    elif isinstance(default, int):
        if not shown.isdigit():
            raise fail("bad_value", value=shown, name=name)
        value = int(shown)
    elif name.endswith("TIMESTAMP_TYPE_MAPPING"):
        value = shown.upper()
    _check(name, value, default)
    return value


def _check(name: str, value: Any, default: Any) -> None:
    """Time zones are told apart by case: docs.snowflake.com/en/sql-reference/parameters, TIMEZONE."""
    unknown = name == "TIMEZONE" and value not in zones.names()
    if unknown or (name.endswith("TIMESTAMP_TYPE_MAPPING") and value not in _STAMPS):
        raise fail("bad_value", value=value, name=name)
    if name in _FIXED and value != default:
        raise fail("unsupported", feature=f"{name} = {value}")


def _value(tokens: Tokens) -> str:
    negative = "-" if tokens.accept("-") else ""
    token = tokens.next()
    if token.kind in ("string", "number", "word"):
        return negative + token.text
    raise tokens.unexpected()
