"""Calls of users' SQL functions: found by name, number and types of arguments, and replaced by their bodies."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sandbox.catalog import Found, find_functions, inside_of
from sandbox.errors import fail
from sandbox.names import fold
from sandbox.rights import Eyes
from sandbox.sftypes import SqlType, parse_type
from sandbox.store import Thing
from sandbox.translate.parse import is_query, parse_expression, parse_query
from sandbox.translate.shape import encoded, name_of
from sandbox.translate.typed.casts import convert
from sandbox.translate.typed.kinds import COLUMNS, Given, kind_of, set_kind

Localise = Callable[[exp.Expr, Eyes, Given | None], exp.Expr]
ARGUMENTS = "~ARGUMENTS"
_DEEPEST = 32
_WIDER = {("NUMBER", "FLOAT"), ("DATE", "TIMESTAMP_NTZ"), ("DATE", "TIMESTAMP_LTZ"), ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ")}


def call_parts(node: exp.Expr) -> tuple[list[str], list[exp.Expr]] | None:
    """Name parts and arguments of `f(…)` or `a.b.f(…)`; None when the node is no such call."""
    if isinstance(node, exp.Anonymous):
        this = node.this
        name = name_of(this) if isinstance(this, exp.Identifier) else str(this).upper()
        return [name], list(node.expressions)
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Anonymous):
        scope = node.this
        parts = [name_of(p) for p in ([scope.this, scope.expression] if isinstance(scope, exp.Dot) else [scope])]
        inner = call_parts(node.expression)
        return ([*parts, *inner[0]], inner[1]) if inner else None
    return None


def find_call(
    eyes: Eyes, parts: list[str], arguments: list[exp.Expr], localise: Localise
) -> tuple[Found, list[exp.Expr]]:
    """The function that such a call means, and a value for each of its parameters."""
    if eyes.depth > _DEEPEST:
        raise fail("compilation", detail="Maximum nesting of views and functions exceeded.")
    overloads = find_functions(eyes, parts)
    found = meant(overloads, arguments)
    if found is not None:
        return found, _complete(found, arguments, localise)
    name = ".".join(parts)
    if overloads:
        raise fail("function_arguments", name=name, types=", ".join("VARCHAR" for _ in arguments))
    raise fail("unknown_function", name=name)


def meant(overloads: list[Found], arguments: list[exp.Expr]) -> Found | None:
    """The overload with as many arguments whose types need the least conversion; the oldest of several such.

    Source: docs.snowflake.com/en/developer-guide/udf-stored-procedure-naming-conventions, "Overloading".
    """
    fitting = [(f, given) for f in overloads if (given := arranged(f.thing, arguments)) is not None]

    def cost(pair: tuple[Found, list[exp.Expr | None]]) -> tuple[int, int]:
        found, given = pair
        wanted = [kind for _, kind in found.thing.props["arguments"]]
        return sum(_cost(kind_of(a), k) for a, k in zip(given, wanted, strict=True) if a is not None), found.thing.id

    return min(fitting, key=cost, default=(None, []))[0]


def arranged(function: Thing, arguments: list[exp.Expr]) -> list[exp.Expr | None] | None:
    """The arguments in the order of the parameters, None for each that is left out; nothing when the call does not fit.

    By position or by name, not both: docs.snowflake.com/en/developer-guide/udf-stored-procedure-arguments.
    """
    names = [name for name, _ in function.props["arguments"]]
    given: dict[str, exp.Expr] = {}
    for position, argument in enumerate(arguments):
        if isinstance(argument, exp.Kwarg) != isinstance(arguments[0], exp.Kwarg) or position >= len(names):
            return None
        named = isinstance(argument, exp.Kwarg)
        name = fold(argument.this.name, bool(argument.this.args.get("quoted"))) if named else names[position]
        given[name] = argument.expression if named else argument
    left_out = [name for name in names if name not in given]
    if (
        len(given) != len(arguments)
        or set(given) - set(names)
        or set(left_out) - set(function.props.get("defaults", ()))
    ):
        return None
    return [given.get(name) for name in names]


def _complete(found: Found, arguments: list[exp.Expr], localise: Localise) -> list[exp.Expr]:
    """With defaults, which are read in the function's own schema, for what was left out."""
    out = []
    for (name, _), value in zip(found.thing.props["arguments"], arranged(found.thing, arguments) or [], strict=True):
        if value is None:
            text = parse_expression(found.thing.props["defaults"][name])
            query = localise(exp.select(exp.alias_(text, "X")), inside_of(found), None)
            value = set_kind(query.expressions[0].this, (query.meta.get(COLUMNS) or [("", None)])[0][1])
        out.append(value)
    return out


def _cost(given: SqlType | None, wanted: str) -> int:
    """How far a value is from a parameter's type: the same, wider, of the same family, or anything else."""
    name = parse_type(wanted).name
    if given is None or given.name == name:
        return 0
    if (given.name, name) in _WIDER:
        return 1
    return 2 if name in ("VARCHAR", "VARIANT") else 3


def inline_scalar(found: Found, arguments: list[exp.Expr], localise: Localise) -> exp.Expr:
    """The expression that stands for a call of a scalar function."""
    props = found.thing.props
    if props["table"]:
        raise fail("unknown_function", name=found.thing.props["base"])
    eyes, given = inside_of(found), parameters(props["arguments"])
    returns = props["returns"]
    values = _typed(props["arguments"], arguments)
    if not is_query(props["body"]):
        body = localise(exp.select(parse_expression(props["body"])), eyes, given)
        _substitute(body, values)
        expression = exp.paren(body.expressions[0].unalias().copy())
        return _as(expression, body, returns)
    query = localise(parse_query(props["body"]), eyes, given)
    if not plain(arguments):
        return _as(_through_arguments(exp.Subquery(this=query), values), query, returns)
    _substitute(query, values)
    return _as(exp.Subquery(this=query), query, returns)


def _as(value: exp.Expr, body: exp.Expr, returns: str) -> exp.Expr:
    """What a body gives, as the type that the function returns."""
    known = body.meta.get(COLUMNS) or [("", None)]
    set_kind(value, known[0][1])
    to = parse_type(returns)
    return exp.cast(convert(value, to) if known[0][1] is not None else value, _lake_type(returns))


def parameters(declared: list[list[str]]) -> Given:
    """The types of a function's parameters, for the translation of its body."""
    return Given(parameters={name: parse_type(kind) for name, kind in declared})


def inline_table(found: Found, arguments: list[exp.Expr], localise: Localise) -> exp.Subquery:
    """The derived table that stands for `TABLE(f(…))`; its columns are cast to the declared types."""
    props = found.thing.props
    if not props["table"]:
        raise fail("unknown_function", name=props["base"])
    query = localise(parse_query(props["body"]), inside_of(found), parameters(props["arguments"]))
    values = _typed(props["arguments"], arguments)
    names = [encoded(name) for name, _ in props["table"]]
    alias = exp.TableAlias(this=encoded("~B"), columns=[n.copy() for n in names])
    raw: exp.Expr = exp.Subquery(this=query, alias=alias)
    if plain(arguments):
        _substitute(query, values)
    else:
        _qualify(query, values)
        raw = exp.Lateral(this=exp.Subquery(this=query), alias=alias)
    columns = [
        exp.alias_(exp.cast(exp.Column(this=n.copy()), _lake_type(kind)), n.copy(), quoted=True)
        for n, (_, kind) in zip(names, props["table"], strict=True)
    ]
    picked = exp.select(*columns)
    if isinstance(raw, exp.Lateral):
        return exp.Subquery(this=picked.from_(_inputs(values)).join(raw, join_type="cross"))
    return exp.Subquery(this=picked.from_(raw))


def _lake_type(text: str) -> exp.DataType:
    return exp.DataType.build(parse_type(text).lake(), dialect="duckdb")


def plain(arguments: list[exp.Expr]) -> bool:
    """Whether the arguments can be copied anywhere: no column and no query in them."""
    return not any(a.find(exp.Column, exp.Query) for a in arguments)


def _typed(declared: list[list[str]], arguments: list[exp.Expr]) -> dict[str, exp.Expr]:
    """Each argument cast to its declared type, by the encoded name of its parameter."""
    return {
        encoded(name).name: exp.cast(convert(exp.paren(argument.copy()), parse_type(kind)), _lake_type(kind))
        for (name, kind), argument in zip(declared, arguments, strict=True)
    }


def _substitute(tree: exp.Expr, values: dict[str, exp.Expr]) -> None:
    """Puts the arguments in the place of the parameters."""
    for column in list(tree.find_all(exp.Column)):
        if not column.table and column.name in values:
            column.replace(values[column.name].copy())


def _through_arguments(body: exp.Subquery, values: dict[str, exp.Expr]) -> exp.Expr:
    """A scalar subquery that computes the arguments first, so that their columns cannot be captured by the body."""
    _qualify(body, values)
    return exp.Subquery(this=exp.select(body).from_(_inputs(values)))


def _qualify(body: exp.Expr, values: dict[str, exp.Expr]) -> None:
    """Lets the parameters of a body mean the columns of the relation of arguments."""
    for column in list(body.find_all(exp.Column)):
        if not column.table and column.name in values:
            column.set("table", exp.Identifier(this=ARGUMENTS, quoted=True))


def _inputs(values: dict[str, exp.Expr]) -> exp.Subquery:
    """The arguments as a relation of one row."""
    inputs = exp.select(*[exp.alias_(v, n, quoted=True) for n, v in values.items()])
    return exp.Subquery(this=inputs, alias=exp.TableAlias(this=exp.Identifier(this=ARGUMENTS, quoted=True)))


def fill_parameters(query: exp.Expr, declared: list[list[str]]) -> None:
    """Typed NULLs in the place of the parameters, to check a body before anybody calls it."""
    _substitute(query, _typed(declared, [exp.null() for _ in declared]))
