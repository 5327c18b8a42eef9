"""SHOW TABLES, VIEWS, FUNCTIONS and PROCEDURES, and what every SHOW needs."""

from __future__ import annotations

from typing import Any

from sandbox.catalog import find_database, open_schema
from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.listings import (
    Listed,
    moment,
    objects,
    owner_name,
    place,
    row_count,
    shown_name,
    text_visible,
)
from sandbox.results import Column, Result, listing
from sandbox.sftypes import INTEGER, LTZ, SqlType, parse_type
from sandbox.statements.filters import Filter, read_filter, true_false, yes_no
from sandbox.statements.gone import dropped
from sandbox.statements.parameters import effective
from sandbox.store import Thing
from sandbox.tokens import Tokens

Row = tuple[Any, ...]
_TABLES = (
    "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time "
    "automatic_clustering change_tracking search_optimization search_optimization_progress search_optimization_bytes "
    "is_external enable_schema_evolution owner_role_type is_event budget is_hybrid is_iceberg is_dynamic is_immutable "
    "dropped_on"
)
RETENTION = "DATA_RETENTION_TIME_IN_DAYS"
_STAMPS = {"created_on", "dropped_on", "last_success_login", "resumed_on", "updated_on"}
_NUMBERS = {
    "rows",
    "key_sequence",
    "next_value",
    "interval",
    "bytes",
    "min_num_arguments",
    "max_num_arguments",
    "assigned_to_users",
    "granted_to_roles",
    "granted_roles",
    "granted_to_database_roles",
    "granted_database_roles",
}


def columns_named(text: str) -> list[Column]:
    """Result columns from a list of names; instants and counts have their own types."""
    return [
        Column(n, LTZ if n in _STAMPS else INTEGER if n in _NUMBERS else SqlType("VARCHAR", 16777216))
        for n in text.split()
    ]


def scope(ctx: Context, found: Filter, named: bool = False) -> tuple[str | None, str | None]:
    """Database and schema that the SHOW is limited to; without IN, the current ones.

    What is not there, or not for this role, is 002043 in most kinds of SHOW, and 002003, with its name, in those of
    functions, procedures and database roles. Source: what Snowflake answers to terraform-provider-snowflake's
    pkg/sdk/testint/safe_show_by_id_integration_test.go; dbt-snowflake's list_relations_without_caching for OBJECTS.
    """
    try:
        return _scope(ctx, found)
    except SandboxError as error:
        if error.key == "missing" and not named:
            raise fail("missing_operation") from error
        raise


def _scope(ctx: Context, found: Filter) -> tuple[str | None, str | None]:
    session = ctx.session
    if found.scope == "ACCOUNT":
        return None, None
    if found.scope is None:
        return session.database, session.schema if session.database else None
    if found.scope == "DATABASE":
        name = found.parts[0] if found.parts else session.database
        find_database(ctx.eyes(), name or "")
        return name, None
    parts = found.parts or [p for p in (session.database, session.schema) if p]
    _, schema, _ = open_schema(ctx.eyes(), parts, "SHOW")
    return (parts[0] if len(parts) == 2 else session.database), schema.name


def listed(ctx: Context, found: Filter, *kinds: str) -> list[Listed]:
    # They have no LIMIT, so that many are cut: docs.snowflake.com/en/sql-reference/sql/show-user-functions.
    callable_ones = bool({"FUNCTION", "PROCEDURE"} & set(kinds))
    database, schema = scope(ctx, found, named=callable_ones)
    things = objects(ctx.eyes(), database, schema, *kinds, wanted=found.wants)
    return found.pick(things, lambda o: shown_name(o.thing), place, silently=callable_ones)


def tables(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("SCHEMA",), history=True)
    database, schema = scope(ctx, found)
    rows: list[Row] = []
    for o in found.pick(
        objects(ctx.eyes(), database, schema, "TABLE", wanted=found.wants), lambda o: o.thing.name, place
    ):
        row = _table(ctx, o.thing, (o.database, o.schema), row_count(ctx.lake, o.thing), owner_name(o.eyes, o.thing))
        rows.append((*row, None))
    if found.history:
        for gone in dropped(ctx.eyes(), "TABLE", tuple(n for n in (database, schema) if n)):
            count = ctx.lake.count(gone.thing.id) if ctx.lake.exists(gone.thing.id) else 0
            row = _table(ctx, gone.thing, (gone.path[0], gone.path[1]), count, gone.owner)
            rows.append((*row, moment(gone.at)))
    return listing(columns_named(_TABLES), found.pick(rows, lambda row: str(row[1]), lambda row: row[2:4]))


def _table_kind(table: Thing) -> str:
    return "TEMPORARY" if table.session else "TRANSIENT" if table.props.get("transient") else "TABLE"


def _table(ctx: Context, table: Thing, place: tuple[str, str], count: int | None, owner: str) -> Row:
    """All columns but the last, `dropped_on`."""
    props = table.props
    return (
        *(moment(table.created), table.name, *place, _table_kind(table)),
        *(table.comment, props.get("cluster_by", ""), count, 0, owner, str(effective(ctx.store, table, RETENTION))),
        *("OFF", "ON" if props.get("change_tracking") else "OFF", "OFF", None, None, "N", "N", "ROLE", "N", None),
        *("N", "N", "N", "N"),
    )


def views(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("SCHEMA",))
    rows: list[Row] = []
    for o in listed(ctx, found, "VIEW"):
        shown = o.thing.props["text"] if text_visible(o) else ""
        rows.append(
            (
                moment(o.thing.created),
                o.thing.name,
                "",
                o.database,
                o.schema,
                owner_name(o.eyes, o.thing),
                o.thing.comment,
                shown,
                true_false(o.thing.props["secure"]),
                true_false("source" in o.thing.props),
                "ROLE",
                "ON" if o.thing.props.get("change_tracking") else "OFF",
            )
        )
    return listing(
        columns_named(
            "created_on name reserved database_name schema_name owner comment text is_secure is_materialized "
            "owner_role_type change_tracking"
        ),
        rows,
    )


def functions(ctx: Context, tokens: Tokens) -> Result:
    return routines(ctx, tokens, "FUNCTION")


def procedures(ctx: Context, tokens: Tokens) -> Result:
    """The same columns but for the last four."""
    found = routines(ctx, tokens, "PROCEDURE")
    return listing(found.columns[:-4], [row[:-4] for row in found.rows])


def routines(ctx: Context, tokens: Tokens, kind: str) -> Result:
    found = read_filter(tokens, ("SCHEMA",))
    rows: list[Row] = []
    for o in listed(ctx, found, kind):
        props = o.thing.props
        count = len(props["arguments"])
        optional = props.get("defaults", {})
        kinds = ", ".join("DEFAULT " * (n in optional) + parse_type(type_).short() for n, type_ in props["arguments"])
        rows.append(
            (
                moment(o.thing.created),
                props["base"],
                o.schema,
                "N",
                "N",
                "N",
                count - len(optional),
                count,
                f"{props['base']}({kinds}) RETURN {props['returns_text']}",
                o.thing.comment or f"user-defined {kind.lower()}",
                o.database,
                yes_no(props["table"]),
                "N",
                yes_no(props["secure"]),
                "",
                "",
                "N",
                "SQL",
                "N",
                "N",
            )
        )
    return listing(
        columns_named(
            "created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments "
            "description catalog_name is_table_function valid_for_clustering is_secure secrets "
            "external_access_integrations is_external_function language is_memoizable is_data_metric"
        ),
        rows,
    )
