"""SELECT and its kin."""

from __future__ import annotations

from sqlglot import exp

from sandbox.binds import bind
from sandbox.context import Context
from sandbox.results import Result
from sandbox.running import describe, query, sql_of
from sandbox.tokens import Tokens
from sandbox.translate.expand import localise
from sandbox.translate.parse import parse_query
from sandbox.translate.shape import name_projections


def translated(ctx: Context, text: str) -> str:
    """A query of this session as DuckDB SQL."""
    tree = parse_query(text)
    # A bound value is called `?` as it is written, so names come before values.
    for select in tree.find_all(exp.Select):
        name_projections(select)
    tree = bind(tree, ctx.bindings, lenient=ctx.describe)
    with ctx.store.lock:
        return sql_of(localise(tree, ctx.eyes()))


def select(ctx: Context, tokens: Tokens) -> Result:
    sql = translated(ctx, ctx.sql)
    if ctx.describe:
        return Result(describe(ctx, sql))
    return query(ctx, sql)
