"""INSERT, UPDATE, DELETE, MERGE, TRUNCATE."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sandbox.binds import bind, width
from sandbox.catalog import Eyes, Found, find_relation
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import SCHEMA, column_sql, table_name
from sandbox.results import DELETE, INSERT, MERGE, UPDATE, Column, Result, counts, done
from sandbox.running import change, sql_of
from sandbox.sftypes import INTEGER
from sandbox.tokens import Tokens
from sandbox.translate.expand import localise
from sandbox.translate.parse import parse
from sandbox.translate.policies import protected
from sandbox.translate.shape import name_of, table_parts

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
    if what in ("UPDATE", "DELETE", "MERGE") and protected(found.thing):
        raise fail("unsupported", feature=f"{what} of a table with policies")
    return found


def _mounted(eyes: Eyes, parts: list[str]) -> bool:
    name = parts[0] if len(parts) == 3 else eyes.database
    database = eyes.store.find(eyes.account, "DATABASE", name or "")
    return database is not None and database.origin is not None


def _physical(found: Found, table: exp.Expr) -> str:
    """`lake."t7" AS "NAME"`: the alias under which the rest of the statement knows the target."""
    alias = table.args.get("alias")
    name = name_of(alias.this) if alias is not None else found.thing.name
    return f"{SCHEMA}.{table_name(found.thing.id)} AS {column_sql(name)}"


def _query(eyes: Eyes, tree: exp.Expr) -> str:
    return sql_of(localise(tree, eyes))


def _columns(found: Found, names: list[exp.Expr]) -> list[str]:
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
        columns = _columns(found, names)
        source = _source(ctx, tree.expression, len(columns))
        rows = _query(eyes, source)
    if tree.args.get("overwrite"):
        ctx.lake.claim(found.thing.id, ctx.session.id)
        run_change(ctx, f"DELETE FROM {SCHEMA}.{table_name(found.thing.id)}")
    listed = ", ".join(column_sql(c) for c in columns)
    inserted = run_change(ctx, f"INSERT INTO {SCHEMA}.{table_name(found.thing.id)} ({listed}) {rows}")
    return counts(INSERT, number_of_rows_inserted=inserted)


def _source(ctx: Context, source: exp.Expr | None, columns: int) -> exp.Expr:
    """The rows to insert as a query; array bindings give one row per element."""
    if source is None:
        raise fail("unsupported", feature=ctx.sql[:80])
    if not isinstance(source, exp.Values):
        selects = source.selects if isinstance(source, exp.Query) else []
        _same_width(columns, len(selects), any(s.is_star for s in selects))
        return bind(source.copy(), ctx.bindings)
    rows = width(ctx.bindings)
    tuples: list[exp.Expr] = []
    for n in range(rows if rows is not None else 1):
        bound = bind(source.copy(), ctx.bindings, n if rows is not None else None)
        tuples.extend(t if isinstance(t, exp.Tuple) else exp.Tuple(expressions=[t]) for t in bound.expressions)
    for row in tuples:
        _same_width(columns, len(row.expressions), False)
    if any(t.find(exp.Subquery, exp.Func) for t in tuples) and len(tuples) == 1:
        return exp.select(*[e.copy() for e in tuples[0].expressions])
    return exp.select("*").from_(exp.Values(expressions=tuples))


def _same_width(wanted: int, actual: int, star: bool) -> None:
    if not star and wanted != actual:
        raise fail("insert_columns", wanted=wanted, actual=actual)


# --- UPDATE, DELETE
def update(ctx: Context, tokens: Tokens) -> Result:
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.Update):
        raise fail("unsupported", feature=ctx.sql[:80])

    def command(found: Found, eyes: Eyes, bound: exp.Expr) -> str:
        sets = []
        for pair in bound.expressions:
            column = _columns(found, [pair.this])[0]
            sets.append(f"{column_sql(column)} = {_expression(eyes, pair.expression)}")
        sources = bound.args.get("from_")
        return f"UPDATE {_physical(found, bound.this)} SET {', '.join(sets)}{_from(eyes, sources)}{_where(eyes, bound)}"

    updated = _rewrite(ctx, tree, "UPDATE", command)
    return counts(UPDATE, number_of_rows_updated=updated, **{"number_of_multi-joined_rows_updated": 0})


def delete(ctx: Context, tokens: Tokens) -> Result:
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.Delete):
        raise fail("unsupported", feature=ctx.sql[:80])

    def command(found: Found, eyes: Eyes, bound: exp.Expr) -> str:
        using = bound.args.get("using")
        sources = ", ".join(_relation(eyes, t) for t in using) if using else ""
        return (
            f"DELETE FROM {_physical(found, bound.this)}{' USING ' + sources if sources else ''}{_where(eyes, bound)}"
        )

    return counts(DELETE, number_of_rows_deleted=_rewrite(ctx, tree, "DELETE", command))


def _rewrite(ctx: Context, tree: exp.Expr, privilege: str, command: Callable[[Found, Eyes, exp.Expr], str]) -> int:
    """An UPDATE or DELETE, once per row of an array binding."""
    rows = width(ctx.bindings)
    with ctx.store.lock:
        eyes = ctx.eyes()
        found = target(eyes, tree.this, privilege, privilege)
        statements = [
            command(found, eyes, bind(tree.copy(), ctx.bindings, n if rows is not None else None))
            for n in range(rows if rows is not None else 1)
        ]
    ctx.lake.claim(found.thing.id, ctx.session.id)
    return sum(run_change(ctx, sql) for sql in statements)


def _expression(eyes: Eyes, tree: exp.Expr) -> str:
    """A scalar expression, localised by way of a SELECT."""
    query = localise(exp.select(exp.alias_(tree.copy(), "X")), eyes)
    return sql_of(query.expressions[0].this)


def _relation(eyes: Eyes, tree: exp.Expr) -> str:
    query = localise(exp.select("*").from_(tree.copy()), eyes)
    return sql_of(query.args["from_"].this)


def _from(eyes: Eyes, sources: exp.Expr | None) -> str:
    return f" FROM {_relation(eyes, sources.this)}" if sources is not None else ""


def _where(eyes: Eyes, tree: exp.Expr) -> str:
    where = tree.args.get("where")
    return f" WHERE {_expression(eyes, where.this)}" if where is not None else ""


# --- MERGE
def merge(ctx: Context, tokens: Tokens) -> Result:
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.Merge):
        raise fail("unsupported", feature=ctx.sql[:80])
    tree = bind(tree, ctx.bindings)
    with ctx.store.lock:
        eyes = ctx.eyes()
        actions = [w.args["then"] for w in tree.args["whens"].expressions]
        privileges = {
            "INSERT" if isinstance(a, exp.Insert) else "UPDATE" if isinstance(a, exp.Update) else "DELETE"
            for a in actions
        }
        for privilege in sorted(privileges):
            found = target(eyes, tree.this, privilege, "MERGE")
        whens = " ".join(_when(eyes, found, when) for when in tree.args["whens"].expressions)
        sql = (
            f"MERGE INTO {_physical(found, tree.this)} USING {_relation(eyes, tree.args['using'])} "
            f"ON {_expression(eyes, tree.args['on'])} {whens} RETURNING merge_action"
        )
    ctx.lake.claim(found.thing.id, ctx.session.id)
    try:
        done_actions = [row[0] for row in change(ctx, sql)]
    finally:
        _release(ctx)
    numbers = {
        "INSERT": "number_of_rows_inserted",
        "UPDATE": "number_of_rows_updated",
        "DELETE": "number_of_rows_deleted",
    }
    return counts(
        MERGE, **{name: done_actions.count(action) for action, name in numbers.items() if action in privileges}
    )


def _when(eyes: Eyes, found: Found, when: exp.Expr) -> str:
    matched = "MATCHED" if when.args.get("matched") else "NOT MATCHED"
    condition = when.args.get("condition")
    head = f"WHEN {matched}{' AND ' + _expression(eyes, condition) if condition is not None else ''} THEN "
    then = when.args["then"]
    if isinstance(then, exp.Insert):
        values = then.expression.expressions if isinstance(then.expression, exp.Tuple) else [then.expression]
        names = then.this.expressions if isinstance(then.this, exp.Tuple) else [then.this] if then.this else []
        columns = _columns(found, names)
        _same_width(len(columns), len(values), False)
        listed = ", ".join(column_sql(c) for c in columns)
        return f"{head}INSERT ({listed}) VALUES ({', '.join(_expression(eyes, v) for v in values)})"
    if isinstance(then, exp.Update):
        sets = [
            f"{column_sql(_columns(found, [p.this])[0])} = {_expression(eyes, p.expression)}" for p in then.expressions
        ]
        return f"{head}UPDATE SET {', '.join(sets)}"
    return f"{head}DELETE"


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
        _release(ctx)


def _release(ctx: Context) -> None:
    """Outside a transaction the table is free again as soon as the statement is over."""
    if not ctx.session.in_transaction:
        ctx.lake.release(ctx.session.id)
