"""Window functions: what a rule makes of an aggregate is computed over the window piece by piece."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sandbox.sftypes import SqlType
from sandbox.translate.typed.kinds import kind_of
from sandbox.translate.typed.rules import Lowered

AGGREGATE = "sandbox_aggregate"
_WRAPS = (exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup, exp.Filter)


def window(node: exp.Window, lower: Callable[[exp.Expr], exp.Expr], ruled: Callable[[exp.Expr], Lowered]) -> Lowered:
    """The expression with OVER on each aggregate in it, and its type."""
    for key in ("partition_by", "order", "spec"):
        part = node.args.get(key)
        for child in part if isinstance(part, list) else [part]:
            if isinstance(child, exp.Expr):
                lower(child)
    new = lower(node.this)
    kind: SqlType | None = kind_of(new)
    if isinstance(new, _WRAPS) and kind is None:
        kind = kind_of(new.this)
    pieces = _pieces(new)
    if pieces == [new] or not pieces:
        return node, kind
    holder = exp.Paren(this=new.copy())
    for piece in _pieces(holder.this):
        over = node.copy()
        over.set("this", piece.copy())
        piece.replace(over)
    return holder, kind


def _pieces(node: exp.Expr) -> list[exp.Expr]:
    """The outermost aggregates."""
    if isinstance(node, (exp.AggFunc, *_WRAPS)) or node.meta.get(AGGREGATE):
        return [node]
    if isinstance(node, exp.Query):
        return []
    return [piece for child in node.iter_expressions() for piece in _pieces(child)]
