"""What a FROM clause reads: the columns of tables, views, functions and derived tables, with their types."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sandbox.catalog import INFORMATION_SCHEMA, find_functions, find_relation
from sandbox.errors import SandboxError
from sandbox.sftypes import SqlType, parse_type
from sandbox.translate.functions import call_parts, meant
from sandbox.translate.inline import result_of
from sandbox.translate.shape import name_of, table_parts
from sandbox.translate.typed.flatten import table_function
from sandbox.translate.typed.kinds import Columns, set_kind, unified
from sandbox.translate.typed.scope import Scope
from sandbox.translate.typed.staged import is_staged, staged

Query = Callable[[exp.Expr, Scope], Columns]
Expression = Callable[[exp.Expr, Scope], exp.Expr]


def add_relation(node: exp.Expr, scope: Scope, query: Query, expression: Expression) -> Columns:
    """Adds the relation, and what is joined to it inside of its own parentheses, to the scope."""
    columns = _columns(node, scope, query, expression)
    alias = node.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.columns and len(alias.columns) == len(columns):
        columns = [(name_of(n), kind) for n, (_, kind) in zip(alias.columns, columns, strict=True)]
    for pivot in node.args.get("pivots") or []:
        columns = _pivoted(pivot, columns, scope, expression)
        alias = pivot.args.get("alias") or alias
    scope.add(_name(node, alias), columns)
    for join in node.args.get("joins") or []:
        add_relation(join.this, scope, query, expression)
        if isinstance(join.args.get("on"), exp.Expr):
            expression(join.args["on"], scope)
    return columns


def _name(node: exp.Expr, alias: exp.Expr | None) -> str:
    if isinstance(alias, exp.TableAlias) and alias.this is not None:
        return name_of(alias.this)
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        return name_of(node.this)
    return ""


def _columns(node: exp.Expr, scope: Scope, query: Query, expression: Expression) -> Columns:
    if isinstance(node, exp.Table):
        return _table(node, scope)
    if isinstance(node, exp.Subquery):
        return (
            query(node.this, scope) if isinstance(node.this, exp.Query) else add_inner(node, scope, query, expression)
        )
    if isinstance(node, exp.Values):
        return _values(node, scope, expression)
    if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
        return query(node.this, scope)
    if isinstance(node, (exp.Lateral, exp.TableFromRows)):
        return _called(node, scope, expression)
    return []


def add_inner(node: exp.Expr, scope: Scope, query: Query, expression: Expression) -> Columns:
    """A parenthesised join: `(a JOIN b …)`."""
    return add_relation(node.this, scope, query, expression)


def _table(table: exp.Table, scope: Scope) -> Columns:
    if is_staged(table):
        return staged(table, scope.eyes).columns()
    if not isinstance(table.this, exp.Identifier):
        return []
    parts = table_parts(table)
    if len(parts) == 1 and (cte := scope.cte(parts[0])) is not None:
        return cte
    if len(parts) > 1 and parts[-2] == INFORMATION_SCHEMA:
        return []
    try:
        found = find_relation(scope.eyes, parts)
    except SandboxError:
        return []
    return [(c["name"], parse_type(c["type"])) for c in found.thing.props["columns"]]


def _values(values: exp.Values, scope: Scope, expression: Expression) -> Columns:
    rows: list[list[exp.Expr]] = []
    for row in values.expressions:
        new = expression(row, scope)
        rows.append(list(new.expressions) if isinstance(new, exp.Tuple) else [new])
    out: Columns = []
    for n in range(len(rows[0]) if rows else 0):
        cells = [row[n] for row in rows if n < len(row) and not isinstance(row[n], exp.Null)]
        out.append((f"COLUMN{n + 1}", unified(c.meta.get("kind") for c in cells)))
    return out


def _called(node: exp.Expr, scope: Scope, expression: Expression) -> Columns:
    inner = node.this
    for child in list(inner.iter_expressions()):
        expression(child.expression if isinstance(child, exp.Kwarg) else child, scope)
    made = table_function(node)
    if made is not None:
        return made
    parts = call_parts(inner)
    if parts is None:
        return []
    if parts[0] == ["RESULT_SCAN"]:
        return [(c.name, c.type) for c in result_of(scope.eyes.session, parts[1]).columns]
    if INFORMATION_SCHEMA in parts[0]:
        return []
    found = meant(find_functions(scope.eyes, parts[0]), parts[1])
    return [(name, parse_type(kind)) for name, kind in found.thing.props["table"]] if found is not None else []


def kind_of_call(parts: tuple[list[str], list[exp.Expr]] | None, scope: Scope) -> SqlType | None:
    """What a user's scalar function returns."""
    if parts is None:
        return None
    try:
        overloads = find_functions(scope.eyes, parts[0])
    except SandboxError:
        return None
    found = meant(overloads, parts[1])
    return parse_type(found.thing.props["returns"]) if found is not None and not found.thing.props["table"] else None


def _pivoted(pivot: exp.Pivot, columns: Columns, scope: Scope, expression: Expression) -> Columns:
    inner = scope.child()
    inner.sources[""] = columns
    for child in list(pivot.expressions):
        if not isinstance(child, exp.Identifier):
            expression(child, inner)
    made: Columns = [(name_of(c), None) for c in pivot.args.get("columns") or []]
    set_kind(pivot, None)
    return columns + made
