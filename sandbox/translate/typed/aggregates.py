"""Aggregates whose type or value differs from DuckDB's."""

from __future__ import annotations

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import BOOLEAN, FLOAT, TEXT, SqlType
from sandbox.translate.typed.casts import as_text, as_variant
from sandbox.translate.typed.kinds import ARRAY, OBJECT, call, is_kind, kind_of, lake_cast, number, set_kind, string
from sandbox.translate.typed.numbers import divided, numeric
from sandbox.translate.typed.rules import Lowered, named, rule
from sandbox.translate.typed.windows import AGGREGATE


def aggregate(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of a DuckDB aggregate."""
    made = call(name, *arguments)
    made.meta[AGGREGATE] = True
    return made


def _bare(node: exp.Expr | None) -> exp.Expr | None:
    """The argument without DISTINCT and ORDER BY."""
    if isinstance(node, exp.Distinct):
        return _bare(node.expressions[0])
    return _bare(node.this) if isinstance(node, exp.Order) else node


@rule(exp.Distinct)
def _distinct(node: exp.Distinct) -> Lowered:
    return node, kind_of(node.expressions[0]) if node.expressions else None


@rule(exp.Sum)
def _sum(node: exp.Sum) -> Lowered:
    value = _bare(node.this)
    if value is not None and value is node.this:
        node.set("this", numeric(node.this))
        value = node.this
    kind = kind_of(value)
    if kind is not None and kind.name == "NUMBER":
        return node, number(38, kind.scale or 0)
    return node, FLOAT if kind is not None and kind.name == "FLOAT" else None


@rule(exp.Avg)
def _avg(node: exp.Avg) -> Lowered:
    """The sum divided by the count, with the scale of a division."""
    value = _bare(node.this)
    if value is node.this and value is not None:
        node.set("this", numeric(value))
        value = node.this
    kind = kind_of(value)
    if kind is None or kind.name != "NUMBER":
        return node, FLOAT
    total = set_kind(exp.Sum(this=node.this.copy()), number(38, kind.scale or 0))
    count = set_kind(exp.Count(this=node.this.copy()), number(18))
    return divided(total, count, "NULL")


@rule(exp.Median)
def _median(node: exp.Median) -> Lowered:
    node.set("this", numeric(node.this))
    kind = kind_of(node.this)
    if kind is None or kind.name != "NUMBER":
        return node, kind
    wider = number((kind.size or 38) + 3, (kind.scale or 0) + 3)
    middle = aggregate("MEDIAN", lake_cast(node.this, f"DECIMAL(38,{wider.scale})"))
    return lake_cast(middle, wider.lake()), wider


@rule(exp.WithinGroup)
def _within(node: exp.WithinGroup) -> Lowered:
    """`f(x) WITHIN GROUP (ORDER BY y)`."""
    inner, order = node.this, node.expression
    if isinstance(inner, (exp.PercentileCont, exp.PercentileDisc)):
        first = order.expressions[0]
        value = first.this
        kind = kind_of(value)
        node.set("this", inner)
        if isinstance(inner, exp.PercentileCont) and kind is not None and kind.name == "NUMBER":
            wider = number((kind.size or 38) + 3, (kind.scale or 0) + 3)
            first.set("this", lake_cast(value, f"DECIMAL(38,{wider.scale})"))
            return node, wider
        return node, kind
    return node, kind_of(inner)


@rule(exp.ArrayAgg)
def _array_agg(node: exp.ArrayAgg) -> Lowered:
    return _listed(node.this), ARRAY


def _listed(value: exp.Expr, distinct: bool = False) -> exp.Expr:
    """All values that are not NULL as a JSON array; `[]` when there is none."""
    bare = _bare(value)
    if bare is None:
        raise fail("unsupported", feature="ARRAY_AGG")
    if distinct or _is_distinct(value):
        return call("COALESCE", call("TO_JSON", _distinct_list(value, bare)), lake_cast(string("[]"), "JSON"))
    within: exp.Expr = lake_cast(as_variant(bare.copy()), "JSON")
    if isinstance(value, exp.Order):
        within = exp.Order(this=within, expressions=[e.copy() for e in value.expressions])
    return call("COALESCE", call("TO_JSON", _present(within, bare)), lake_cast(string("[]"), "JSON"))


def _is_distinct(value: exp.Expr | None) -> bool:
    return isinstance(value, exp.Distinct) or (isinstance(value, exp.Order) and isinstance(value.this, exp.Distinct))


def _present(within: exp.Expr, bare: exp.Expr) -> exp.Expr:
    """The list of all values that are not NULL."""
    present = exp.Not(this=exp.Is(this=bare.copy(), expression=exp.null()))
    return exp.Filter(this=aggregate("LIST", within), expression=exp.Where(this=present))


def _distinct_list(value: exp.Expr, bare: exp.Expr) -> exp.Expr:
    """Each value once. DuckDB orders distinct values only by themselves, so nothing is made of them before."""
    if is_kind(bare, "TIMESTAMP_TZ"):
        bare = as_text(bare)
    within: exp.Expr = exp.Distinct(expressions=[bare.copy()])
    if isinstance(value, exp.Order):
        within = exp.Order(this=within, expressions=[e.copy() for e in value.expressions])
    return _present(within, bare)


@rule(exp.ArrayUniqueAgg)
def _unique(node: exp.ArrayUniqueAgg) -> Lowered:
    return _listed(node.this, distinct=True), ARRAY


@rule(exp.ObjectAgg, exp.JSONObjectAgg)
def _object_agg(node: exp.ObjectAgg) -> Lowered:
    key, value = as_text(node.this), lake_cast(as_variant(node.expression), "JSON")
    return call("SF_OBJECT", aggregate("LIST", key), aggregate("LIST", value)), OBJECT


@rule(exp.GroupConcat)
def _listagg(node: exp.GroupConcat) -> Lowered:
    """The values as text, in order; the empty text when there is none."""
    separator = node.args.get("separator") or string("")
    value = node.this
    bare = _bare(value)
    if bare is None:
        raise fail("unsupported", feature="LISTAGG")
    if _is_distinct(value):
        listed = lake_cast(_distinct_list(value, bare), "VARCHAR[]")
        return call("COALESCE", call("ARRAY_TO_STRING", listed, separator), string("")), TEXT
    text = as_text(bare.copy())
    keys = [e.copy() for e in value.expressions] if isinstance(value, exp.Order) else []
    joined = aggregate("STRING_AGG", text, exp.Order(this=separator.copy(), expressions=keys) if keys else separator)
    return call("COALESCE", joined, string("")), TEXT


@rule(exp.ApproxDistinct)
def _approx(node: exp.ApproxDistinct) -> Lowered:
    return node, number(18)


@rule(exp.LogicalAnd, exp.LogicalOr)
def _logical(node: exp.Func) -> Lowered:
    return node, BOOLEAN


@named("BOOLXOR_AGG")
def _xor(node: exp.Anonymous) -> Lowered:
    return exp.EQ(this=aggregate("COUNT_IF", node.expressions[0]), expression=exp.Literal.number(1)), BOOLEAN


@rule(exp.ArgMax, exp.ArgMin)
def _arg_max(node: exp.Func) -> Lowered:
    if is_kind(node.expression, "TIMESTAMP_TZ"):
        node.set("expression", call("SF_TZ_UTC", node.expression))
    if node.args.get("count") is not None:
        name = "ARG_MAX" if isinstance(node, exp.ArgMax) else "ARG_MIN"
        return call("TO_JSON", aggregate(name, node.this, node.expression, node.args["count"])), ARRAY
    return node, kind_of(node.this)


@rule(exp.Mode)
def _mode(node: exp.Mode) -> Lowered:
    return aggregate("MODE", node.this), kind_of(node.this)


@rule(exp.Grouping, exp.GroupingId)
def _grouping(node: exp.Func) -> Lowered:
    return call("GROUPING", *node.expressions), number(2)


@rule(exp.BitwiseAndAgg, exp.BitwiseOrAgg, exp.BitwiseXorAgg)
def _bits(node: exp.Func) -> Lowered:
    names: dict[type[exp.Expr], str] = {
        exp.BitwiseAndAgg: "BIT_AND",
        exp.BitwiseOrAgg: "BIT_OR",
        exp.BitwiseXorAgg: "BIT_XOR",
    }
    name = names[type(node)]
    return lake_cast(aggregate(name, lake_cast(node.this, "BIGINT")), "DECIMAL(38,0)"), number(38)


@named("RATIO_TO_REPORT")
def _ratio(node: exp.Anonymous) -> Lowered:
    value = lake_cast(node.expressions[0], "DOUBLE")
    return exp.Div(this=value, expression=call("NULLIF", exp.Sum(this=value.copy()), exp.Literal.number(0))), FLOAT


@rule(exp.Variance, exp.VariancePop)
def _variance(node: exp.Func) -> Lowered:
    name = "VAR_SAMP" if isinstance(node, exp.Variance) else "VAR_POP"
    kind: SqlType = FLOAT
    made = aggregate(name, lake_cast(node.this, "DOUBLE"))
    if is_kind(node.this, "NUMBER"):
        scale = (kind_of(node.this) or kind).scale or 0
        kind = number(38, 6 if scale == 0 else max(12, scale))
        return lake_cast(made, kind.lake()), kind
    return made, kind
