"""Values on their way into columns: converted to the column's type as a cast would, but never cut off."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from sandbox.sftypes import MAX_TEXT, SqlType
from sandbox.translate.typed.casts import convert
from sandbox.translate.typed.kinds import Columns, call, num, set_kind


def fitted_value(value: exp.Expr, kind: SqlType | None, to: SqlType) -> exp.Expr:
    """One lowered value of type `kind` as type `to`."""
    set_kind(value, kind)
    whole = SqlType("VARCHAR", MAX_TEXT) if to.name == "VARCHAR" else to
    if kind is None and to.name == "TIMESTAMP_TZ":
        return call("SF_ANY_TZ", value)
    if kind is not None and not (kind.name == to.name and (to.name != "NUMBER" or kind == to)):
        value = convert(value, whole)
    if to.name == "VARCHAR" and to.size is not None and to.size < MAX_TEXT and not _short(kind, to.size):
        value = call("SF_FITTING", value, num(to.size))
    return value


def _short(kind: SqlType | None, size: int) -> bool:
    return kind is not None and kind.name == "VARCHAR" and kind.size is not None and kind.size <= size


def fitted(query: exp.Expr, known: Columns, targets: Sequence[SqlType]) -> exp.Expr:
    """A translated query whose columns have the types of the table's; the same query when they have them already."""
    if len(known) != len(targets):
        return query
    names = [exp.Identifier(this=f"F{n}", quoted=True) for n in range(len(targets))]
    columns: list[exp.Expr] = [exp.Column(this=name.copy()) for name in names]
    values = [fitted_value(column, kind, to) for column, (_, kind), to in zip(columns, known, targets, strict=True)]
    if all(value is column for value, column in zip(values, columns, strict=True)):
        return query
    source = exp.Subquery(
        this=query, alias=exp.TableAlias(this=exp.Identifier(this="FITTED", quoted=True), columns=names)
    )
    return exp.select(*[exp.alias_(v, f"V{n}", quoted=True) for n, v in enumerate(values)]).from_(source)
