"""Materialized views. They always answer what their query would, so they are kept as views and read as such.

Source: docs.snowflake.com/en/user-guide/views-materialized ("Limitations on Creating Materialized Views").
"""

from __future__ import annotations

from sqlglot import exp

from sandbox.catalog import find_relation
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, owner_name, row_count, text_visible
from sandbox.results import Result, done, listing
from sandbox.statements import views
from sandbox.statements.clauses import Create, if_exists
from sandbox.statements.filters import read_filter, true_false
from sandbox.statements.show import columns_named, listed
from sandbox.statements.tables import drop_relation, owned, read_clustering
from sandbox.store import Thing
from sandbox.tokens import Tokens
from sandbox.translate.parse import parse_query
from sandbox.translate.shape import table_parts

_NOT_ALLOWED = {
    exp.Join: "join",
    exp.Window: "window function",
    exp.Having: "HAVING",
    exp.Order: "ORDER BY",
    exp.Limit: "LIMIT",
    exp.Subquery: "nested subquery",
    exp.SetOperation: "set operation",
}
_COLUMNS = (
    "created_on name reserved database_name schema_name cluster_by rows bytes source_database_name source_schema_name "
    "source_table_name refreshed_on compacted_on owner invalid invalid_reason behind_by comment text is_secure "
    "automatic_clustering owner_role_type budget"
)


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    return views.make(ctx, tokens, how, secure=False, check=_source)


def create_secure(ctx: Context, tokens: Tokens, how: Create) -> Result:
    return views.make(ctx, tokens, how, secure=True, check=_source)


def _source(ctx: Context, query: str) -> int:
    """The id of the one table that the query reads; everything else is refused."""
    tree = parse_query(query)
    for kind, name in _NOT_ALLOWED.items():
        if tree.find(kind):
            raise fail("materialized", reason=f"{name} is not allowed")
    tables = list(tree.find_all(exp.Table))
    if len(tables) != 1:
        raise fail("materialized", reason="it must read one table")
    found = find_relation(ctx.eyes(), table_parts(tables[0]))
    if found.thing.kind != "TABLE" or found.eyes.share:
        raise fail("materialized", reason="it must read a table of this account")
    return found.thing.id


def drop(ctx: Context, tokens: Tokens) -> Result:
    return drop_relation(ctx, tokens, "MATERIALIZED VIEW")


def alter(ctx: Context, tokens: Tokens) -> Result:
    """SUSPEND | RESUME [RECLUSTER], CLUSTER BY, DROP CLUSTERING KEY, and what other views take."""
    at = tokens.at
    if_exists(tokens)
    view = owned(ctx, "MATERIALIZED VIEW", tokens.qualified())
    if word := tokens.accept_any("SUSPEND", "RESUME"):
        if not tokens.accept("RECLUSTER"):
            view.props["suspended"] = word == "SUSPEND"
    elif tokens.looking_at("CLUSTER", "BY"):
        view.props.update(read_clustering(tokens))
    elif tokens.accept("DROP", "CLUSTERING", "KEY"):
        view.props.pop("cluster_by", None)
    else:
        tokens.at = at
        return views.alter(ctx, tokens)
    tokens.end()
    ctx.store.save(view)
    return done()


def _place(ctx: Context, table: Thing | None) -> tuple[str | None, str | None, str | None]:
    """Database, schema and name of the table that a view is made of; nothing when it is gone."""
    if table is None:
        return None, None, None
    schema = ctx.store.at(table.parent)
    return ctx.store.at(schema.parent).name, schema.name, table.name


def show(ctx: Context, tokens: Tokens) -> Result:
    rows = []
    for o in listed(ctx, read_filter(tokens, ("DATABASE",)), "VIEW"):
        props = o.thing.props
        if "source" not in props:
            continue
        source = ctx.store.get(props["source"])
        rows.append(
            (
                moment(o.thing.created),
                o.thing.name,
                "",
                o.database,
                o.schema,
                props.get("cluster_by", ""),
                row_count(ctx.lake, source) if source else 0,
                0,
                *(_place(ctx, source) if text_visible(o) else (None, None, None)),
                moment(o.thing.created),
                None,
                owner_name(o.eyes, o.thing),
                true_false(source is None or props.get("suspended")),
                _invalid(source, props.get("suspended", False)),
                "0s",
                o.thing.comment,
                props["text"] if text_visible(o) else "",
                true_false(props["secure"]),
                "ON" if props.get("cluster_by") else "OFF",
                "ROLE",
                None,
            )
        )
    return listing(columns_named(_COLUMNS), rows)


def _invalid(source: Thing | None, suspended: bool) -> str | None:
    if source is None:
        return "Base table of the materialized view does not exist or is not authorized."
    return "Materialized view is suspended." if suspended else None
