"""SHOW DATABASES, SCHEMAS, TABLES, VIEWS, COLUMNS, USER FUNCTIONS, ROLES, USERS, WAREHOUSES."""

from __future__ import annotations

from typing import Any

from sandbox.catalog import find_database, open_schema
from sandbox.context import Context
from sandbox.listings import (
    Listed,
    database_kind,
    moment,
    objects,
    owner_name,
    role_name,
    row_count,
    shown_name,
    text_visible,
)
from sandbox.listings import databases as visible_databases
from sandbox.listings import schemas as visible_schemas
from sandbox.results import Column, Result, listing
from sandbox.sftypes import INTEGER, LTZ, SqlType, parse_type
from sandbox.statements.filters import Filter, read_filter, true_false, yes_no
from sandbox.statements.parameters import effective
from sandbox.tokens import Tokens

Row = tuple[Any, ...]
_RETENTION = "DATA_RETENTION_TIME_IN_DAYS"
_OPTIONS = {"transient": "TRANSIENT", "managed": "MANAGED ACCESS"}
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


def scope(ctx: Context, found: Filter) -> tuple[str | None, str | None]:
    """Database and schema that the SHOW is limited to; without IN, the current ones."""
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
    database, schema = scope(ctx, found)
    things = objects(ctx.eyes(), database, schema, *kinds, wanted=found.wants)
    return found.pick(things, lambda o: shown_name(o.thing))


def databases(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("ACCOUNT",), history=True)
    eyes = ctx.eyes()
    rows: list[Row] = []
    for d in found.pick(visible_databases(eyes), lambda d: d.name):
        rows.append(
            (
                moment(d.created),
                d.name,
                "N",
                yes_no(d.name == ctx.session.database),
                _origin(ctx, d.origin),
                role_name(ctx.store, d.owner),
                d.comment,
                "TRANSIENT" if d.props.get("transient") else "",
                str(effective(ctx.store, d, _RETENTION)),
                database_kind(d),
                "",
                "",
                "ROLE",
                None,
            )
        )
    names = (
        "created_on name is_default is_current origin owner comment options retention_time kind budget "
        "object_visibility owner_role_type dropped_on"
    )
    return listing(columns_named(names), rows)


def _origin(ctx: Context, share_id: int | None) -> str:
    """`ORG.ACCOUNT.SHARE` of an imported database; `<revoked>` when its share is gone."""
    if share_id is None:
        return ""
    share = ctx.store.get(share_id)
    if share is None:
        return "<revoked>"
    return f"{ctx.store.at(share.account).name}.{share.name}"


def schemas(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("DATABASE",), history=True)
    eyes = ctx.eyes()
    database, _ = scope(ctx, found) if found.scope else (ctx.session.database, None)
    names = [database] if database else [d.name for d in visible_databases(eyes)]
    things: list[tuple[str, Row]] = []
    for name in names:
        for s, inside in visible_schemas(eyes, name):
            current = (name, s.name) == (ctx.session.database, ctx.session.schema)
            things.append(
                (
                    s.name,
                    (
                        moment(s.created),
                        s.name,
                        "N",
                        yes_no(current),
                        name,
                        owner_name(inside, s),
                        s.comment,
                        ", ".join(said for key, said in _OPTIONS.items() if s.props.get(key)),
                        str(effective(ctx.store, s, _RETENTION)),
                        "ROLE",
                        "",
                        None,
                    ),
                )
            )
        things.append(
            (
                "INFORMATION_SCHEMA",
                (
                    moment(0),
                    "INFORMATION_SCHEMA",
                    "N",
                    "N",
                    name,
                    "",
                    "Views describing the contents of schemas in this database",
                    "",
                    "1",
                    "",
                    "",
                    None,
                ),
            )
        )
    rows = [row for _, row in found.pick(things, lambda t: t[0])]
    return listing(
        columns_named(
            "created_on name is_default is_current database_name owner comment options retention_time owner_role_type "
            "budget dropped_on"
        ),
        rows,
    )


def tables(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("SCHEMA",), history=True)
    rows: list[Row] = []
    for o in listed(ctx, found, "TABLE"):
        props = o.thing.props
        rows.append(
            (
                moment(o.thing.created),
                o.thing.name,
                o.database,
                o.schema,
                "TRANSIENT" if props.get("transient") else "TABLE",
                o.thing.comment,
                props.get("cluster_by", ""),
                row_count(ctx.lake, o.thing),
                0,
                owner_name(o.eyes, o.thing),
                str(effective(ctx.store, o.thing, _RETENTION)),
                "OFF",
                "ON" if props.get("change_tracking") else "OFF",
                "OFF",
                None,
                None,
                "N",
                "N",
                "ROLE",
                "N",
                None,
                "N",
                "N",
                "N",
                "N",
                None,
            )
        )
    return listing(
        columns_named(
            "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time "
            "automatic_clustering change_tracking search_optimization search_optimization_progress "
            "search_optimization_bytes is_external enable_schema_evolution owner_role_type is_event budget is_hybrid "
            "is_iceberg is_dynamic is_immutable dropped_on"
        ),
        rows,
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
        kinds = ", ".join(parse_type(type_).short() for _, type_ in props["arguments"])
        rows.append(
            (
                moment(o.thing.created),
                props["base"],
                o.schema,
                "N",
                "N",
                "N",
                count,
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
