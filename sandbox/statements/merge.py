"""MERGE, with the rule that no target row may be updated by several source rows."""

from __future__ import annotations

from sqlglot import exp

from sandbox.binds import bind
from sandbox.catalog import Found
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import column_sql
from sandbox.results import MERGE, Result, counts
from sandbox.rights import Eyes
from sandbox.running import change, query
from sandbox.statements.dml import (
    assignments,
    columns_of,
    expression,
    fill_defaults,
    known_names,
    physical,
    relation,
    release,
    same_width,
    target,
    wanted_columns,
)
from sandbox.tokens import Tokens
from sandbox.translate.expand import Given
from sandbox.translate.parse import parse

_NUMBERS = {
    "INSERT": "number_of_rows_inserted",
    "UPDATE": "number_of_rows_updated",
    "DELETE": "number_of_rows_deleted",
}


def merge(ctx: Context, tokens: Tokens) -> Result:
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.Merge):
        raise fail("unsupported", feature=ctx.sql[:80])
    tree = bind(tree, ctx.bindings)
    whens = tree.args["whens"].expressions
    with ctx.store.lock:
        eyes = ctx.eyes()
        privileges = sorted({_action(when) for when in whens})
        for privilege in privileges:
            found = target(eyes, tree.this, privilege, "MERGE")
        source = relation(eyes, tree.args["using"])
        known = known_names(found, tree.this, [source])
        on = expression(eyes, tree.args["on"], known)
        into = physical(found, tree.this)
        actions = " ".join(_when(eyes, found, when, known) for when in whens)
        doubles = _doubles(eyes, found, whens, known, f"{into} JOIN {source.sql} ON {on}")
    ctx.lake.claim(found.thing.id, ctx.session.id)
    try:
        if doubles and ctx.session.parameters.get("ERROR_ON_NONDETERMINISTIC_MERGE", True) and query(ctx, doubles).rows:
            raise fail("duplicate_row")
        sql = f"MERGE INTO {into} USING {source.sql} ON {on} {actions} RETURNING merge_action"
        done = [row[0] for row in change(ctx, sql)]
    finally:
        release(ctx)
    return counts(MERGE, **{_NUMBERS[action]: done.count(action) for action in _NUMBERS if action in privileges})


def _action(when: exp.Expr) -> str:
    then = when.args["then"]
    return "INSERT" if isinstance(then, exp.Insert) else "UPDATE" if isinstance(then, exp.Update) else "DELETE"


def _doubles(eyes: Eyes, found: Found, whens: list[exp.Expr], known: Given, joined: str) -> str:
    """A query for target rows that several source rows would change, one of them by an UPDATE; "" when none can be.

    Source: docs.snowflake.com/en/sql-reference/sql/merge, "Duplicate join behavior".
    """
    matched = [when for when in whens if when.args.get("matched")]
    if not any(_action(when) == "UPDATE" for when in matched):
        return ""
    branches = ""
    for when in matched:
        condition = when.args.get("condition")
        test = expression(eyes, condition, known) if condition is not None else "TRUE"
        branches += f" WHEN {test} THEN '{_action(when)}'"
    rows = f"SELECT {_target_row(joined)} AS row, CASE{branches} END AS act FROM {joined}"
    several = "count(*) > 1 AND bool_or(act = 'UPDATE')"
    return f"SELECT row FROM ({rows}) WHERE act IS NOT NULL GROUP BY row HAVING {several} LIMIT 1"


def _target_row(joined: str) -> str:
    """The row number of the target, by the alias in `lake.t7 AS "T" JOIN …`."""
    alias = joined.split(" AS ", 1)[1].split(" JOIN ", 1)[0]
    return f"{alias}.rowid"


def _when(eyes: Eyes, found: Found, when: exp.Expr, known: Given) -> str:
    matched = "MATCHED" if when.args.get("matched") else "NOT MATCHED"
    if when.args.get("source"):
        raise fail("unsupported", feature="WHEN NOT MATCHED BY SOURCE")
    condition = when.args.get("condition")
    head = f"WHEN {matched}{' AND ' + expression(eyes, condition, known) if condition is not None else ''} THEN "
    then = when.args["then"]
    if isinstance(then, exp.Insert):
        return head + _insert(eyes, found, then, known)
    if isinstance(then, exp.Update):
        return f"{head}UPDATE SET {assignments(eyes, found, then.expressions, known)}"
    return f"{head}DELETE"


def _insert(eyes: Eyes, found: Found, then: exp.Insert, known: Given) -> str:
    row = then.expression if isinstance(then.expression, exp.Tuple) else exp.Tuple(expressions=[then.expression])
    names = then.this.expressions if isinstance(then.this, exp.Tuple) else [then.this] if then.this else []
    columns = wanted_columns(found, names)
    same_width(len(columns), len(row.expressions), False)
    fill_defaults(row, found, columns)
    kinds = dict(columns_of(found))
    values = [expression(eyes, v, known, kinds[c]) for c, v in zip(columns, row.expressions, strict=True)]
    return f"INSERT ({', '.join(column_sql(c) for c in columns)}) VALUES ({', '.join(values)})"
