"""UPDATE and DELETE: which rows, and what becomes of them, is one query of the target; its answer is then put in place.

So the statement's expressions see what a query would: of a table with policies the rows that they let through, and
masked values. Sources: docs.snowflake.com/en/user-guide/security-row-intro (policies concern "rows selected by UPDATE,
DELETE, and MERGE statements") and …/security-column-intro (a mask applies wherever the column stands in a statement).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sandbox.binds import bind, width
from sandbox.catalog import Found
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import SCHEMA, column_sql, table_name
from sandbox.results import DELETE, UPDATE, Result, counts
from sandbox.rights import Eyes
from sandbox.running import sql_of
from sandbox.statements.dml import (
    Relation,
    called,
    columns_of,
    expression,
    fill_defaults,
    known_names,
    relation,
    run_change,
    target,
    wanted_columns,
)
from sandbox.tokens import Tokens
from sandbox.translate.expand import Given, localise
from sandbox.translate.parse import parse
from sandbox.translate.policies import protect, protected, rows_of

# The number of the row that is to change, beside its columns; no name of a user can be this one.
ROW = '"~ROW"'


def update(ctx: Context, tokens: Tokens) -> Result:
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.Update):
        raise fail("unsupported", feature=ctx.sql[:80])

    def command(found: Found, eyes: Eyes, bound: exp.Expr) -> str:
        sources = bound.args.get("from_")
        relations = [relation(eyes, sources.this)] if sources is not None else []
        given = known_names(found, bound.this, relations)
        pairs = assignments(eyes, found, bound.expressions, given)
        target, tail = physical(found, bound.this), _where(eyes, bound, given)
        if not protected(found.thing):
            return f"UPDATE {target} SET {listed(pairs)}{_list(' FROM ', relations)}{tail}"
        values = "".join(f', {value} AS "~V{n}"' for n, (_, value) in enumerate(pairs))
        picked = f"SELECT {row_of(found, bound.this)} AS {ROW}{values} FROM {target}{_list(', ', relations)}{tail}"
        new = ", ".join(f'{column} = "~NEW"."~V{n}"' for n, (column, _) in enumerate(pairs))
        return f'UPDATE {_table(found)} AS "~OLD" SET {new} FROM ({picked}) AS "~NEW" WHERE "~OLD".rowid = "~NEW".{ROW}'

    updated = _rewrite(ctx, tree, "UPDATE", command)
    return counts(UPDATE, number_of_rows_updated=updated, **{"number_of_multi-joined_rows_updated": 0})


def delete(ctx: Context, tokens: Tokens) -> Result:
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.Delete):
        raise fail("unsupported", feature=ctx.sql[:80])

    def command(found: Found, eyes: Eyes, bound: exp.Expr) -> str:
        relations = [relation(eyes, t) for t in bound.args.get("using") or []]
        target, tail = physical(found, bound.this), _where(eyes, bound, known_names(found, bound.this, relations))
        if not protected(found.thing):
            return f"DELETE FROM {target}{_list(' USING ', relations)}{tail}"
        picked = f"SELECT {row_of(found, bound.this)} FROM {target}{_list(', ', relations)}{tail}"
        return f"DELETE FROM {_table(found)} WHERE rowid IN ({picked})"

    return counts(DELETE, number_of_rows_deleted=_rewrite(ctx, tree, "DELETE", command))


def _list(before: str, relations: list[Relation]) -> str:
    return before + ", ".join(r.sql for r in relations) if relations else ""


def _table(found: Found) -> str:
    return f"{SCHEMA}.{table_name(found.thing.id)}"


def physical(found: Found, table: exp.Expr) -> str:
    """The target under the name that the statement knows it by: `lake."t7" AS "NAME"`, or what policies leave of it."""
    name = column_sql(called(found, table))
    if not protected(found.thing):
        return f"{_table(found)} AS {name}"
    rows = protect(found, rows_of(found.thing), localise)
    inside = exp.column("rowid", table=rows.args["from_"].this.alias_or_name, quoted=True)
    rows = rows.select(exp.alias_(inside, ROW.strip('"'), quoted=True), copy=False)
    return f"({sql_of(rows)}) AS {name}"


def row_of(found: Found, table: exp.Expr) -> str:
    """What tells one row of the target from all others, in a query of `physical`."""
    return f"{column_sql(called(found, table))}.{ROW if protected(found.thing) else 'rowid'}"


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


def assignments(eyes: Eyes, found: Found, pairs: list[exp.Expr], given: Given) -> list[tuple[str, str]]:
    """The columns and new values of an UPDATE, each value converted to its column's type."""
    kinds = dict(columns_of(found))
    out = []
    for pair in pairs:
        column = wanted_columns(found, [pair.this])[0]
        row = exp.Tuple(expressions=[pair.expression.copy()])
        fill_defaults(row, found, [column])
        value = row.expressions[0]
        out.append((column_sql(column), expression(eyes, value, given, kinds[column])))
    return out


def listed(pairs: list[tuple[str, str]]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in pairs)


def _where(eyes: Eyes, tree: exp.Expr, given: Given) -> str:
    where = tree.args.get("where")
    return f" WHERE {expression(eyes, where.this, given)}" if where is not None else ""
