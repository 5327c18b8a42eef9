"""Text to dates, times and numbers and back, by format: TO_DATE, TO_TIMESTAMP…, TO_CHAR, TO_NUMBER."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.time import format_time

from sandbox.errors import fail
from sandbox.sftypes import LTZ, NTZ, TEXT, TZ, SqlType, parse_type
from sandbox.translate.typed.casts import as_text, convert
from sandbox.translate.typed.date_text import date_text
from sandbox.translate.typed.kinds import DATE, TIME, call, is_kind, kind_of, lake_cast, num, number, string
from sandbox.translate.typed.number_formats import number_text, text_number
from sandbox.translate.typed.rules import Lowered, named, rule

_TARGETS = {
    "TO_TIMESTAMP": NTZ,
    "TO_TIMESTAMP_NTZ": NTZ,
    "TO_TIMESTAMP_LTZ": LTZ,
    "TO_TIMESTAMP_TZ": TZ,
    "TO_DATE": DATE,
    "TO_TIME": TIME,
}
# How sqlglot writes fractions of a second that strptime has no letter for.
_FRACTION = re.compile(r"%f_\w+")


@named(*_TARGETS, *(f"TRY_{name}" for name in _TARGETS))
def _by_name(node: exp.Anonymous) -> Lowered:
    name = str(node.this).upper()
    bare = name.removeprefix("TRY_")
    kind = parse_type("TIMESTAMP") if bare == "TO_TIMESTAMP" else _TARGETS[bare]
    if len(node.expressions) != 1:
        raise fail("unsupported", feature=node.sql("snowflake")[:80])
    return _moment(node.expressions[0], kind, name.startswith("TRY_")), kind


def _moment(value: exp.Expr, kind: SqlType, safe: bool, scale: exp.Expr | None = None) -> exp.Expr:
    """A number is seconds since the epoch (or as `scale` says); everything else is a cast."""
    if is_kind(value, "NUMBER", "FLOAT"):
        made = call("SF_FROM_EPOCH", value, scale if scale is not None else num(0))
        if kind.name in ("TIMESTAMP_LTZ", "TIMESTAMP_TZ"):
            instant = call("TIMEZONE", string("UTC"), made)
            return instant if kind == LTZ else call("SF_LTZ_TZ", instant)
        return lake_cast(made, kind.lake()) if kind != NTZ else made
    return convert(value, kind, safe)


@rule(exp.UnixToTime)
def _unix(node: exp.UnixToTime) -> Lowered:
    kind = _target(node)
    value, scale = node.this, node.args.get("scale")
    if is_kind(value, "VARCHAR") and scale is not None:
        value = lake_cast(value, "DECIMAL(38,9)")
        value.meta["kind"] = number(38, 9)
    return _moment(value, kind, False, scale), kind


def _target(node: exp.Expr) -> SqlType:
    target = node.args.get("target_type")
    name = target.this if isinstance(target, exp.DataType) else exp.DType.TIMESTAMP
    known = {exp.DType.TIMESTAMPLTZ: LTZ, exp.DType.TIMESTAMPTZ: TZ, exp.DType.TIMESTAMPNTZ: NTZ}
    return known.get(name) or parse_type("TIMESTAMP")


@rule(exp.StrToTime)
def _str_to_time(node: exp.StrToTime) -> Lowered:
    kind = _target(node)
    return _parsed(node, kind), kind


@rule(exp.TsOrDsToDate)
def _to_date(node: exp.TsOrDsToDate) -> Lowered:
    if node.args.get("format") is None:
        return _moment(node.this, DATE, bool(node.args.get("safe"))), DATE
    return _parsed(node, DATE), DATE


@rule(exp.TsOrDsToTime, exp.Time)
def _to_time(node: exp.Func) -> Lowered:
    if node.args.get("format") is None:
        return _moment(node.this, TIME, bool(node.args.get("safe"))), TIME
    return _parsed(node, TIME), TIME


def _parsed(node: exp.Func, kind: SqlType) -> exp.Expr:
    """Text read by a literal format; AUTO and a value that is no text are plain casts."""
    form, safe = node.args["format"], bool(node.args.get("safe"))
    if not isinstance(form, exp.Literal):
        raise fail("unsupported", feature="a date format that is not a literal")
    if form.name.upper() == "AUTO" or is_kind(node.this, "DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"):
        return convert(node.this, kind, safe)
    pattern = string(_FRACTION.sub("%f", form.name).replace("%:z", "%z"))
    read = call("TRY_STRPTIME" if safe else "SF_STRPTIME", as_text(node.this), pattern)
    if kind.name == "TIMESTAMP_TZ":
        return call("SF_TZ_READ", read, as_text(node.this).copy())
    return lake_cast(read, kind.lake())


# --- TO_CHAR
@rule(exp.ToChar)
def _to_char(node: exp.ToChar) -> Lowered:
    form, value = node.args.get("format"), node.this
    if form is None:
        return as_text(value), TEXT
    if is_kind(value, "BINARY") and form.name.upper() in ("HEX", "BASE64", "UTF-8", "UTF8"):
        name = {"HEX": "HEX", "BASE64": "TO_BASE64"}.get(form.name.upper(), "DECODE")
        return call(name, value), TEXT
    if not isinstance(form, exp.Literal) or not form.is_string:
        raise fail("unsupported", feature="TO_CHAR with a format that is not a literal")
    if is_kind(value, "VARCHAR"):
        return value, kind_of(value)
    if is_kind(value, "NUMBER", "FLOAT") or (kind_of(value) is None and not re.search("[A-WYZ]", form.name.upper())):
        return number_text(value, form.name), TEXT
    return date_text(value, form.name, _kind_name(value)), TEXT


def _kind_name(value: exp.Expr) -> str:
    kind = kind_of(value)
    return kind.name if kind is not None else ""


@rule(exp.TimeToStr)
def _time_to_str(node: exp.TimeToStr) -> Lowered:
    """TO_CHAR of a cast to a date or time: the parser has put the format into strftime's letters already."""
    form = format_time(node.args["format"].name, Snowflake.INVERSE_TIME_MAPPING, Snowflake.INVERSE_TIME_TRIE)
    return date_text(node.this, form or "", _kind_name(node.this)), TEXT


@rule(exp.ToNumber)
def _to_number(node: exp.ToNumber) -> Lowered:
    precision, scale = (int(node.args[k].name) if node.args.get(k) else d for k, d in (("precision", 38), ("scale", 0)))
    kind, safe, form = number(precision, scale), bool(node.args.get("safe")), node.args.get("format")
    if form is None:
        return convert(node.this, kind, safe), kind
    if not isinstance(form, exp.Literal):
        raise fail("unsupported", feature="TO_NUMBER with a format that is not a literal")
    return lake_cast(text_number(as_text(node.this), form.name, safe), kind.lake(), safe), kind
