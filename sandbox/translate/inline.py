"""Rows of ours as a derived table: results of earlier statements and INFORMATION_SCHEMA."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from sandbox.errors import fail
from sandbox.results import Column, Result
from sandbox.sessions import Session
from sandbox.sftypes import INTEGER, LTZ, TEXT
from sandbox.translate.calls import query_number
from sandbox.translate.shape import encoded


def _text(value: Any) -> str | None:
    """A Python value as the text that DuckDB casts to its type."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def declared(text: str) -> list[Column]:
    """Columns from a list of names; `!` after one says that it is an instant, `#` a number."""
    kinds = {"!": LTZ, "#": INTEGER}
    return [Column(name.rstrip("!#"), kinds.get(name[-1], TEXT)) for name in text.split()]


def relation_of_rows(
    columns: Sequence[Column], rows: Sequence[tuple[Any, ...]], used: frozenset[str] | None = None
) -> exp.Subquery:
    """A derived table with these columns, or those of them that are used, cast to their types.

    Each column is one literal, a JSON array of texts: a tree of one node for each value takes a second for 3,000 rows,
    this one for 300,000. A column with the same value everywhere is written once.
    """
    kept = [n for n, column in enumerate(columns) if used is None or column.name in used] or [0]
    texts = {n: [_text(row[n]) for row in rows] for n in kept}
    same = {n: len(rows) > 0 and len(set(found)) == 1 for n, found in texts.items()}
    varying = [_column(f"C{n}", found) for n, found in texts.items() if not same[n]]
    source = exp.select(*varying or [_rows(len(rows))]).subquery(exp.Identifier(this="R", quoted=True))
    picked = [
        exp.alias_(
            _cast(_value(texts[n][0]) if same[n] else _named(f"C{n}"), columns[n]),
            encoded(columns[n].name),
            quoted=True,
        )
        for n in kept
    ]
    return exp.Subquery(this=exp.select(*picked).from_(source))


def _column(name: str, values: list[str | None]) -> exp.Expr:
    """One value a row, out of one literal."""
    literal = exp.Literal.string(json.dumps(values))
    parsed = exp.Anonymous(this="FROM_JSON", expressions=[literal, exp.Literal.string('["VARCHAR"]')])
    return exp.alias_(exp.Anonymous(this="UNNEST", expressions=[parsed]), exp.Identifier(this=name, quoted=True))


def _rows(count: int) -> exp.Expr:
    numbers = exp.Anonymous(this="RANGE", expressions=[exp.Literal.number(count)])
    return exp.alias_(exp.Anonymous(this="UNNEST", expressions=[numbers]), exp.Identifier(this="C", quoted=True))


def _named(name: str) -> exp.Expr:
    return exp.Column(this=exp.Identifier(this=name, quoted=True))


def _value(text: str | None) -> exp.Expr:
    return exp.null() if text is None else exp.Literal.string(text)


def _cast(value: exp.Expr, column: Column) -> exp.Expr:
    if column.type.lake() == "BLOB":
        return exp.Anonymous(this="UNHEX", expressions=[value])
    if column.type.name == "TIMESTAMP_TZ":
        return exp.Anonymous(this="SF_TO_TZ", expressions=[value])
    return exp.cast(value, exp.DataType.build(column.type.lake(), dialect="duckdb"))


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
