"""Arithmetic with Snowflake's precision and scale (documentation: "Arithmetic operators"), and numeric functions."""

from __future__ import annotations

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import FLOAT, INTEGER, SqlType
from sandbox.translate.typed.casts import convert
from sandbox.translate.typed.kinds import (
    DATE,
    call,
    is_kind,
    kind_of,
    lake_cast,
    num,
    number,
)
from sandbox.translate.typed.rules import Lowered, named, rule

_EXACT = 30


def numeric(node: exp.Expr) -> exp.Expr:
    """Text and VARIANT where a number is wanted."""
    kind = kind_of(node)
    if kind is None or kind.name in ("NUMBER", "FLOAT"):
        return node
    if kind.name == "VARCHAR":
        if isinstance(node, exp.Literal):
            _, _, fraction = node.name.partition(".")
            return _marked(node, number(38, min(len(fraction), 12)))
        return _marked(node, number(38, 5))
    if kind.name == "VARIANT":
        return _marked(node, FLOAT)
    return node


def _marked(node: exp.Expr, kind: SqlType) -> exp.Expr:
    made = convert(node, kind)
    made.meta["kind"] = kind
    return made


@rule(exp.Add, exp.Sub)
def _add(node: exp.Binary) -> Lowered:
    if (moved := _moved(node)) is not None:
        return moved
    left, right = _operands(node)
    a, b = kind_of(left), kind_of(right)
    if a is None or b is None or {a.name, b.name} - {"NUMBER", "FLOAT"}:
        return node, None
    if "FLOAT" in (a.name, b.name):
        return node, FLOAT
    scale = max(a.scale or 0, b.scale or 0)
    whole = max((a.size or 38) - (a.scale or 0), (b.size or 38) - (b.scale or 0)) + 1
    _widen(node, a)
    return node, number(whole + scale, scale)


def _moved(node: exp.Binary) -> Lowered | None:
    """A date moved by days or an interval, and the days between two dates."""
    left, right = kind_of(node.this), kind_of(node.expression)
    if right is not None and right.name == "INTERVAL":
        from sandbox.translate.typed.intervals import moved_by

        return moved_by(node)
    if left is None or right is None:
        return None
    if left.name == "DATE" and right.name == "NUMBER":
        return type(node)(this=node.this, expression=lake_cast(node.expression, "INTEGER")), DATE
    if right.name == "DATE" and left.name == "NUMBER" and isinstance(node, exp.Add):
        return exp.Add(this=node.expression, expression=lake_cast(node.this, "INTEGER")), DATE
    if left.name == right.name == "DATE" and isinstance(node, exp.Sub):
        return call("DATE_DIFF", exp.Literal.string("day"), node.expression, node.this), number(9)
    return None


@rule(exp.Mul)
def _mul(node: exp.Mul) -> Lowered:
    left, right = _operands(node)
    a, b = kind_of(left), kind_of(right)
    if a is None or b is None or {a.name, b.name} - {"NUMBER", "FLOAT"}:
        return node, None
    if "FLOAT" in (a.name, b.name):
        return node, FLOAT
    both = (a.scale or 0) + (b.scale or 0)
    scale = min(both, max(a.scale or 0, b.scale or 0, 12))
    kind = number((a.size or 38) - (a.scale or 0) + (b.size or 38) - (b.scale or 0) + scale, scale)
    _widen(node, a)
    if both > 38:
        node.set("this", lake_cast(node.this, "DOUBLE"))
    return (lake_cast(exp.paren(node.copy()), kind.lake()) if scale != both else node), kind


def _operands(node: exp.Binary) -> tuple[exp.Expr, exp.Expr]:
    node.set("this", numeric(node.this))
    node.set("expression", numeric(node.expression))
    return node.this, node.expression


def _widen(node: exp.Binary, kind: SqlType) -> None:
    """DuckDB's integers overflow where Snowflake's numbers do not."""
    if not isinstance(node.this, (exp.Column, exp.Cast)):
        node.set("this", lake_cast(node.this, f"DECIMAL(38,{kind.scale or 0})"))


@rule(exp.Div)
def _div(node: exp.Div) -> Lowered:
    left, right = _operands(node)
    return divided(left, right)


def divided(left: exp.Expr, right: exp.Expr, zero: str = "ERROR") -> Lowered:
    """`a / b`: NUMBER with scale max(s1, min(s1 + 6, 12)). `zero`: what division by zero gives."""
    a, b = kind_of(left), kind_of(right)
    if a is None or b is None or a.name != "NUMBER" or b.name != "NUMBER":
        macro = {"ERROR": "SF_DIV_FLOAT", "NULL": "SF_DIV_NULL", "0": "SF_DIV0"}[zero]
        return call(macro, left, right), FLOAT
    sa, sb = a.scale or 0, b.scale or 0
    scale = max(sa, min(sa + 6, 12))
    kind = number((a.size or 38) - sa + sb + scale, scale)
    if scale + sb >= _EXACT:
        return lake_cast(call("SF_DIV_FLOAT", left, right), kind.lake()), kind
    arguments = [
        lake_cast(left, f"DECIMAL(38,{sa})"),
        lake_cast(right, f"DECIMAL(38,{sb})"),
        lake_cast(exp.Literal.number(10 ** (scale + sb)), "DECIMAL(38,0)"),
        lake_cast(exp.Literal.number(10**sb), "DECIMAL(38,0)"),
        lake_cast(
            exp.Literal.string("0." + "0" * (scale - 1) + "1" if scale else "1"), f"DECIMAL({scale + 1},{scale})"
        ),
        exp.Literal.number(10 ** max(1, 38 - sa - scale - sb - 2)),
    ]
    macro = {"ERROR": "SF_DIV", "NULL": "SF_DIV_NULLED", "0": "SF_DIV_ZEROED"}[zero]
    return lake_cast(call(macro, *arguments), kind.lake()), kind


@named("DIV0")
def _div0(node: exp.Anonymous) -> Lowered:
    return divided(numeric(node.expressions[0]), numeric(node.expressions[1]), "0")


@named("DIV0NULL")
def _div0null(node: exp.Anonymous) -> Lowered:
    return divided(numeric(node.expressions[0]), call("COALESCE", numeric(node.expressions[1]), num(0)), "0")


@rule(exp.Mod)
def _mod(node: exp.Mod) -> Lowered:
    left, right = _operands(node)
    a, b = kind_of(left), kind_of(right)
    kind = None
    if a is not None and b is not None and a.name == b.name == "NUMBER":
        kind = number(max(a.size or 38, b.size or 38), max(a.scale or 0, b.scale or 0))
    return call("SF_MOD", left, right), kind


@rule(exp.Round)
def _round(node: exp.Round) -> Lowered:
    return _rounded(node, "ROUND", node.this, node.args.get("decimals"))


@rule(exp.Trunc)
def _trunc(node: exp.Trunc) -> Lowered:
    return _rounded(node, "TRUNC", node.this, node.args.get("decimals"))


def _rounded(node: exp.Expr, name: str, value: exp.Expr, decimals: exp.Expr | None) -> Lowered:
    """A constant number of digits gives that scale; a computed one keeps the operand's scale."""
    value = numeric(value)
    kind = kind_of(value)
    digits = _constant(decimals)
    if kind is None or kind.name != "NUMBER":
        return call(name, value, *([decimals] if decimals is not None else [])), kind
    scale = kind.scale or 0
    if digits is None and decimals is not None:
        macro = "SF_ROUND" if name == "ROUND" else "SF_TRUNC"
        return lake_cast(call(macro, value, decimals), kind.lake()), kind
    kept = max(0, min(digits or 0, scale))
    rounded = number(min(38, (kind.size or 38) + (name == "ROUND")) - scale + kept, kept)
    plain = lake_cast(value, f"DECIMAL(38,{scale})") if not isinstance(value, (exp.Column, exp.Cast)) else value
    return lake_cast(call(name, plain, num(digits or 0)), f"DECIMAL(38,{kept})"), rounded


def _constant(node: exp.Expr | None) -> int | None:
    if node is None:
        return 0
    negative = isinstance(node, exp.Neg)
    literal = node.this if negative else node
    if not isinstance(literal, exp.Literal) or not literal.name.isdigit():
        return None
    return -int(literal.name) if negative else int(literal.name)


@rule(exp.Floor, exp.Ceil)
def _floor(node: exp.Func) -> Lowered:
    value = numeric(node.this)
    kind = kind_of(value)
    if node.args.get("decimals") is not None and _constant(node.args["decimals"]) != 0:
        raise fail("unsupported", feature=node.sql("snowflake")[:80])
    name = "FLOOR" if isinstance(node, exp.Floor) else "CEIL"
    if kind is not None and kind.name == "NUMBER":
        whole = number((kind.size or 38) - (kind.scale or 0) + 1)
        return lake_cast(call(name, value), "DECIMAL(38,0)"), whole
    return call(name, value), kind


@rule(exp.Sign)
def _sign(node: exp.Sign) -> Lowered:
    return call("SIGN", numeric(node.this)), number(1)


@rule(exp.Factorial)
def _factorial(node: exp.Factorial) -> Lowered:
    return call("FACTORIAL", lake_cast(node.this, "INTEGER")), INTEGER


@named("SQUARE")
def _square(node: exp.Anonymous) -> Lowered:
    value = lake_cast(numeric(node.expressions[0]), "DOUBLE")
    return exp.Mul(this=value, expression=value.copy()), FLOAT


@rule(exp.WidthBucket)
def _width_bucket(node: exp.WidthBucket) -> Lowered:
    parts = [node.this, *(node.args[k] for k in ("min_value", "max_value", "num_buckets"))]
    return call("SF_WIDTH_BUCKET", *(numeric(p) for p in parts)), number(38)


@rule(exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseLeftShift, exp.BitwiseRightShift)
def _bits(node: exp.Binary) -> Lowered:
    name = {
        exp.BitwiseAnd: "SF_BITAND",
        exp.BitwiseOr: "SF_BITOR",
        exp.BitwiseXor: "SF_BITXOR",
        exp.BitwiseLeftShift: "SF_BITLEFT",
        exp.BitwiseRightShift: "SF_BITRIGHT",
    }[type(node)]
    return call(name, numeric(node.this), numeric(node.expression)), INTEGER


@rule(exp.BitwiseNot)
def _bit_not(node: exp.BitwiseNot) -> Lowered:
    return call("SF_BITNOT", numeric(node.this)), INTEGER


@named("HASH")
def _hash(node: exp.Anonymous) -> Lowered:
    return call("SF_HASH", call("LIST_VALUE", *map(_hashed, node.expressions))), number(19)


def _hashed(node: exp.Expr) -> exp.Expr:
    """The same text for what is equal: of a TIMESTAMP_TZ only the instant."""
    return lake_cast(call("SF_TZ_UTC", node) if is_kind(node, "TIMESTAMP_TZ") else node, "VARCHAR")


@rule(exp.Rand)
def _random(node: exp.Rand) -> Lowered:
    if node.this is not None:
        raise fail("unsupported", feature="RANDOM with a seed")
    return call("SF_RANDOM"), number(19)


@rule(exp.Uuid)
def _uuid(node: exp.Uuid) -> Lowered:
    if node.this is not None or node.args.get("name") is not None:
        raise fail("unsupported", feature="UUID_STRING with a name")
    return lake_cast(call("UUID"), "VARCHAR"), SqlType("VARCHAR", 36)


@rule(exp.Seq1, exp.Seq2, exp.Seq4, exp.Seq8)
def _seq(node: exp.Expr) -> Lowered:
    """0, 1, 2, … over the rows of the query."""
    over = exp.Window(this=call("ROW_NUMBER"), over="OVER")
    return exp.paren(exp.Sub(this=over, expression=num(1))), number(10)
