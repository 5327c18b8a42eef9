"""Python values as the strings of a JSON rowset, the way the drivers read them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.results import Column, Result
from sandbox.sftypes import SqlType

_EPOCH = datetime.datetime(1970, 1, 1)
_EPOCH_UTC = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICRO = datetime.timedelta(microseconds=1)


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
    special: dict[str, Callable[[Any], str]] = {
        "NUMBER": _number(kind.scale or 0),
        "FLOAT": repr,
        "BOOLEAN": lambda v: "1" if v else "0",
        "DATE": _date,
        "TIME": _time,
        "BINARY": lambda v: bytes(v).hex().upper(),
        "VARIANT": json_text,
        "ARRAY": json_text,
        "OBJECT": json_text,
        "TIMESTAMP_NTZ": _naive,
        "TIMESTAMP_LTZ": _aware,
        "TIMESTAMP_TZ": lambda v: _aware(v) + " 1440",
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


def _date(value: datetime.date) -> str:
    return str((value - datetime.date(1970, 1, 1)).days)


def _time(value: datetime.time) -> str:
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return f"{seconds}.{value.microsecond * 1000:09d}"


def _since(delta: datetime.timedelta) -> str:
    micros = delta // _MICRO
    sign = "-" if micros < 0 else ""
    return f"{sign}{abs(micros) // 1_000_000}.{abs(micros) % 1_000_000 * 1000:09d}"


def _naive(value: datetime.datetime) -> str:
    return _since(value - _EPOCH)


def _aware(value: datetime.datetime) -> str:
    return _since(value - _EPOCH_UTC)
