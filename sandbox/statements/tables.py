"""CREATE, ALTER and DROP TABLE."""

from __future__ import annotations

from functools import partial
from typing import Any

import duckdb
from sqlglot import exp

from sandbox.catalog import Found, find_relation, find_visible, place
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import SCHEMA, table_name
from sandbox.names import dotted, quoted
from sandbox.preferences import time_zone
from sandbox.results import Result, status
from sandbox.rights import keep_grants, need_ownership
from sandbox.running import describe, sql_of
from sandbox.running import translated as in_our_terms
from sandbox.sftypes import SqlType, parse_type
from sandbox.statements import attach
from sandbox.statements.clauses import Create, if_exists, read_properties, read_tail
from sandbox.statements.columns import Definition, identity_of, no_duplicates, read_columns
from sandbox.statements.constraints import resolved
from sandbox.statements.databases import forget, writable_schema
from sandbox.statements.queries import translated
from sandbox.store import Thing
from sandbox.tokens import Tokens
from sandbox.translate.expand import localise
from sandbox.translate.parse import parse_expression
from sandbox.translate.typed.fit import fitted
from sandbox.translate.typed.walk import COLUMNS

PROPERTIES = {
    "COMMENT": str,
    "CHANGE_TRACKING": bool,
    "DATA_RETENTION_TIME_IN_DAYS": int,
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": int,
}


# What a clone has of the table that it is made from, beside its columns.
_CLONED = ("row_policy", "tags", "cluster_by", "change_tracking")


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """Columns, `AS SELECT`, `LIKE t` or `CLONE t`."""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    columns, constraints = read_columns(tokens) if tokens.looking_at("(") else ([], [])
    source: str | None = None
    model: Found | None = None
    if not columns and (word := tokens.accept_any("LIKE", "CLONE")):
        model = find_relation(ctx.eyes(), tokens.qualified())
        source = f"SELECT * FROM {SCHEMA}.{table_name(model.thing.id)}" if word == "CLONE" else None
        columns = [dict(c) for c in model.thing.props["columns"]]
        constraints = [dict(c) for c in model.thing.props.get("constraints", [])]
        if model.thing.kind != "TABLE":
            raise fail("wrong_kind", found="VIEW", wanted="TABLE")
        if source and model.thing.session and not how.temporary:
            raise fail("unsupported", feature="CLONE of a temporary table as one that stays")
    clustering = read_clustering(tokens)
    copy_grants = tokens.accept("COPY", "GRANTS")
    rows = None
    if tokens.looking_at("ROW", "ACCESS") or tokens.accept("WITH", "ROW"):
        tokens.at -= not tokens.looking_at("ROW")
        rows = attach.read_row_policy(tokens)
    properties = _read_until_as(tokens)
    if tokens.accept("AS"):
        source, columns = _from_query(ctx, read_tail(tokens, ctx.sql), columns)
    tokens.end()
    if not columns:
        raise tokens.unexpected()
    properties |= how.kept()
    if model is not None and source is not None:
        properties |= {key: model.thing.props[key] for key in _CLONED if key in model.thing.props}
    kept = {"constraints": resolved(ctx, columns, constraints)} if constraints else {}
    cloned = model.thing.id if model is not None and source is not None else None
    return _make(ctx, parts, how, columns, source, copy_grants, properties | clustering | kept, rows, cloned)


def _read_until_as(tokens: Tokens) -> dict[str, Any]:
    """Table properties; they end at AS or at the end."""
    stop = next((n for n in range(tokens.at, len(tokens.all)) if tokens.all[n].text.upper() == "AS"), len(tokens.all))
    part = Tokens(tokens.sql, tokens.all[tokens.at : stop])
    found = read_properties(part, "TABLE", PROPERTIES)
    tokens.at = stop
    return {k.lower(): v for k, v in found.items()}


def read_clustering(tokens: Tokens) -> dict[str, Any]:
    if not tokens.accept("CLUSTER", "BY"):
        return {}
    start, end = tokens.skip_parentheses()
    return {"cluster_by": f"LINEAR({tokens.sql[start:end].strip()})"}


def _from_query(ctx: Context, text: str, columns: list[Definition]) -> tuple[str, list[Definition]]:
    sql = translated(ctx, text)
    produced = describe(ctx, sql)
    if columns and len(columns) != len(produced):
        raise fail("insert_columns", wanted=len(columns), actual=len(produced))
    if not columns:
        columns = [{"name": c.name, "type": None} for c in produced]
    for column, made in zip(columns, produced, strict=True):
        column["type"] = column["type"] or made.type.text()
    return sql, columns


def name_sequences(ctx: Context, columns: list[Definition]) -> None:
    """A default `s.NEXTVAL` is kept with the full name, so that it means the same wherever one stands."""
    for column in columns:
        words = Tokens(column.get("default") or "")
        parts = words.qualified(4) if words.peek().kind in ("word", "name") else []
        if words.done() and len(parts) > 1 and parts[-1] == "NEXTVAL":
            column["default"] = dotted(*place(ctx.eyes(), parts[:-1], "CREATE TABLE"), "NEXTVAL")


def default_sql(ctx: Context, column: Definition) -> str | None:
    if column.get("default") is None:
        return None
    query = localise(exp.select(exp.alias_(parse_expression(column["default"]), "X")), ctx.eyes())
    kind = parse_type(column["type"])
    if kind.name == "TIMESTAMP_TZ":
        return _default_moment(ctx, query, kind)
    return sql_of(query.expressions[0].this)


def _default_moment(ctx: Context, query: exp.Expr, kind: SqlType) -> str:
    """The present with the offset of whoever inserts, or a moment that is known now."""
    if any(str(call.this).upper() == "NOW" for call in query.find_all(exp.Anonymous)):
        return "SF_TZ_NOW()"
    found = fitted(query, query.meta.get(COLUMNS) or [], [kind])
    made = f"SELECT SF_TZ_UTC(X), SF_TZ_MINUTES(X) FROM ({sql_of(found)}) AS D(X)"
    ((utc, minutes),) = ctx.lake.run(made, time_zone(ctx.session.parameters))
    return "NULL" if utc is None else f"SF_TZ_FIXED(TIMESTAMP '{utc}', {minutes})"


def _make(
    ctx: Context,
    parts: list[str],
    how: Create,
    columns: list[Definition],
    source: str | None,
    copy_grants: bool,
    props: dict[str, Any],
    rows: tuple[list[str], list[str]] | None = None,
    cloned: int | None = None,
) -> Result:
    no_duplicates(columns)
    name_sequences(ctx, columns)
    comment = str(props.pop("comment", ""))
    with ctx.store.change():
        # For a temporary one USAGE of the schema is enough: docs.snowflake.com/en/sql-reference/sql/create-table.
        _, schema = writable_schema(ctx, parts, "USAGE" if how.temporary else "CREATE TABLE", "CREATE TABLE")
        session = ctx.session.key if how.temporary else ""
        old = taken(ctx, schema, parts[-1], "TABLE", how, session)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        kept = ctx.store.privileges_on(old.id) if old and copy_grants else []
        if old:
            forget(ctx, old)
        table = ctx.store.add(
            "TABLE",
            parts[-1],
            account=ctx.session.account,
            parent=schema.id,
            owner=ctx.session.role,
            comment=comment,
            props={"columns": columns, **props},
            session=session,
        )
        if session:
            ctx.session.temporary.add(table.id)
        if old and copy_grants:
            keep_grants(ctx.store, table, kept)
        ctx.store.on_rollback(partial(ctx.lake.drop, table.id))
        defined = [(c["name"], parse_type(c["type"]), c.get("nullable", True), default_sql(ctx, c)) for c in columns]
        ctx.lake.create(table.id, defined, numbered(ctx, columns, cloned))
        attach.put_pending(ctx, table, rows)
        if source:
            _fill(ctx, table, source)
    return status(f"Table {quoted(table.name)} successfully created.")


def numbered(ctx: Context, columns: list[Definition], cloned: int | None) -> tuple[str, int, int] | None:
    """The identity column; in a clone it goes on where that of the cloned table stands."""
    found = identity_of(columns)
    if found is None or cloned is None:
        return found
    return found[0], ctx.lake.next_number(cloned), found[2]


def _fill(ctx: Context, table: Thing, source: str) -> None:
    try:
        ctx.lake.fill(table.id, source, time_zone(ctx.session.parameters))
    except duckdb.Error as error:
        raise in_our_terms(error) from error


def taken(ctx: Context, schema: Thing, name: str, kind: str, how: Create, session: str = "") -> Thing | None:
    """What has the name already; refused unless the statement allows it.

    A temporary table may hide one that is there for all, and one for all may be made behind a temporary one.
    Source: docs.snowflake.com/en/user-guide/tables-temp-transient, "Potential naming conflicts".
    """
    old = ctx.store.find(ctx.session.account, kind, name, schema.id, session)
    if old is None or old.session != session:
        return None
    if how.replace and old.kind == kind:
        need_ownership(ctx.eyes(), old)
        return old
    if how.if_missing and old.kind == kind:
        return old
    raise fail("exists", name=dotted(ctx.store.at(schema.parent).name, schema.name, name))


def owned(ctx: Context, kind: str, parts: list[str]) -> Thing:
    """A table or view that the role owns, for ALTER and DROP."""
    found = find_visible(ctx.eyes(), "VIEW" if kind == "MATERIALIZED VIEW" else kind, parts, f"ALTER {kind}")
    if kind == "MATERIALIZED VIEW" and "source" not in found.thing.props:
        raise fail("wrong_kind", found="VIEW", wanted=kind)
    if found.eyes.direct:
        raise fail("read_only", name=parts[0])
    need_ownership(ctx.eyes(), found.thing)
    return found.thing


def drop_relation(ctx: Context, tokens: Tokens, kind: str) -> Result:
    quiet = if_exists(tokens)
    parts = tokens.qualified()
    tokens.accept_any("CASCADE", "RESTRICT")
    tokens.end()
    try:
        thing = owned(ctx, kind, parts)
    except Exception as error:
        if quiet and getattr(error, "key", "") in ("missing", "missing_object"):
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    if kind == "VIEW" and "source" in thing.props:
        raise fail("wrong_kind", found="MATERIALIZED_VIEW", wanted=kind)
    forget(ctx, thing, keep=True)
    return status(f"{quoted(thing.name)} successfully dropped.")


def drop(ctx: Context, tokens: Tokens) -> Result:
    return drop_relation(ctx, tokens, "TABLE")


def rename(ctx: Context, thing: Thing, parts: list[str]) -> None:
    """To a new name in the same schema, or in another one where the role may create such things."""
    if len(parts) > 1:
        thing.parent = writable_schema(ctx, parts, f"CREATE {thing.kind}", "RENAME")[1].id
    other = ctx.store.find(thing.account, thing.kind, parts[-1], thing.parent, thing.session)
    if other is not None and other.session == thing.session:
        raise fail("exists", name=parts[-1])
    thing.name = parts[-1]
