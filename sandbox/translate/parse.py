"""Text to syntax tree, cached; refusing what is not one plain statement."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import sqlglot
from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.snowflake import SnowflakeParser
from sqlglot.tokenizer_core import TokenType

from sandbox.errors import fail


class AsSent(Snowflake):
    """Snowflake's dialect, without an operator of another one that would swallow the placeholder in `?::INT`.

    A `?` remembers where it stands: a tree is not walked in the order in which it was written, and values are.
    """

    class Parser(SnowflakeParser):
        PLACEHOLDER_PARSERS = {
            **SnowflakeParser.PLACEHOLDER_PARSERS,
            TokenType.PLACEHOLDER: lambda self: exp.Placeholder().update_positions(self._prev),
        }

    class Tokenizer(Snowflake.Tokenizer):
        KEYWORDS = {word: kind for word, kind in Snowflake.Tokenizer.KEYWORDS.items() if word != "?::"}


_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)


@lru_cache(maxsize=2048)
def _parsed(sql: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read=AsSent) if tree is not None]
    except (ParseError, TokenError) as error:
        raise fail("parse", detail=_first_line(str(error))) from error
    if len(trees) != 1:
        raise fail("multi_statement", actual=len(trees), wanted=1)
    return trees[0]


def _first_line(text: str) -> str:
    return text.splitlines()[0].replace("\x1b[4m", "").replace("\x1b[0m", "")


def parse(sql: str) -> exp.Expr:
    """A tree of its own for the caller to change."""
    return _parsed(sql).copy()


def parse_query(sql: str) -> exp.Expr:
    """A SELECT, set operation or VALUES; anything else is refused."""
    tree = parse(sql)
    while isinstance(tree, exp.Subquery) and not any(v for k, v in tree.args.items() if k != "this"):
        tree = tree.this
    if not isinstance(tree, _QUERIES):
        raise fail("unsupported", feature=sql.split(None, 1)[0].upper())
    if isinstance(tree, exp.Values):
        tree = exp.select("*").from_(tree)
    return tree


def is_query(sql: str) -> bool:
    """Whether a function's body is a query rather than an expression."""
    return sql.lstrip(" \t\r\n(").upper().startswith(("SELECT", "WITH", "VALUES"))


def parse_expression(sql: str) -> exp.Expr:
    """A scalar expression."""
    tree = parse(f"SELECT {sql}")
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or tree.args.get("from_"):
        raise fail("parse", detail=f"not an expression: {sql}")
    return cast(exp.Expr, tree.expressions[0])
