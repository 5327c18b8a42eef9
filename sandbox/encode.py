"""Python values as the strings of a JSON rowset, the way the drivers read them."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.results import Column, Result
from sandbox.sftypes import SqlType

_EPOCH = datetime.datetime(1970, 1, 1)
_EPOCH_UTC = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICRO = datetime.timedelta(microseconds=1)
_DAY_MICROS = 86_400_000_000
_ERA_DAYS = 146_097
_FAR = re.compile(r"(\d+)-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?")
# Beyond it a FLOAT does not hold every whole number.
_WHOLE = 2**53


def rowtype(columns: list[Column]) -> list[dict[str, Any]]:
    """Column descriptions, with every key that the strictest driver wants."""
    return [
        {
            "name": c.name,
            "database": "",
            "schema": "",
            "table": "",
            "nullable": c.nullable,
            "collation": None,
            **c.type.wire(),
        }
        for c in columns
    ]


def rowset(result: Result) -> list[list[str | None]]:
    encoders = [_encoder(column.type) for column in result.columns]
    return [[None if v is None else e(v) for e, v in zip(encoders, row, strict=True)] for row in result.rows]


def _encoder(kind: SqlType) -> Callable[[Any], str]:
    scale = 9 if kind.scale is None else kind.scale
    special: dict[str, Callable[[Any], str]] = {
        "NUMBER": _number(kind.scale or 0),
        "FLOAT": _float,
        "BOOLEAN": lambda v: "1" if v else "0",
        "DATE": _date,
        "TIME": _time(scale),
        "BINARY": lambda v: bytes(v).hex().upper(),
        "VARIANT": json_text,
        "ARRAY": json_text,
        "OBJECT": json_text,
        "TIMESTAMP_NTZ": _stamp(scale),
        "TIMESTAMP_LTZ": _stamp(scale),
        "TIMESTAMP_TZ": _zoned(scale),
    }
    return special.get(kind.name, str)


def _number(scale: int) -> Callable[[Any], str]:
    def encode(value: Any) -> str:
        if isinstance(value, Decimal):
            return format(value, f".{scale}f")
        return str(int(value)) if isinstance(value, bool) else str(value)

    return encode


def json_text(value: Any) -> str:
    """A VARIANT, ARRAY or OBJECT as the JSON text that drivers get."""
    return value if isinstance(value, str) else json.dumps(value, default=_json_scalar, indent=2)


def _json_scalar(value: Any) -> Any:
    """What JSON has no word for: whole numbers stay numbers, the rest becomes text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def _float(value: float) -> str:
    """Whole numbers without a fraction; what is no number as Snowflake spells it."""
    if math.isnan(value):
        return "NaN"
    return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)


def _date(value: datetime.date | str) -> str:
    """Days since 1970; years that Python does not know come as text."""
    if isinstance(value, str):
        return str(_far(value) // _DAY_MICROS)
    return str((value - datetime.date(1970, 1, 1)).days)


def _time(scale: int) -> Callable[[datetime.time], str]:
    def encode(value: datetime.time) -> str:
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return _seconds(seconds * 1_000_000 + value.microsecond, scale)

    return encode


def _stamp(scale: int) -> Callable[[datetime.datetime | str], str]:
    def encode(value: datetime.datetime | str) -> str:
        return _seconds(_micros(value), scale)

    return encode


def _zoned(scale: int) -> Callable[[datetime.datetime | str], str]:
    """With the offset from UTC, in minutes and 1440 more."""

    def encode(value: datetime.datetime | str) -> str:
        offset = value.utcoffset() if isinstance(value, datetime.datetime) else None
        minutes = int(offset.total_seconds()) // 60 if offset else 0
        return f"{_seconds(_micros(value), scale)} {1440 + minutes}"

    return encode


def _micros(value: datetime.datetime | str) -> int:
    if isinstance(value, str):
        return _far(value)
    return (value - (_EPOCH if value.tzinfo is None else _EPOCH_UTC)) // _MICRO


def _seconds(micros: int, scale: int) -> str:
    """Seconds with exactly `scale` digits behind the point; the drivers count them. Digits beyond are cut off."""
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    fraction = f"{micros % 1_000_000:06d}000"[:scale]
    return f"{sign}{micros // 1_000_000}" + (f".{fraction}" if fraction else "")


def _far(text: str) -> int:
    """Microseconds since 1970 of a date or timestamp as DuckDB prints those outside of Python's years.

    Years are counted in eras of 400, which are all equally long.
    """
    found = _FAR.match(text)
    if found is None:
        raise ValueError(text)
    year, month, day = (int(found[n]) for n in (1, 2, 3))
    year = 1 - year if "(BC)" in text else year
    eras, inside = divmod(year, 400)
    hour, minute, second = (int(found[n] or 0) for n in (4, 5, 6))
    start = datetime.datetime(inside + 400, month, day, hour, minute, second)
    days = (eras - 1) * _ERA_DAYS
    return (start - _EPOCH) // _MICRO + days * _DAY_MICROS + int((found[7] or "").ljust(6, "0"))
