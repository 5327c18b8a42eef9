"""Rows of ours as a derived table: results of earlier statements and INFORMATION_SCHEMA."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlglot import exp

from sandbox.errors import fail
from sandbox.results import Column, Result
from sandbox.sessions import Session
from sandbox.translate.calls import query_number
from sandbox.translate.shape import encoded


def literal(value: Any) -> exp.Expr:
    """A Python value as a DuckDB literal; the column's cast gives it its type."""
    if value is None:
        return exp.null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, (int, float, Decimal)):
        return exp.Literal.string(str(value))
    if isinstance(value, (bytes, bytearray)):
        return exp.Anonymous(this="UNHEX", expressions=[exp.Literal.string(value.hex())])
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return exp.Literal.string(value.isoformat())
    return exp.Literal.string(str(value))


def relation_of_rows(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> exp.Subquery:
    """A derived table with these columns, cast to their types."""
    raw_names = [exp.Identifier(this=f"C{n}", quoted=True) for n in range(len(columns))]
    tuples = [exp.Tuple(expressions=[literal(v) for v in row]) for row in rows]
    nothing = exp.Tuple(expressions=[exp.null() for _ in columns])
    values = exp.Values(
        expressions=tuples or [nothing],
        alias=exp.TableAlias(this=exp.Identifier(this="R", quoted=True), columns=raw_names),
    )
    picked = [
        exp.alias_(
            exp.cast(exp.Column(this=raw.copy()), exp.DataType.build(c.type.lake(), dialect="duckdb")),
            encoded(c.name),
            quoted=True,
        )
        for raw, c in zip(raw_names, columns, strict=True)
    ]
    query = exp.select(*picked).from_(values)
    return exp.Subquery(this=query if tuples else query.where(exp.false()))


def find_result(session: Session, query: str | None) -> Result:
    """An earlier result of this user; nobody else's can be scanned."""
    found = session.results.get(query or "") or session.shared.get(query or "")
    if found is None:
        raise fail("compilation", detail=f"Statement {query} not found")
    return found


def result_of(session: Session, arguments: list[exp.Expr]) -> Result:
    """What RESULT_SCAN('id') or RESULT_SCAN(LAST_QUERY_ID()) means."""
    if len(arguments) != 1:
        raise fail("function_arguments", name="RESULT_SCAN", types="")
    literals = [arguments[0]] if isinstance(arguments[0], exp.Literal) else list(arguments[0].find_all(exp.Literal))
    is_last = isinstance(arguments[0], exp.Anonymous) and str(arguments[0].this).upper() == "LAST_QUERY_ID"
    if is_last:
        return find_result(session, session.query(query_number(arguments[0])))
    return find_result(session, literals[0].name if literals else None)


def relation_of_result(session: Session, arguments: list[exp.Expr]) -> exp.Subquery:
    """The rows of an earlier result as a derived table."""
    result = result_of(session, arguments)
    return relation_of_rows(result.columns, result.rows)
