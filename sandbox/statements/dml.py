"""INSERT, TRUNCATE, and what all changes of tables share."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from sandbox.binds import bind, width
from sandbox.catalog import Found, find_relation
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import SCHEMA, column_sql, table_name
from sandbox.results import DELETE, INSERT, MERGE, UPDATE, Column, Result, counts, done
from sandbox.rights import Eyes
from sandbox.running import change, sql_of
from sandbox.sftypes import INTEGER, SqlType, parse_type
from sandbox.tokens import Tokens
from sandbox.translate.expand import Given, localise
from sandbox.translate.parse import parse, parse_expression
from sandbox.translate.shape import name_of, table_parts
from sandbox.translate.typed.fit import fitted, fitted_value
from sandbox.translate.typed.kinds import Columns
from sandbox.translate.typed.walk import COLUMNS

_TYPES = {"INSERT": INSERT, "UPDATE": UPDATE, "DELETE": DELETE, "MERGE": MERGE}


def described(first: str) -> Result:
    """The answer to a driver that asks what a change would return."""
    if first not in _TYPES:
        return Result([Column("status")], [], done().statement_type)
    verb = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted", "MERGE": "inserted"}[first]
    return Result([Column(f"number of rows {verb}", INTEGER, False)], [], _TYPES[first])


def target(eyes: Eyes, table: exp.Expr, privilege: str, what: str) -> Found:
    """The table that a change is meant for; a view or a mounted database cannot be changed."""
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        raise fail("unsupported", feature=f"{what} on this target")
    parts = table_parts(table)
    found = find_relation(eyes, parts, privilege, what) if not _mounted(eyes, parts) else None
    if found is None:
        raise fail("read_only", name=parts[0] if len(parts) == 3 else eyes.database)
    if found.thing.kind != "TABLE":
        raise fail("wrong_kind", found="VIEW", wanted="TABLE")
    return found


def _mounted(eyes: Eyes, parts: list[str]) -> bool:
    name = parts[0] if len(parts) == 3 else eyes.database
    database = eyes.store.find(eyes.account, "DATABASE", name or "")
    return database is not None and database.origin is not None


def called(found: Found, table: exp.Expr) -> str:
    """The name by which the rest of the statement knows the target."""
    alias = table.args.get("alias")
    return name_of(alias.this) if alias is not None else found.thing.name


def fitting_query(eyes: Eyes, tree: exp.Expr, found: Found, columns: list[str]) -> str:
    """A query as DuckDB SQL, its columns converted to those of the table."""
    query = localise(tree, eyes)
    kinds = dict(columns_of(found))
    return sql_of(fitted(query, query.meta.get(COLUMNS) or [], [kinds[c] for c in columns]))


def columns_of(found: Found) -> list[tuple[str, SqlType]]:
    return [(c["name"], parse_type(c["type"])) for c in found.thing.props["columns"]]


def known_names(found: Found, table: exp.Expr, relations: list[Relation]) -> Given:
    """What the expressions of a change may name: the target's columns, then those of its sources."""
    return Given(sources={called(found, table): list(columns_of(found)), **{r.name: r.columns for r in relations}})


def wanted_columns(found: Found, names: list[exp.Expr]) -> list[str]:
    """The named columns, or all of the table's."""
    known = [c["name"] for c in found.thing.props["columns"]]
    wanted = [name_of(n.this if isinstance(n, exp.Column) else n) for n in names] or known
    for name in wanted:
        if name not in known:
            raise fail("identifier", line=1, position=0, name=name)
    return wanted


# --- INSERT
def insert(ctx: Context, tokens: Tokens) -> Result:
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.Insert) or tree.args.get("by_name") or tree.args.get("partition"):
        raise fail("unsupported", feature=ctx.sql[:80])
    table, names = (tree.this.this, tree.this.expressions) if isinstance(tree.this, exp.Schema) else (tree.this, [])
    with ctx.store.lock:
        eyes = ctx.eyes()
        found = target(eyes, table, "INSERT", "INSERT")
        columns = wanted_columns(found, names)
        source = source_rows(ctx, tree.expression, found, columns)
        rows = fitting_query(eyes, source, found, columns)
    if tree.args.get("overwrite"):
        return counts(INSERT, number_of_rows_inserted=_overwrite(ctx, found.thing.id, columns, rows))
    listed = ", ".join(column_sql(c) for c in columns)
    inserted = run_change(ctx, f"INSERT INTO {SCHEMA}.{table_name(found.thing.id)} ({listed}) {rows}")
    return counts(INSERT, number_of_rows_inserted=inserted)


def _overwrite(ctx: Context, table: int, columns: list[str], rows: str) -> int:
    """New rows for old ones in one statement of the lake: the query may read the table, and its failure keeps it."""
    ctx.lake.claim(table, ctx.session.id)
    target, names = f"{SCHEMA}.{table_name(table)}", [column_sql(c) for c in columns]
    # No row has the id -1, so that every old one goes and every new one comes; ON FALSE would compare each with each.
    sql = (
        f'MERGE INTO {target} USING (SELECT *, CAST(-1 AS BIGINT) AS "~NONE" FROM ({rows}) AS r({", ".join(names)})) '
        f'AS r ON {target}.rowid = r."~NONE" WHEN NOT MATCHED BY SOURCE THEN DELETE '
        f"WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({', '.join('r.' + name for name in names)}) "
        "RETURNING merge_action"
    )
    try:
        return sum(action == "INSERT" for (action,) in change(ctx, sql))
    finally:
        release(ctx)


def source_rows(ctx: Context, source: exp.Expr | None, found: Found, names: list[str]) -> exp.Expr:
    """The rows to insert as a query; array bindings give one row per element."""
    columns = len(names)
    if source is None:
        raise fail("unsupported", feature=ctx.sql[:80])
    if not isinstance(source, exp.Values):
        selects = source.selects if isinstance(source, exp.Query) else []
        same_width(columns, len(selects), any(s.is_star for s in selects))
        return bind(source.copy(), ctx.bindings)
    rows = width(ctx.bindings)
    tuples: list[exp.Expr] = []
    for n in range(rows if rows is not None else 1):
        bound = bind(source.copy(), ctx.bindings, n if rows is not None else None)
        tuples.extend(t if isinstance(t, exp.Tuple) else exp.Tuple(expressions=[t]) for t in bound.expressions)
    for row in tuples:
        same_width(columns, len(row.expressions), False)
        fill_defaults(row, found, names)
    if any(t.find(exp.Subquery, exp.Func) for t in tuples) and len(tuples) == 1:
        return exp.select(*[e.copy() for e in tuples[0].expressions])
    return exp.select("*").from_(exp.Values(expressions=tuples))


def fill_defaults(row: exp.Expr, found: Found, names: list[str]) -> None:
    """The word DEFAULT in a list of values."""
    defaults = {c["name"]: c.get("default") for c in found.thing.props["columns"]}
    for name, value in zip(names, list(row.expressions), strict=False):
        if value.sql("snowflake").upper() == "DEFAULT":
            default = defaults[name]
            value.replace(exp.null() if default is None else parse_expression(default))


def same_width(wanted: int, actual: int, star: bool) -> None:
    if not star and wanted != actual:
        raise fail("insert_columns", wanted=wanted, actual=actual)


def expression(eyes: Eyes, tree: exp.Expr, given: Given, to: SqlType | None = None) -> str:
    """A scalar expression, localised by way of a SELECT; as type `to`."""
    query = localise(exp.select(exp.alias_(tree.copy(), "X")), eyes, given)
    value = query.expressions[0].this
    if to is None:
        return sql_of(value)
    (column,) = query.meta.get(COLUMNS) or [("X", None)]
    return sql_of(fitted_value(value.copy(), column[1], to))


@dataclass(frozen=True)
class Relation:
    """A source of a change: its SQL, the name it goes by, its columns."""

    sql: str
    name: str
    columns: Columns


def relation(eyes: Eyes, tree: exp.Expr) -> Relation:
    query = localise(exp.select("*").from_(tree.copy()), eyes)
    alias = tree.args.get("alias")
    named = alias.this if isinstance(alias, exp.TableAlias) else tree.this
    name = name_of(named) if isinstance(named, exp.Identifier) else ""
    return Relation(sql_of(query.args["from_"].this), name, query.meta.get(COLUMNS) or [])


# --- TRUNCATE
def truncate(ctx: Context, tokens: Tokens) -> Result:
    tokens.expect("TRUNCATE")
    tokens.accept("TABLE")
    exists = tokens.accept("IF", "EXISTS")
    parts = tokens.qualified()
    tokens.end()
    identifiers = [exp.to_identifier(p, quoted=True) for p in parts]
    table = exp.Table(**dict(zip(("this", "db", "catalog"), reversed(identifiers), strict=False)))
    try:
        found = target(ctx.eyes(), table, "TRUNCATE", "TRUNCATE")
    except Exception as error:
        if exists and getattr(error, "key", "") == "missing_object":
            return done()
        raise
    ctx.lake.claim(found.thing.id, ctx.session.id)
    run_change(ctx, f"DELETE FROM {SCHEMA}.{table_name(found.thing.id)}")
    with ctx.store.change():
        # TRUNCATE forgets which files were loaded.
        emptied = ctx.store.at(found.thing.id)
        if emptied.props.pop("loads", None):
            ctx.store.save(emptied)
    return done()


def run_change(ctx: Context, sql: str) -> int:
    """Runs a translated change; returns how many rows it touched."""
    try:
        rows = change(ctx, sql)
        return int(rows[0][0]) if rows else 0
    finally:
        release(ctx)


def release(ctx: Context) -> None:
    """Outside a transaction the table is free again as soon as the statement is over."""
    if not ctx.session.in_transaction:
        ctx.lake.release(ctx.session.id)
