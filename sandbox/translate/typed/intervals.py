"""INTERVAL constants: `INTERVAL '1 day, 2 hours'`, and a date or timestamp moved by one."""

from __future__ import annotations

import re

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import SqlType
from sandbox.translate.typed.dates import DAYS_UP, kept_offset, moment, moved, span, unit_of
from sandbox.translate.typed.kinds import num
from sandbox.translate.typed.rules import Lowered, rule

_PIECE = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*")
_KIND = SqlType("INTERVAL")


@rule(exp.Interval)
def _interval(node: exp.Interval) -> Lowered:
    """As a sum of DuckDB intervals; whether all units are days or longer is remembered on the node."""
    pieces = _pieces(node)
    total: exp.Expr | None = None
    for amount, unit in pieces:
        part = span(exp.Literal.number(amount.lstrip("+")) if "-" not in amount else num(int(amount)), unit)
        total = part if total is None else exp.Add(this=total, expression=part)
    if total is None:
        raise fail("unsupported", feature=node.sql("snowflake"))
    made = exp.paren(total, copy=False)
    made.meta["days_up"] = all(unit in DAYS_UP for _, unit in pieces)
    return made, _KIND


def _pieces(node: exp.Interval) -> list[tuple[str, str]]:
    text = node.this.name if isinstance(node.this, exp.Literal) else ""
    if node.args.get("unit") is not None:
        text += " " + node.args["unit"].name
    out: list[tuple[str, str]] = []
    for piece in text.split(","):
        found = _PIECE.fullmatch(piece)
        if found is None:
            raise fail("unsupported", feature=f"INTERVAL '{text}'")
        out.append((found[1], unit_of(exp.Var(this=found[2] or "SECOND"))))
    return out


def moved_by(node: exp.Binary) -> Lowered:
    """`date ± interval`."""
    interval = node.expression
    found = moved(moment(node.this), interval, bool(interval.meta.get("days_up")), isinstance(node, exp.Sub))
    return kept_offset(found, node.this)
