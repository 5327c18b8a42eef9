"""Casts, `::` and the TO_… functions that are casts: every pair of types has its own meaning in Snowflake."""

from __future__ import annotations

from sqlglot import exp

from sandbox.errors import fail
from sandbox.preferences import output_format
from sandbox.sftypes import BOOLEAN, FLOAT, TEXT, SqlType
from sandbox.translate.typed.date_text import date_text
from sandbox.translate.typed.kinds import ARRAY, OBJECT, SEMI, VARIANT, call, declared, is_kind, kind_of, lake_cast
from sandbox.translate.typed.rules import Lowered, named, rule

_STAMP_MACRO = {"TIMESTAMP_NTZ": "SF_TO_NTZ", "TIMESTAMP_LTZ": "SF_TO_LTZ", "TIMESTAMP_TZ": "SF_TO_TZ"}


@rule(exp.Cast, exp.TryCast)
def _cast(node: exp.Cast) -> Lowered:
    kind = declared(node.to)
    if kind is None:
        raise fail("unsupported", feature=node.sql("snowflake")[:80])
    safe = isinstance(node, exp.TryCast)
    return convert(node.this, kind, safe), kind


def convert(node: exp.Expr, to: SqlType, safe: bool = False) -> exp.Expr:
    """The value as type `to`; with `safe`, NULL when it cannot be one."""
    kind = kind_of(node)
    name = kind.name if kind is not None else ""
    if to.name in SEMI:
        return _to_semi(node, name, to)
    if name == "VARIANT":
        node = call("SF_V_TEXT", node)
        name = "VARCHAR"
    elif name in SEMI:
        if to.name != "VARCHAR":
            raise fail("invalid_cast", kind=name, wanted=to.text())
        return sized(call("SF_V_TEXT", node), to, safe)
    return _plain(node, name, to, safe)


def _plain(node: exp.Expr, name: str, to: SqlType, safe: bool) -> exp.Expr:
    if to.name == "VARCHAR":
        return sized(as_text(node, name), to, safe)
    if "TIMESTAMP_TZ" in (name, to.name) and name not in ("", "VARCHAR"):
        return _zoned(node, name, to)
    if to.name == "BOOLEAN" and name in ("VARCHAR", ""):
        return call("SF_TRY_BOOLEAN" if safe else "SF_TO_BOOLEAN", as_text(node, name))
    if to.name in _STAMP_MACRO and name == "VARCHAR":
        return call(_STAMP_MACRO[to.name].replace("SF_TO", "SF_TRY" if safe else "SF_TO"), node)
    if to.name == "DATE" and name == "VARCHAR":
        return call("SF_TRY_DATE" if safe else "SF_TO_DATE", node)
    if to.name == "NUMBER" and name == "VARCHAR" and not safe:
        return lake_cast(call("SF_NUMERIC", node), to.lake())
    if to.name == "NUMBER" and name == "BOOLEAN":
        return lake_cast(lake_cast(node, "INTEGER"), to.lake())
    if to.name == "BINARY" and name == "VARCHAR":
        return call("UNHEX", node)
    if to.name == "TIMESTAMP_TZ":
        return call("SF_ANY_TZ", node)
    return lake_cast(node, to.lake(), safe)


_FROM_ZONED = {"TIMESTAMP_LTZ": "SF_TZ_LTZ", "TIMESTAMP_NTZ": "SF_TZ_LOCAL"}
_TO_ZONED = {"DATE": "SF_NTZ_TZ", "TIMESTAMP_NTZ": "SF_NTZ_TZ", "TIMESTAMP_LTZ": "SF_LTZ_TZ"}


def _zoned(node: exp.Expr, name: str, to: SqlType) -> exp.Expr:
    """To and from TIMESTAMP_TZ: the time of day that it tells is that of its own offset."""
    if name == to.name:
        return node
    if to.name == "TIMESTAMP_TZ" and name in _TO_ZONED:
        return call(_TO_ZONED[name], node)
    if name == "TIMESTAMP_TZ" and to.name in _FROM_ZONED:
        return call(_FROM_ZONED[to.name], node)
    if name == "TIMESTAMP_TZ" and to.name in ("DATE", "TIME"):
        return lake_cast(call("SF_TZ_LOCAL", node), to.lake())
    raise fail("invalid_cast", kind=name, wanted=to.text())


def as_text(node: exp.Expr, name: str | None = None) -> exp.Expr:
    """The value as Snowflake prints it."""
    kind = kind_of(node)
    name = (kind.name if kind is not None else "") if name is None else name
    if name == "VARCHAR":
        return node
    if (form := output_format(name)) is not None:
        return date_text(node, form, name)
    macros = {
        "FLOAT": "SF_FLOAT_TEXT",
        "TIME": "SF_TIME_TEXT",
        "TIMESTAMP_NTZ": "SF_NTZ_TEXT",
        "TIMESTAMP_LTZ": "SF_LTZ_TEXT",
        "TIMESTAMP_TZ": "SF_TZ_TEXT",
        "BINARY": "HEX",
        **dict.fromkeys(SEMI, "SF_V_TEXT"),
    }
    return call(macros[name], node) if name in macros else lake_cast(node, "VARCHAR")


def sized(node: exp.Expr, to: SqlType, safe: bool = False) -> exp.Expr:
    """Text that must fit into VARCHAR(n); an explicit cast cuts it off."""
    if to.size is None or to.size >= 16777216:
        return node
    return call("LEFT", node, exp.Literal.number(to.size))


def _to_semi(node: exp.Expr, name: str, to: SqlType) -> exp.Expr:
    if to.name == "VARIANT":
        return as_variant(node, name)
    if to.name == "ARRAY" and name != "ARRAY":
        return call("SF_TO_ARRAY", as_variant(node, name))
    if to.name == "OBJECT" and name != "OBJECT":
        return call("SF_TO_OBJECT", as_variant(node, name))
    return node


def as_variant(node: exp.Expr, name: str | None = None) -> exp.Expr:
    """The value as a VARIANT: text becomes a JSON string, a number a JSON number."""
    kind = kind_of(node)
    name = (kind.name if kind is not None else "") if name is None else name
    if name in SEMI:
        return node
    if name in ("FLOAT", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "BINARY") and name != "FLOAT":
        node = as_text(node, name)
    if kind is not None and kind.name == "NUMBER" and kind.scale:
        return call("SF_NUMBER_JSON", node)
    return call("SF_FLOAT_JSON" if name == "FLOAT" else "TO_JSON", node)


@rule(exp.ToVariant)
def _to_variant(node: exp.ToVariant) -> Lowered:
    return as_variant(node.this), VARIANT


@rule(exp.ToArray)
def _to_array(node: exp.ToArray) -> Lowered:
    return _to_semi(node.this, _name(node.this), ARRAY), ARRAY


@named("TO_OBJECT")
def _to_object(node: exp.Anonymous) -> Lowered:
    return _to_semi(node.expressions[0], _name(node.expressions[0]), OBJECT), OBJECT


def _name(node: exp.Expr) -> str:
    kind = kind_of(node)
    return kind.name if kind is not None else ""


@rule(exp.ToBoolean)
def _to_boolean(node: exp.ToBoolean) -> Lowered:
    return convert(node.this, BOOLEAN, bool(node.args.get("safe"))), BOOLEAN


@rule(exp.ToDouble)
def _to_double(node: exp.ToDouble) -> Lowered:
    if node.args.get("format") is not None:
        raise fail("unsupported", feature="TO_DOUBLE with a format")
    return convert(node.this, FLOAT, bool(node.args.get("safe"))), FLOAT


@rule(exp.ToBinary)
def _to_binary(node: exp.ToBinary) -> Lowered:
    form = node.args.get("format")
    name = form.name.upper() if isinstance(form, exp.Literal) else "HEX"
    makers = {"HEX": "UNHEX", "BASE64": "FROM_BASE64", "UTF-8": "ENCODE", "UTF8": "ENCODE"}
    if name not in makers:
        raise fail("unsupported", feature=f"TO_BINARY with format {name}")
    if is_kind(node.this, "BINARY"):
        return node.this, kind_of(node.this)
    return call(makers[name], node.this), SqlType("BINARY", 8388608)


@rule(exp.Concat, exp.DPipe)
def _concat(node: exp.Expr) -> Lowered:
    """`||` takes anything, as text; one NULL makes it NULL."""
    if isinstance(node, exp.DPipe):
        if is_kind(node.this, "BINARY"):
            return node, kind_of(node.this)
        return exp.DPipe(this=as_text(node.this), expression=as_text(node.expression), safe=False), TEXT
    parts = [as_text(part) for part in node.expressions]
    joined = parts[0]
    for part in parts[1:]:
        joined = exp.DPipe(this=joined, expression=part, safe=False)
    return exp.paren(joined, copy=False), TEXT
