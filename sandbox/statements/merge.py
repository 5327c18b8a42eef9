"""MERGE, with the rule that no target row may be updated by several source rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from sandbox.binds import bind
from sandbox.catalog import Found
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import SCHEMA, column_sql, table_name
from sandbox.results import MERGE, Result, counts
from sandbox.rights import Eyes
from sandbox.running import change, query
from sandbox.statements.dml import (
    columns_of,
    expression,
    fill_defaults,
    known_names,
    relation,
    release,
    same_width,
    target,
    wanted_columns,
)
from sandbox.statements.rewrite import ROW, assignments, physical, row_of
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
    if any(when.args.get("source") for when in whens):
        raise _by_source(tokens)
    with ctx.store.lock:
        eyes = ctx.eyes()
        privileges = sorted({_action(when) for when in whens})
        for privilege in privileges:
            found = target(eyes, tree.this, privilege, "MERGE")
        source = relation(eyes, tree.args["using"])
        known = known_names(found, tree.this, [source])
        on = expression(eyes, tree.args["on"], known)
        into, row = physical(found, tree.this), row_of(found, tree.this)
        branches = [_branch(eyes, found, when, known) for when in whens]
        doubles = _doubles(branches, f"{into} JOIN {source.sql} ON {on}", row)
        sql = _command(found, branches, f"{source.sql} LEFT JOIN {into} ON {on}", row)
    ctx.lake.claim(found.thing.id, ctx.session.id)
    try:
        if doubles and ctx.session.parameters.get("ERROR_ON_NONDETERMINISTIC_MERGE", True) and query(ctx, doubles).rows:
            raise fail("duplicate_row")
        done = [taken for (taken,) in change(ctx, f"{sql} RETURNING merge_action")]
    finally:
        release(ctx)
    return counts(MERGE, **{_NUMBERS[action]: done.count(action) for action in _NUMBERS if action in privileges})


def _action(when: exp.Expr) -> str:
    then = when.args["then"]
    return "INSERT" if isinstance(then, exp.Insert) else "UPDATE" if isinstance(then, exp.Update) else "DELETE"


def _by_source(tokens: Tokens) -> Exception:
    """Snowflake has no NOT MATCHED BY SOURCE, say its guides on coming from Spark, where MERGE has one.

    Source: docs.snowflake.com/en/migrations/sma-docs/translation-reference/spark-sql/spark-sql-dml/merge.
    """
    words = [token.text.upper() for token in tokens.all]
    tokens.at = next(n for n in range(1, len(words)) if words[n - 1 : n + 1] == ["MATCHED", "BY"])
    return tokens.unexpected()


@dataclass
class _Branch:
    """One WHEN: its condition, and the columns that its action gives values, all as SQL of the lake."""

    matched: bool
    action: str
    condition: str | None
    values: list[tuple[str, str]]


def _branch(eyes: Eyes, found: Found, when: exp.Expr, known: Given) -> _Branch:
    then, condition = when.args["then"], when.args.get("condition")
    values: list[tuple[str, str]] = []
    if isinstance(then, exp.Insert):
        values = _inserted(eyes, found, then, known)
    elif isinstance(then, exp.Update):
        values = assignments(eyes, found, then.expressions, known)
    test = expression(eyes, condition, known) if condition is not None else None
    return _Branch(bool(when.args.get("matched")), _action(when), test, values)


def _actions(branches: list[_Branch]) -> str:
    out = []
    for branch in branches:
        head = f"WHEN {'' if branch.matched else 'NOT '}MATCHED"
        test = f" AND ({branch.condition})" if branch.condition is not None else ""
        columns, values = [c for c, _ in branch.values], [v for _, v in branch.values]
        action = {
            "DELETE": "DELETE",
            "UPDATE": "UPDATE SET " + ", ".join(f"{c} = {v}" for c, v in branch.values),
            "INSERT": f"INSERT ({', '.join(columns)}) VALUES ({', '.join(values)})",
        }
        out.append(f"{head}{test} THEN {action[branch.action]}")
    return " ".join(out)


def _command(found: Found, branches: list[_Branch], joined: str, row: str) -> str:
    """The MERGE of the lake, by way of a query that works out every condition and value.

    The query sees the target as a reader does: a source row whose target row a policy hides has no match. Of several
    source rows for one target row it leaves one, because the lake refuses them even where Snowflake does not.
    """
    picked, known = [f"{row} AS {ROW}"], []
    for number, branch in enumerate(branches):
        applies = f"{row} IS {'NOT ' if branch.matched else ''}NULL"
        if branch.condition is not None:
            applies += f" AND ({branch.condition})"
        picked.append(f'({applies}) AS "~C{number}"')
        values = []
        for n, (column, value) in enumerate(branch.values):
            picked.append(f'CASE WHEN {applies} THEN {value} END AS "~V{number}_{n}"')
            values.append((column, f'"~NEW"."~V{number}_{n}"'))
        known.append(_Branch(branch.matched, branch.action, f'"~NEW"."~C{number}"', values))
    acts = " OR ".join(f'coalesce("~C{n}", FALSE)' for n in range(len(branches)))
    one = f"{ROW} IS NULL OR row_number() OVER (PARTITION BY {ROW} ORDER BY {acts} DESC) = 1"
    source = f'(FROM (SELECT {", ".join(picked)} FROM {joined}) QUALIFY {one}) AS "~NEW"'
    table = f"{SCHEMA}.{table_name(found.thing.id)}"
    return f'MERGE INTO {table} AS "~OLD" USING {source} ON "~OLD".rowid = "~NEW".{ROW} {_actions(known)}'


def _doubles(branches: list[_Branch], joined: str, row: str) -> str:
    """A query for target rows that several source rows would change, one of them by an UPDATE; "" when none can be.

    Source: docs.snowflake.com/en/sql-reference/sql/merge, "Duplicate join behavior".
    """
    matched = [branch for branch in branches if branch.matched]
    if not any(branch.action == "UPDATE" for branch in matched):
        return ""
    cases = "".join(f" WHEN {branch.condition or 'TRUE'} THEN '{branch.action}'" for branch in matched)
    rows = f"SELECT {row} AS row, CASE{cases} END AS act FROM {joined}"
    several = "count(*) > 1 AND bool_or(act = 'UPDATE')"
    return f"SELECT row FROM ({rows}) WHERE act IS NOT NULL GROUP BY row HAVING {several} LIMIT 1"


def _inserted(eyes: Eyes, found: Found, then: exp.Insert, known: Given) -> list[tuple[str, str]]:
    row = then.expression if isinstance(then.expression, exp.Tuple) else exp.Tuple(expressions=[then.expression])
    names = then.this.expressions if isinstance(then.this, exp.Tuple) else [then.this] if then.this else []
    columns = wanted_columns(found, names)
    same_width(len(columns), len(row.expressions), False)
    fill_defaults(row, found, columns)
    kinds = dict(columns_of(found))
    return [
        (column_sql(c), expression(eyes, v, known, kinds[c])) for c, v in zip(columns, row.expressions, strict=True)
    ]
