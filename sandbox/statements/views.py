"""Views and secure views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from sandbox.catalog import Found, find_relation
from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.names import quoted
from sandbox.results import Result, done, status
from sandbox.rights import Eyes, keep_grants
from sandbox.running import describe, sql_of
from sandbox.statements import attach
from sandbox.statements.clauses import Create, if_exists, read_comment, read_properties, read_tail
from sandbox.statements.columns import no_duplicates
from sandbox.statements.databases import writable_schema
from sandbox.statements.tables import drop_relation, owned, read_clustering, rename, taken
from sandbox.store import Thing
from sandbox.tokens import Tokens
from sandbox.translate.expand import localise
from sandbox.translate.parse import parse_query
from sandbox.translate.shape import is_cte, name_of, table_parts


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    return make(ctx, tokens, how, secure=False)


def create_secure(ctx: Context, tokens: Tokens, how: Create) -> Result:
    return make(ctx, tokens, how, secure=True)


@dataclass
class Said:
    """What a CREATE VIEW says after the name. `rows` is its row access policy with the columns that it is given."""

    columns: list[dict[str, Any]]
    copy_grants: bool = False
    change_tracking: bool | None = None
    comment: str = ""
    rows: tuple[list[str], list[str]] | None = None
    clustering: dict[str, str] = field(default_factory=dict)
    query: str = ""


def _read(ctx: Context, tokens: Tokens, clusters: bool) -> Said:
    found = Said(_read_columns(tokens))
    while not tokens.accept("AS"):
        if tokens.accept("COPY", "GRANTS"):
            found.copy_grants = True
        elif tokens.accept("CHANGE_TRACKING"):
            tokens.expect("=")
            found.change_tracking = tokens.boolean()
        elif tokens.looking_at("ROW", "ACCESS") or tokens.accept("WITH"):
            found.rows = attach.read_row_policy(tokens)
        elif clusters and tokens.looking_at("CLUSTER", "BY"):
            found.clustering = read_clustering(tokens)
        else:
            comment = read_comment(tokens)
            if comment is None:
                raise tokens.unexpected()
            found.comment = comment
    found.query = read_tail(tokens, ctx.sql)
    return found


def _props(ctx: Context, name: str, said: Said, secure: bool, database: Thing, schema: Thing) -> dict[str, Any]:
    return {
        "query": said.query,
        "text": ctx.sql.strip().rstrip(";").strip(),
        "secure": secure,
        "change_tracking": bool(said.change_tracking),
        "columns": _columns(ctx, name, said.columns, said.query, database, schema),
    }


def become(ctx: Context, tokens: Tokens, how: Create, old: Thing) -> None:
    _become(ctx, tokens, old, secure=False)


def become_secure(ctx: Context, tokens: Tokens, how: Create, old: Thing) -> None:
    _become(ctx, tokens, old, secure=True)


def _become(ctx: Context, tokens: Tokens, old: Thing, secure: bool) -> None:
    """CREATE OR ALTER of a view that is there: another query under the same grants, tags and policies."""
    if "source" in old.props:
        raise fail("wrong_kind", found="MATERIALIZED_VIEW", wanted="VIEW")
    said = _read(ctx, tokens, clusters=False)
    if said.rows is not None or any("mask" in column for column in said.columns):
        raise fail("unsupported", feature="policies in CREATE OR ALTER VIEW")
    schema = ctx.store.at(old.parent)
    props = _props(ctx, old.name, said, secure, ctx.store.at(schema.parent), schema)
    if said.change_tracking is None:
        props.pop("change_tracking")
    before = {column["name"]: column for column in old.props["columns"]}
    for column in props["columns"]:
        kept = before.get(column["name"], {})
        column.update({key: kept[key] for key in ("masking", "tags") if key in kept})
    old.props.update(props)
    old.comment = said.comment


def make(
    ctx: Context, tokens: Tokens, how: Create, secure: bool, check: Callable[[Context, str], int] | None = None
) -> Result:
    """A view; `check` says of a materialized one which table it is made of."""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    said = _read(ctx, tokens, clusters=check is not None)
    with ctx.store.change():
        database, schema = writable_schema(ctx, parts, "CREATE VIEW", "CREATE VIEW")
        old = taken(ctx, schema, parts[-1], "VIEW", how)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        props = _props(ctx, parts[-1], said, secure, database, schema)
        if check:
            props |= {"source": check(ctx, said.query), **said.clustering}
        view = _replace(ctx, old, said.copy_grants, parts[-1], schema, said.comment, props)
        attach.put_pending(ctx, view, said.rows)
    return status(f"{'Materialized view' if check else 'View'} {quoted(parts[-1])} successfully created.")


def _replace(
    ctx: Context, old: Thing | None, copy_grants: bool, name: str, schema: Thing, comment: str, props: dict[str, Any]
) -> Thing:
    """A replaced view is a new object: only COPY GRANTS carries its grants, also those to shares, over."""
    kept = ctx.store.privileges_on(old.id) if old and copy_grants else []
    if old:
        ctx.store.remove(old)
    view = ctx.store.add(
        "VIEW",
        name,
        account=ctx.session.account,
        parent=schema.id,
        owner=ctx.session.role,
        comment=comment,
        props=props,
    )
    if old and copy_grants:
        keep_grants(ctx.store, view, kept)
    return view


def _read_columns(tokens: Tokens) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if not tokens.accept("("):
        return found
    while True:
        column: dict[str, Any] = {"name": tokens.identifier()}
        while not (tokens.looking_at(",") or tokens.looking_at(")")):
            tokens.accept("WITH")
            if tokens.looking_at("MASKING"):
                column["mask"] = attach.read_masking(tokens)
            else:
                tokens.expect("COMMENT")
                tokens.accept("=")
                column["comment"] = tokens.string()
        found.append(column)
        if not tokens.accept(","):
            break
    tokens.expect(")")
    return found


def _columns(
    ctx: Context, name: str, listed: list[dict[str, Any]], query: str, database: Thing, schema: Thing
) -> list[dict[str, Any]]:
    """Names and types of the view's columns, found by asking DuckDB what the query yields."""
    eyes = home(ctx.eyes(), database, schema)
    produced = describe(ctx, sql_of(localise(parse_query(query), eyes)))
    if listed and len(listed) != len(produced):
        raise fail("view_columns", name=name, wanted=len(listed), actual=len(produced))
    columns = listed or [{"name": c.name} for c in produced]
    declared = declared_types(eyes, query)
    for position, (column, made) in enumerate(zip(columns, produced, strict=True)):
        column["type"] = (
            declared[position] if declared and len(declared) == len(columns) else None
        ) or made.type.text()
    no_duplicates(columns)
    return columns


def home(eyes: Eyes, database: Thing, schema: Thing) -> Eyes:
    """The creator's eyes, standing in the schema where the view will live."""
    return Eyes(eyes.store, eyes.session, eyes.account, eyes.roles, database.name, schema.name)


def declared_types(eyes: Eyes, query: str) -> list[str | None]:
    """For a SELECT, the declared type of every column that is a plain column of a table or view; else None."""
    tree = parse_query(query)
    if not isinstance(tree, exp.Select):
        return []
    sources = _sources(eyes, tree)
    found: list[str | None] = []
    for projection in tree.expressions:
        column = projection.unalias()
        if projection.is_star:
            return _star_types(projection, sources)
        if not isinstance(column, exp.Column):
            found.append(None)
            continue
        alias = name_of(column.args["table"]) if column.args.get("table") else None
        types = [
            columns[name_of(column.this)]
            for key, columns in sources
            if alias in (None, key) and name_of(column.this) in columns
        ]
        found.append(types[0] if len(types) == 1 else None)
    return found


def _star_types(projection: exp.Expr, sources: list[tuple[str, dict[str, str]]]) -> list[str | None]:
    """`SELECT *` from one source keeps that source's types."""
    if len(sources) != 1 or not isinstance(projection, exp.Star) or any(projection.args.values()):
        return []
    return list(sources[0][1].values())


def _sources(eyes: Eyes, select: exp.Select) -> list[tuple[str, dict[str, str]]]:
    """Alias and columns of each named relation in FROM and JOIN."""
    from_ = select.args.get("from_")
    tables = ([from_.this] if from_ else []) + [join.this for join in select.args.get("joins") or []]
    found = []
    for table in tables:
        relation = _named(eyes, table) if isinstance(table, exp.Table) and not is_cte(table) else None
        if relation is None:
            return []
        alias = table.args.get("alias")
        key = name_of(alias.this) if alias is not None and alias.this is not None else relation.thing.name
        found.append((key, {c["name"]: c["type"] for c in relation.thing.props["columns"]}))
    return found


def _named(eyes: Eyes, table: exp.Table) -> Found | None:
    try:
        return find_relation(eyes, table_parts(table))
    except SandboxError:
        return None


def drop(ctx: Context, tokens: Tokens) -> Result:
    return drop_relation(ctx, tokens, "VIEW")


def alter(ctx: Context, tokens: Tokens) -> Result:
    """RENAME TO, SET/UNSET SECURE, SET/UNSET COMMENT, SET CHANGE_TRACKING."""
    if_exists(tokens)
    view = owned(ctx, "VIEW", tokens.qualified())
    if tokens.accept("RENAME", "TO"):
        rename(ctx, view, tokens.qualified())
    elif tokens.accept("SET", "SECURE"):
        view.props["secure"] = True
    elif tokens.accept("UNSET", "SECURE"):
        view.props["secure"] = False
    elif tokens.accept("UNSET", "COMMENT"):
        view.comment = ""
    elif not attach.alter(ctx, view, tokens):
        tokens.expect("SET")
        properties = read_properties(tokens, "VIEW", {"COMMENT": str, "CHANGE_TRACKING": bool})
        view.comment = str(properties.get("COMMENT", view.comment))
        view.props["change_tracking"] = properties.get("CHANGE_TRACKING", view.props.get("change_tracking", False))
    tokens.end()
    ctx.store.save(view)
    return done()
