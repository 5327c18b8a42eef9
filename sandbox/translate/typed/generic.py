"""Types of everything that needs no rewriting, and `*` as an argument."""

from __future__ import annotations

from sqlglot import exp

from sandbox.sftypes import BOOLEAN, FLOAT, LTZ, TEXT, SqlType
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
    values = [node.this, *node.expressions]
    if isinstance(node, (exp.Greatest, exp.Least)) and not node.args.get("ignore_nulls"):
        kind = common(values)
        missing: exp.Expr = exp.or_(*[exp.Is(this=v.copy(), expression=exp.null()) for v in values])
        node.set("ignore_nulls", None)
        return exp.Case(ifs=[exp.If(this=missing, true=exp.null())], default=node.copy()), kind
    return node, common(values)


@rule(exp.Case)
def _case(node: exp.Case) -> Lowered:
    values = [branch.args["true"] for branch in node.args["ifs"]]
    default = node.args.get("default")
    return node, common([*values, default] if default is not None else values)


@rule(exp.If)
def _if(node: exp.If) -> Lowered:
    other = node.args.get("false")
    return node, common([node.args["true"], other] if other is not None else [node.args["true"]])


@rule(exp.Nullif)
def _nullif(node: exp.Nullif) -> Lowered:
    return node, kind_of(node.this)


@rule(exp.Nvl2)
def _nvl2(node: exp.Nvl2) -> Lowered:
    values = [node.args["true"], node.args.get("false") or exp.null()]
    test = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.null()))
    return exp.Case(ifs=[exp.If(this=test, true=values[0].copy())], default=values[1].copy()), common(values)


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


@rule(exp.EqualNull)
def _equal_null(node: exp.EqualNull) -> Lowered:
    return exp.NullSafeEQ(this=node.this, expression=node.expression), BOOLEAN


@rule(exp.Sum)
def _sum(node: exp.Sum) -> Lowered:
    kind = kind_of(node.this)
    if kind is not None and kind.name == "NUMBER":
        return node, number(38, kind.scale or 0)
    return node, FLOAT if is_kind(node.this, "FLOAT", "VARCHAR") else None
