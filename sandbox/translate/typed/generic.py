"""Types of everything that needs no rewriting, and `*` as an argument."""

from __future__ import annotations

from sqlglot import exp

from sandbox.sftypes import BOOLEAN, FLOAT, LTZ, TEXT, SqlType
from sandbox.translate.typed.casts import convert
from sandbox.translate.typed.kinds import DATE, TIME, common, is_kind, kind_of, number, string, type_of_literal
from sandbox.translate.typed.rules import Lowered, rule
from sandbox.translate.typed.scope import Scope, star_columns

_FIXED: dict[type[exp.Expr], SqlType] = {
    **dict.fromkeys((exp.Boolean, exp.Predicate, exp.Not, exp.And, exp.Or, exp.Exists, exp.Between, exp.In), BOOLEAN),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.Like, exp.ILike), BOOLEAN),
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ, exp.StartsWith, exp.EndsWith, exp.Contains), BOOLEAN),
    **dict.fromkeys((exp.Concat, exp.DPipe, exp.Upper, exp.Lower, exp.Initcap, exp.Trim, exp.Pad, exp.Left), TEXT),
    **dict.fromkeys((exp.Right, exp.Repeat, exp.Replace, exp.SplitPart, exp.Substring, exp.MD5, exp.Chr), TEXT),
    **dict.fromkeys(
        (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Length, exp.Count, exp.CountIf), number(18)
    ),
    **dict.fromkeys((exp.Sqrt, exp.Exp, exp.Ln, exp.Log, exp.Pow, exp.Sin, exp.Cos, exp.Tan, exp.Cbrt), FLOAT),
    **dict.fromkeys((exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Corr, exp.PercentRank, exp.CumeDist), FLOAT),
    **dict.fromkeys((exp.CurrentDate, exp.LastDay), DATE),
    exp.HexString: SqlType("BINARY", 8388608),
    exp.CurrentTime: TIME,
    exp.CurrentTimestamp: LTZ,
}
_AS_OPERAND = (exp.Max, exp.Min, exp.AnyValue, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Abs)
_LIKE_THIS = (exp.Neg, exp.Paren, exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.Distinct, exp.Order, exp.Ordered)


def default_kind(node: exp.Expr) -> SqlType | None:
    """The type of a node that no rule takes care of."""
    if isinstance(node, exp.Literal):
        return type_of_literal(node)
    if isinstance(node, _AS_OPERAND + _LIKE_THIS):
        return kind_of(node.this)
    return _FIXED.get(type(node))


def expand_stars(node: exp.Expr, scope: Scope) -> None:
    """`HASH(*)` and `OBJECT_CONSTRUCT(*)`: the columns in the place of the star."""
    if isinstance(node, exp.Anonymous) and len(node.expressions) == 1 and node.expressions[0].is_star:
        columns = star_columns(node.expressions[0], scope)
        if columns:
            node.set("expressions", [exp.Column(this=encoded_name(n)) for n, _ in columns])
    bare_map = isinstance(node, exp.StarMap) or (
        isinstance(node, exp.Struct) and len(node.expressions) == 1 and node.expressions[0].is_star
    )
    if bare_map:
        star = node.this if isinstance(node, exp.StarMap) else node.expressions[0]
        columns = star_columns(star, scope)
        if columns:
            pairs = [exp.PropertyEQ(this=string(n), expression=exp.Column(this=encoded_name(n))) for n, _ in columns]
            node.set("this", None)
            node.set("expressions", pairs)


def encoded_name(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


@rule(exp.Coalesce, exp.Greatest, exp.Least)
def _first_of(node: exp.Func) -> Lowered:
    node.set("this", _alike(node.this, kind := common([node.this, *node.expressions])))
    node.set("expressions", [_alike(value, kind) for value in node.expressions])
    values = [node.this, *node.expressions]
    if not isinstance(node, (exp.Greatest, exp.Least)) or node.args.get("ignore_nulls"):
        return node, kind
    missing: exp.Expr = exp.or_(*[exp.Is(this=v.copy(), expression=exp.null()) for v in values])
    node.set("ignore_nulls", None)
    found: exp.Expr = node.copy()
    if kind is not None and kind.name == "TIMESTAMP_TZ":
        found = _farthest(values, exp.GTE if isinstance(node, exp.Greatest) else exp.LTE)
    return exp.Case(ifs=[exp.If(this=missing, true=exp.null())], default=found), kind


def _farthest(values: list[exp.Expr], test: type[exp.Binary]) -> exp.Expr:
    """The first or last of moments: DuckDB's GREATEST looks at an interval's parts, not at what they come to."""
    found, *rest = values
    for value in rest:
        keep = exp.If(this=test(this=found.copy(), expression=value.copy()), true=found.copy())
        found = exp.Case(ifs=[keep], default=value.copy())
    return found.copy()


def _alike(value: exp.Expr, kind: SqlType | None) -> exp.Expr:
    """A TIMESTAMP_TZ that comes from several values: DuckDB does not know how the others become one."""
    is_one = kind is None or kind.name != "TIMESTAMP_TZ" or isinstance(value, exp.Null)
    return value if is_one else convert(value, kind or TEXT)


@rule(exp.Case)
def _case(node: exp.Case) -> Lowered:
    values = [branch.args["true"] for branch in node.args["ifs"]]
    default = node.args.get("default")
    kind = common([*values, default] if default is not None else values)
    for branch in node.args["ifs"]:
        branch.set("true", _alike(branch.args["true"], kind))
    if default is not None:
        node.set("default", _alike(default, kind))
    return node, kind


@rule(exp.If)
def _if(node: exp.If) -> Lowered:
    other = node.args.get("false")
    kind = common([node.args["true"], other] if other is not None else [node.args["true"]])
    node.set("true", _alike(node.args["true"], kind))
    if other is not None:
        node.set("false", _alike(other, kind))
    return node, kind


@rule(exp.Nvl2)
def _nvl2(node: exp.Nvl2) -> Lowered:
    values = [node.args["true"], node.args.get("false") or exp.null()]
    kind = common(values)
    values = [_alike(value, kind) for value in values]
    test = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.null()))
    return exp.Case(ifs=[exp.If(this=test, true=values[0].copy())], default=values[1].copy()), kind


@rule(exp.DecodeCase)
def _decode(node: exp.DecodeCase) -> Lowered:
    """DECODE compares NULL equal to NULL."""
    subject, *rest = node.expressions
    pairs = list(zip(rest[::2], rest[1::2], strict=False))
    default = rest[-1] if len(rest) % 2 else exp.null()
    ifs = [
        exp.If(this=exp.NullSafeEQ(this=subject.copy(), expression=search.copy()), true=result.copy())
        for search, result in pairs
    ]
    return exp.Case(ifs=ifs, default=default.copy()), common([*(r for _, r in pairs), default])


@rule(exp.Sum)
def _sum(node: exp.Sum) -> Lowered:
    kind = kind_of(node.this)
    if kind is not None and kind.name == "NUMBER":
        return node, number(38, kind.scale or 0)
    return node, FLOAT if is_kind(node.this, "FLOAT", "VARCHAR") else None
