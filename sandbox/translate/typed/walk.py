"""Walks a query from its relations to its output, expression by expression, operands first."""

from __future__ import annotations

from sqlglot import exp

from sandbox.rights import Eyes
from sandbox.sftypes import TEXT, SqlType
from sandbox.translate.calls import CONTEXT, function_name
from sandbox.translate.functions import call_parts
from sandbox.translate.shape import name_of
from sandbox.translate.typed import (
    aggregates,
    arrays,
    casts,
    comparisons,
    dates,
    formats,
    generic,
    intervals,
    moments,
    numbers,
    text,
    variant,
)
from sandbox.translate.typed.kinds import COLUMNS, Columns, Given, call, is_kind, kind_of, set_kind, unified
from sandbox.translate.typed.relations import add_relation, kind_of_call
from sandbox.translate.typed.rules import CALLS, RULES
from sandbox.translate.typed.scope import Scope, kind_of_column, meant_by_alias, positional, star_columns
from sandbox.translate.typed.sequences import next_value
from sandbox.translate.typed.windows import window

# Imported for the rules that they register.
FAMILIES = (
    aggregates,
    arrays,
    casts,
    comparisons,
    dates,
    formats,
    generic,
    intervals,
    moments,
    numbers,
    text,
    variant,
)


__all__ = ["COLUMNS", "Given", "lower"]


def lower(tree: exp.Expr, eyes: Eyes, given: Given | None = None) -> Columns:
    """Rewrites a whole query in place; returns the names and types of its columns as far as they are known."""
    given = given or Given()
    return query(tree, Scope(eyes, sources=dict(given.sources), parameters=given.parameters))


def query(tree: exp.Expr, outer: Scope) -> Columns:
    """A SELECT, set operation, parenthesised query or VALUES inside `outer`."""
    scope = outer.child()
    _ctes(tree, scope)
    if isinstance(tree, exp.SetOperation):
        return _set_operation(tree, scope)
    if isinstance(tree, exp.Select):
        return _select(tree, scope)
    if isinstance(tree, exp.Subquery):
        columns = query(tree.this, scope)
        _tail(tree, scope, columns)
        return columns
    if isinstance(tree, exp.Values):
        return add_relation(tree, scope, query, expression)
    return []


def _ctes(tree: exp.Expr, scope: Scope) -> None:
    with_ = tree.args.get("with_")
    if not isinstance(with_, exp.With):
        return
    for cte in with_.expressions:
        name, columns = name_of(cte.args["alias"].this), cte.args["alias"].columns
        if with_.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
            scope.ctes[name] = _renamed(query(cte.this.this.copy(), scope), columns)
        scope.ctes[name] = _renamed(query(cte.this, scope), columns)


def _renamed(columns: Columns, names: list[exp.Expr]) -> Columns:
    if not names or len(names) != len(columns):
        return columns if not names else [(name_of(n), None) for n in names]
    return [(name_of(n), kind) for n, (_, kind) in zip(names, columns, strict=True)]


def _set_operation(tree: exp.SetOperation, scope: Scope) -> Columns:
    left, right = query(tree.this, scope), query(tree.expression, scope)
    if len(left) == len(right):
        columns = [(n, unified([a, b])) for (n, a), (_, b) in zip(left, right, strict=True)]
    else:
        columns = [(n, None) for n, _ in left]
    _tail(tree, scope, columns)
    return columns


def _tail(tree: exp.Expr, scope: Scope, columns: Columns) -> None:
    """ORDER BY and LIMIT of a set operation see its output only."""
    inner = scope.child()
    inner.sources[""] = columns
    for key in ("order", "limit", "offset"):
        if tree.args.get(key) is not None:
            expression(tree.args[key], inner)


def _select(tree: exp.Select, scope: Scope) -> Columns:
    for relation in (tree.args.get("from_"), *(tree.args.get("joins") or []), *(tree.args.get("laterals") or [])):
        if isinstance(relation, exp.From):
            add_relation(relation.this, scope, query, expression)
        elif isinstance(relation, exp.Join):
            _join(relation, scope)
        elif relation is not None:
            add_relation(relation, scope, query, expression)
    for projection in list(tree.expressions):
        new = expression(projection, scope)
        if isinstance(new, exp.Alias):
            scope.aliases.setdefault(name_of(new.args["alias"]), new.this)
    for key in ("distinct", "where", "group", "having", "qualify", "windows", "limit", "offset"):
        part = tree.args.get(key)
        for node in part if isinstance(part, list) else [part]:
            if isinstance(node, exp.Expr):
                expression(node, scope)
    if tree.args.get("order") is not None:
        expression(tree.args["order"], scope, aliases_first=True)
    return _output(tree, scope)


def _join(join: exp.Join, scope: Scope) -> None:
    add_relation(join.this, scope, query, expression)
    for key in ("on", "match_condition"):
        if isinstance(join.args.get(key), exp.Expr):
            expression(join.args[key], scope)
    condition = join.args.get("match_condition")
    if condition is not None and join.args.get("method") == "ASOF":
        _as_instants(condition)
        join.set("match_condition", None)
        on = join.args.get("on")
        join.set("on", exp.and_(on, condition, copy=False) if on is not None else condition)


def _as_instants(condition: exp.Expr) -> None:
    """DuckDB's ASOF joins by no interval, which a TIMESTAMP_TZ is there."""
    for side in [s for c in condition.find_all(exp.GT, exp.GTE, exp.LT, exp.LTE) for s in (c.this, c.expression)]:
        if is_kind(side, "TIMESTAMP_TZ"):
            side.replace(call("SF_TZ_UTC", side.copy()))


def _output(tree: exp.Select, scope: Scope) -> Columns:
    columns: Columns = []
    for projection in tree.expressions:
        if projection.is_star:
            found = star_columns(projection, scope)
            if found is None:
                return []
            columns += found
        elif isinstance(projection, exp.Alias):
            columns.append((name_of(projection.args["alias"]), kind_of(projection.this)))
        else:
            identifier = projection.this if isinstance(projection, exp.Column) else projection
            name = name_of(identifier) if isinstance(identifier, exp.Identifier) else projection.alias_or_name
            columns.append((name, kind_of(projection)))
    return columns


def expression(node: exp.Expr, scope: Scope, aliases_first: bool = False) -> exp.Expr:
    """Lowers one expression, replaces it where it stands, and returns what stands there now."""
    if isinstance(node, exp.Query):
        columns = query(node, scope)
        set_kind(node, columns[0][1] if columns else None)
        return node
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Parameter):
        return _replaced(node, _column(positional(node.this, node.args.get("table"), scope), scope))
    if isinstance(node, exp.Parameter):
        return _replaced(node, _column(positional(node, None, scope), scope))
    if isinstance(node, exp.Column) and (numbered := next_value(node, scope)) is not None:
        return node.replace(numbered)
    if isinstance(node, exp.Column):
        behind = None if aliases_first or node.is_star else meant_by_alias(node, scope)
        if behind is not None:
            return _replaced(node, behind, kind_of(behind))
        return node if node.is_star else set_kind(node, kind_of_column(node, scope, aliases_first))
    if isinstance(node, (exp.Identifier, exp.DataType, exp.Var, exp.TableAlias)):
        return node
    if isinstance(node, exp.Window):
        return _replaced(node, *window(node, lambda n: expression(n, scope, aliases_first), _ruled))
    if isinstance(node, exp.Dot) and (parts := call_parts(node)) is not None:
        for argument in list(node.expression.expressions):
            expression(argument, scope, aliases_first)
        return set_kind(node, kind_of_call(parts, scope))
    generic.expand_stars(node, scope)
    if isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.ArrayAgg):
        ordered = exp.Order(this=node.this.this, expressions=node.expression.expressions)
        return expression(node.replace(exp.ArrayAgg(this=ordered)), scope, aliases_first)
    for child in list(node.iter_expressions()):
        expression(child, scope, aliases_first)
    new, kind = _ruled(node)
    if new is node and kind is None and isinstance(node, (exp.Anonymous, exp.Func)):
        kind = kind_of_call(call_parts(node), scope) if isinstance(node, exp.Anonymous) else None
        kind = TEXT if function_name(node) in CONTEXT else kind
    return _replaced(node, new, kind)


def _column(column: exp.Column, scope: Scope) -> tuple[exp.Expr, SqlType | None]:
    return column, kind_of_column(column, scope)


def _ruled(node: exp.Expr) -> tuple[exp.Expr, SqlType | None]:
    found = CALLS.get(str(node.this).upper()) if isinstance(node, exp.Anonymous) else RULES.get(type(node))
    return found(node) if found is not None else (node, generic.default_kind(node))


def _replaced(node: exp.Expr, new: exp.Expr | tuple[exp.Expr, SqlType | None], kind: SqlType | None = None) -> exp.Expr:
    if isinstance(new, tuple):
        new, kind = new
    set_kind(new, kind)
    return node.replace(new) if new is not node else node
