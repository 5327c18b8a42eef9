"""INSERT ALL and INSERT FIRST: the rows of one query into several tables, all of it or nothing.

Source: docs.snowflake.com/en/sql-reference/sql/insert-multi-table. The query is evaluated once, because its rows may
hold the numbers of a sequence that ties the tables together (docs.snowflake.com/en/user-guide/querying-sequences).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from sandbox.binds import bind
from sandbox.catalog import Found
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import SCHEMA, column_sql, table_name
from sandbox.results import MULTI_INSERT, Column, Result, counts
from sandbox.rights import Eyes
from sandbox.running import changes, describe, sql_of
from sandbox.statements import dml
from sandbox.tokens import Tokens
from sandbox.translate.expand import Given, localise
from sandbox.translate.parse import parse
from sandbox.translate.shape import name_projections

_ROWS = "temp.main.multi_insert_rows"


def insert(ctx: Context, tokens: Tokens) -> Result:
    """Any INSERT; one table's is carried out elsewhere."""
    tokens.expect("INSERT")
    overwrite = tokens.accept("OVERWRITE")
    word = tokens.accept_any("ALL", "FIRST")
    if word is None:
        return dml.insert(ctx, tokens)
    if word == "FIRST" and not tokens.looking_at("WHEN"):
        raise tokens.unexpected()
    tree = parse(ctx.sql)
    if not isinstance(tree, exp.MultitableInserts):
        raise fail("unsupported", feature=ctx.sql[:80])
    return _insert(ctx, bind(tree, ctx.bindings), word, overwrite)


@dataclass
class _Branch:
    """The clauses INTO behind one WHEN, behind ELSE, or all of them where there is no WHEN."""

    condition: exp.Expr | None
    otherwise: bool = False
    into: list[exp.Insert] = field(default_factory=list)


def _insert(ctx: Context, tree: exp.Expr, word: str, overwrite: bool) -> Result:
    branches = _branches(tree)
    source = tree.args["source"]
    for select in source.find_all(exp.Select):
        name_projections(select)
    with ctx.store.lock:
        eyes = ctx.eyes()
        rows = sql_of(localise(source, eyes))
        columns = describe(ctx, rows)
        given = Given(sources={"": [(c.name, c.type) for c in columns]})
        conditions = [dml.expression(eyes, b.condition, given) for b in branches if b.condition is not None]
        targets, steps = [], []
        for branch, where in zip(branches, _wheres(branches, len(conditions), word), strict=True):
            for into in branch.into:
                found, step = _step(eyes, into, columns, given)
                targets.append(found)
                steps.append(step + where)
    listed = ", ".join(column_sql(c.name) for c in columns)
    marks = "".join(f", ({c}) IS TRUE AS {_mark(n)}" for n, c in enumerate(conditions))
    first = [f"CREATE OR REPLACE TEMP TABLE multi_insert_rows AS SELECT *{marks} FROM ({rows}) AS r({listed})"]
    tables = {found.thing.id: found.thing.name for found in targets}
    emptied = [f"DELETE FROM {SCHEMA}.{table_name(table)}" for table in tables] if overwrite else []
    try:
        for table in sorted(tables) if overwrite else []:
            ctx.lake.claim(table, ctx.session.id)
        done = changes(ctx, [*first, *emptied, *steps, f"DROP TABLE {_ROWS}"], first=rows)
    finally:
        dml.release(ctx)
    inserted = done[len(first) + len(emptied) : -1]
    return _answer(tables, [found.thing.id for found in targets], inserted)


def _answer(tables: dict[int, str], targets: list[int], inserted: list[int]) -> Result:
    """One number for each table, however often it was named; the drivers know the columns by how they begin."""
    numbers = dict.fromkeys(tables, 0)
    for table, count in zip(targets, inserted, strict=True):
        numbers[table] += count
    result = counts(MULTI_INSERT, **{f"number_of_rows_inserted_into_{n}": numbers[t] for n, t in enumerate(tables)})
    for column, name in zip(result.columns, tables.values(), strict=True):
        column.name = f"number of rows inserted into {name}"
    return result


def _branches(tree: exp.Expr) -> list[_Branch]:
    """sqlglot has a flat list, in which an INTO without a word before it goes on with the branch before."""
    out: list[_Branch] = []
    for clause in tree.expressions:
        if not out or clause.args.get("expression") is not None or clause.args.get("else_"):
            out.append(_Branch(clause.args.get("expression"), bool(clause.args.get("else_"))))
        out[-1].into.append(clause.this)
    return out


def _mark(number: int) -> str:
    return f'"~W{number}"'


def _wheres(branches: list[_Branch], conditions: int, word: str) -> list[str]:
    """Which rows go where, by the conditions that were found true of each."""
    out = []
    marks = [_mark(n) for n in range(conditions)]
    for number, branch in enumerate(branches):
        if branch.condition is None and not branch.otherwise:
            out.append("")
            continue
        wanted = [] if branch.otherwise else [marks[number]]
        others = marks if branch.otherwise else marks[:number] if word == "FIRST" else []
        out.append(" WHERE " + " AND ".join([*wanted, *(f"NOT {m}" for m in others)]))
    return out


def _step(eyes: Eyes, into: exp.Insert, columns: list[Column], given: Given) -> tuple[Found, str]:
    """One INTO as an INSERT that reads the rows kept aside."""
    table, names = (into.this.this, into.this.expressions) if isinstance(into.this, exp.Schema) else (into.this, [])
    found = dml.target(eyes, table, "INSERT", "INSERT")
    wanted = dml.wanted_columns(found, names)
    values = _values(into, columns)
    dml.same_width(len(wanted), len(values.expressions), False)
    dml.fill_defaults(values, found, wanted)
    kinds = dict(dml.columns_of(found))
    picked = [dml.expression(eyes, v, given, kinds[c]) for c, v in zip(wanted, values.expressions, strict=True)]
    listed = ", ".join(column_sql(c) for c in wanted)
    return found, (
        f"INSERT INTO {SCHEMA}.{table_name(found.thing.id)} ({listed}) SELECT {', '.join(picked)} FROM {_ROWS}"
    )


def _values(into: exp.Insert, columns: list[Column]) -> exp.Tuple:
    """The list behind VALUES; without one, every column of the query in its order."""
    given = into.args.get("expression")
    if given is None:
        names = [exp.Identifier(this=c.name, quoted=True) for c in columns]
        return exp.Tuple(expressions=[exp.Column(this=name) for name in names])
    row = given.expressions[0]
    return row if isinstance(row, exp.Tuple) else exp.Tuple(expressions=[row])
