"""What a query asks of a view of INFORMATION_SCHEMA, so that not every row and column of it need be made."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

Test = Callable[[str], bool]
_OPERATORS: dict[type[exp.Expr], Callable[[str, str], bool]] = {
    exp.EQ: operator.eq,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
}


@dataclass(frozen=True)
class Wanted:
    """By column what its texts must pass, as far as the query says so itself; `used` are the columns, None for all."""

    tests: dict[str, list[Test]] = field(default_factory=dict)
    used: frozenset[str] | None = None

    def test(self, column: str) -> Test:
        """The query tests again what passes, so that a condition that is not understood here does no harm."""
        tests = self.tests.get(column, [])
        return lambda value: all(test(value) for test in tests)


EVERYTHING = Wanted()


def wanted_of(table: exp.Table, name: str) -> Wanted:
    """From the WHERE of the SELECT that reads the view: conditions that all hold, of a column and a literal."""
    alias = table.args.get("alias")
    known = {alias.this.name if isinstance(alias, exp.TableAlias) and alias.this else name, ""}
    select = table.find_ancestor(exp.Select)
    where = select.args.get("where") if select is not None else None
    tests: dict[str, list[Test]] = {}
    for condition in _all_of(where.this) if isinstance(where, exp.Where) else ():
        column = condition.this
        test = _test(condition)
        if test is not None and isinstance(column, exp.Column) and column.table in known:
            tests.setdefault(column.name, []).append(test)
    return Wanted(tests, _used(table))


def _all_of(condition: exp.Expr) -> Iterator[exp.Expr]:
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if isinstance(condition, exp.And):
        yield from _all_of(condition.this)
        yield from _all_of(condition.expression)
    else:
        yield condition


def _test(condition: exp.Expr) -> Test | None:
    if isinstance(condition, exp.In):
        values = [_text(value) for value in condition.expressions]
        return values.__contains__ if values and None not in values else None
    compare, right = _OPERATORS.get(type(condition)), _text(condition.args.get("expression"))
    if compare is None or right is None:
        return None
    return lambda value: compare(value, right)


def _text(node: exp.Expr | None) -> str | None:
    """The text of a literal, or of one like CURRENT_SCHEMA() that stands as a cast by now."""
    if isinstance(node, exp.Cast) and node.is_type("varchar"):
        node = node.this
    return node.name if isinstance(node, exp.Literal) and node.is_string else None


def _used(table: exp.Table) -> frozenset[str] | None:
    """All names in the query, which may be those of columns; None where it takes columns without naming them."""
    names = set()
    for node in table.root().walk():
        unnamed = isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count)
        if unnamed or isinstance(node, exp.Pivot) or (isinstance(node, exp.Join) and node.args.get("method")):
            return None
        if isinstance(node, exp.Identifier):
            names.add(node.name)
    return frozenset(names)
