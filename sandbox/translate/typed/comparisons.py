"""Comparisons: both sides become one type, as Snowflake makes them."""

from __future__ import annotations

from sqlglot import exp

from sandbox.sftypes import BOOLEAN, FLOAT, TZ, SqlType
from sandbox.translate.typed.casts import convert
from sandbox.translate.typed.kinds import STAMPS, is_kind, kind_of
from sandbox.translate.typed.numbers import numeric
from sandbox.translate.typed.rules import Lowered, rule


@rule(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
def _compared(node: exp.Binary) -> Lowered:
    """Both sides become one type: a number, an instant or a VARIANT meets text by converting the text."""
    a, b = kind_of(node.this), kind_of(node.expression)
    if a is not None and b is not None and a.name != b.name:
        for side, other in (("this", b), ("expression", a)):
            node.set(side, _towards(node.args[side], other))
    return node, BOOLEAN


@rule(exp.Between, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ, exp.EqualNull, exp.Nullif)
def _compared_with_zones(node: exp.Expr) -> Lowered:
    """Next to a TIMESTAMP_TZ everything becomes one: DuckDB would take it for an interval."""
    keys = [key for key in ("this", "low", "high", "expression") if isinstance(node.args.get(key), exp.Expr)]
    others = list(node.args.get("expressions") or [])
    if any(is_kind(value, "TIMESTAMP_TZ") for value in [*(node.args[key] for key in keys), *others]):
        for key in keys:
            node.set(key, _towards(node.args[key], TZ))
        if others:
            node.set("expressions", [_towards(value, TZ) for value in others])
    if isinstance(node, exp.Nullif):
        return node, kind_of(node.this)
    return exp.NullSafeEQ(this=node.this, expression=node.expression) if isinstance(
        node, exp.EqualNull
    ) else node, BOOLEAN


def _towards(node: exp.Expr, other: SqlType) -> exp.Expr:
    kind = kind_of(node)
    if kind is None or kind.name == other.name:
        return node
    if kind.name == "VARIANT" and other.name not in ("OBJECT", "ARRAY"):
        return convert(node, FLOAT if other.name == "NUMBER" else other)
    if other.name == "TIMESTAMP_TZ" and kind.name in ("DATE", *STAMPS):
        return convert(node, other)
    if kind.name == "VARCHAR":
        if other.name == "NUMBER":
            return numeric(node)
        if other.name in ("DATE", "TIME", "BOOLEAN", "FLOAT", *STAMPS):
            return convert(node, other)
    return node
