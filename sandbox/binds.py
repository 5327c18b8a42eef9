"""Bindings of the drivers (`?` and `:1`), put into the statement as typed literals."""

from __future__ import annotations

import datetime
from typing import Any

from sqlglot import exp

from sandbox.errors import fail
from sandbox.tokens import tokenize

_CASTS = {
    "FIXED": None,
    "REAL": "DOUBLE",
    "TEXT": None,
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_LTZ": "TIMESTAMPLTZ",
    "TIMESTAMP_TZ": "TIMESTAMPTZ",
    "BINARY": None,
    "TIMESTAMP": "TIMESTAMP",
    "VARIANT": None,
    "ANY": None,
}
_ZONE = {"TIMESTAMP_LTZ": "+00:00"}
_EPOCH = datetime.datetime(1970, 1, 1)


def width(bindings: dict[str, Any]) -> int | None:
    """How many rows an array binding carries; None for plain bindings."""
    lengths = {len(b["value"]) for b in bindings.values() if isinstance(b.get("value"), list)}
    return max(lengths) if lengths else None


def placeholders(sql: str) -> int:
    """How many question marks of a statement stand for values."""
    return sum(token.kind == "mark" and token.text == "?" for token in tokenize(sql))


def bind(tree: exp.Expr, bindings: dict[str, Any], row: int | None = None, lenient: bool = False) -> exp.Expr:
    """Replaces the placeholders; with `lenient`, for a driver that only asks for columns, a missing value is NULL."""
    count = 0
    for placeholder in sorted(tree.find_all(exp.Placeholder), key=lambda found: int(found.meta.get("start", 0))):
        count += placeholder.this is None
        key = str(placeholder.this) if placeholder.this is not None else str(count)
        binding = bindings.get(key)
        if binding is None and not lenient:
            raise fail("bind_missing", name=f":{key}" if placeholder.this is not None else "?")
        value = _value(binding or {"type": "TEXT", "value": None}, row)
        if placeholder is tree:
            return value
        placeholder.replace(value)
    return tree


def _value(binding: dict[str, Any], row: int | None) -> exp.Expr:
    kind = str(binding.get("type", "TEXT")).upper()
    raw = binding.get("value")
    if isinstance(raw, list):
        raw = raw[row or 0]
    if kind not in _CASTS:
        raise fail("unsupported", feature=f"binding of type {kind}")
    if raw is None:
        return exp.null()
    if kind == "FIXED":
        negative = str(raw).startswith("-")
        number = exp.Literal.number(str(raw).lstrip("-"))
        return exp.paren(exp.Neg(this=number)) if negative else number
    text = exp.Literal.string(_text(kind, str(raw)))
    if kind == "BINARY":
        return exp.Unhex(this=text)
    cast = _CASTS[kind]
    return exp.cast(text, exp.DataType.build(cast)) if cast else text


def _zoned(moment: datetime.datetime, raw: str) -> str:
    """The driver sends the instant and, behind it, the offset in minutes and 1440 more."""
    minutes = int(raw.split(" ")[1]) - 1440 if " " in raw else 0
    local = moment + datetime.timedelta(minutes=minutes)
    sign = "-" if minutes < 0 else "+"
    return f"{local.isoformat(' ', 'microseconds')}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _text(kind: str, raw: str) -> str:
    """Dates come as milliseconds, times and timestamps as nanoseconds since the epoch; text forms pass as they are."""
    if kind == "BOOLEAN":
        return "true" if raw.lower() in ("true", "1") else "false"
    number = raw.split(" ")[0]
    if not number.lstrip("-").isdigit():
        return raw
    if kind == "DATE":
        return (_EPOCH + datetime.timedelta(milliseconds=int(number))).date().isoformat()
    if kind == "TIME":
        return (_EPOCH + datetime.timedelta(microseconds=int(number) // 1000)).time().isoformat()
    if kind.startswith("TIMESTAMP"):
        moment = _EPOCH + datetime.timedelta(microseconds=int(number) // 1000)
        return _zoned(moment, raw) if kind == "TIMESTAMP_TZ" else moment.isoformat(" ") + _ZONE.get(kind, "")
    return raw
