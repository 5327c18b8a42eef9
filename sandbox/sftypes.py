"""Snowflake's data types: their canonical text, what holds them in DuckDB, and how they stand in a rowset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.errors import fail
from sandbox.preferences import stamp_type
from sandbox.tokens import Tokens

MAX_TEXT = 16777216
MAX_BINARY = 8388608

_NUMBERS = {"NUMBER", "DECIMAL", "NUMERIC", "DEC"}
_INTEGERS = {"INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"}
_FLOATS = {"FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "REAL"}
_TEXTS = {"VARCHAR", "STRING", "TEXT", "NVARCHAR", "NVARCHAR2", "CHARACTER", "CHAR", "NCHAR"}
_STAMPS = {
    "TIMESTAMP_NTZ": "TIMESTAMP_NTZ",
    "TIMESTAMPNTZ": "TIMESTAMP_NTZ",
    "DATETIME": "TIMESTAMP_NTZ",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMP_LTZ": "TIMESTAMP_LTZ",
    "TIMESTAMPLTZ": "TIMESTAMP_LTZ",
    "TIMESTAMP_TZ": "TIMESTAMP_TZ",
    "TIMESTAMPTZ": "TIMESTAMP_TZ",
}
_LAKE = {
    "FLOAT": "DOUBLE",
    "VARCHAR": "VARCHAR",
    "BINARY": "BLOB",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_LTZ": "TIMESTAMPTZ",
    "TIMESTAMP_TZ": "INTERVAL",
    "VARIANT": "JSON",
    "OBJECT": "JSON",
    "ARRAY": "JSON",
}
_WIRE = {"NUMBER": "fixed", "FLOAT": "real", "VARCHAR": "text"}


@dataclass(frozen=True)
class SqlType:
    """A Snowflake type. `size` is the precision of a number, the length of text; `scale` the digits after the point."""

    name: str
    size: int | None = None
    scale: int | None = None

    def text(self) -> str:
        """As DESCRIBE prints it, e.g. `NUMBER(38,0)`."""
        if self.name == "NUMBER":
            return f"NUMBER({self.size},{self.scale})"
        if self.name in ("VARCHAR", "BINARY"):
            return f"{self.name}({self.size})"
        if self.name.startswith("TIME"):
            return f"{self.name}({self.scale})"
        return self.name

    def short(self) -> str:
        """Without sizes, as signatures print it."""
        return self.name

    def lake(self) -> str:
        """The DuckDB type that holds it."""
        return f"DECIMAL({self.size},{self.scale})" if self.name == "NUMBER" else _LAKE[self.name]

    def wire(self) -> dict[str, Any]:
        """The part of a rowset's column description that depends on the type; all keys always present."""
        is_text = self.name in ("VARCHAR", "BINARY")
        length = self.size if is_text and self.size is not None else None
        return {
            "type": _WIRE.get(self.name, self.name.lower()),
            "precision": self.size if self.name == "NUMBER" else 0 if self.name.startswith("TIME") else None,
            "scale": self.scale,
            "length": length,
            "byteLength": min(length * 4, MAX_TEXT) if length is not None and self.name == "VARCHAR" else length,
        }


TEXT = SqlType("VARCHAR", MAX_TEXT)
INTEGER = SqlType("NUMBER", 38, 0)
FLOAT = SqlType("FLOAT")
BOOLEAN = SqlType("BOOLEAN")
NTZ = SqlType("TIMESTAMP_NTZ", None, 9)
LTZ = SqlType("TIMESTAMP_LTZ", None, 9)
TZ = SqlType("TIMESTAMP_TZ", None, 9)


def read_type(tokens: Tokens) -> SqlType:
    """A type in a column or argument list; a syntax error when it is none."""
    token = tokens.peek()
    word = token.text.upper() if token.kind == "word" else ""
    if word in _NUMBERS | _INTEGERS | _FLOATS | _TEXTS | set(_STAMPS) or word in _LAKE or word == "VARBINARY":
        tokens.next()
    else:
        raise fail("object_type", name=token.text) if token.kind in ("word", "name") else tokens.unexpected()
    if word == "DOUBLE":
        tokens.accept("PRECISION")
    elif word in ("CHAR", "NCHAR", "CHARACTER"):
        tokens.accept("VARYING")
    return _sized(word, _sizes(tokens))


def parse_type(text: str) -> SqlType:
    """A type from its text alone."""
    tokens = Tokens(text)
    found = read_type(tokens)
    tokens.end()
    return found


def _sizes(tokens: Tokens) -> list[int]:
    if not tokens.accept("("):
        return []
    sizes = [tokens.number()]
    while tokens.accept(","):
        sizes.append(tokens.number())
    tokens.expect(")")
    return sizes


def _sized(word: str, sizes: list[int]) -> SqlType:
    if word in _NUMBERS:
        return SqlType("NUMBER", sizes[0] if sizes else 38, sizes[1] if len(sizes) > 1 else 0)
    if word in _INTEGERS:
        return INTEGER
    if word in _FLOATS:
        return FLOAT
    if word in _TEXTS:
        single = word in ("CHAR", "NCHAR", "CHARACTER")
        return SqlType("VARCHAR", sizes[0] if sizes else 1 if single else MAX_TEXT)
    if word in ("BINARY", "VARBINARY"):
        return SqlType("BINARY", sizes[0] if sizes else MAX_BINARY)
    if word in _STAMPS:
        name = stamp_type() if word == "TIMESTAMP" else _STAMPS[word]
        return SqlType(name, None, sizes[0] if sizes else 9)
    return SqlType("TIME", None, sizes[0] if sizes else 9) if word == "TIME" else SqlType(word)


_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_FROM_LAKE = {
    "DOUBLE": FLOAT,
    "FLOAT": FLOAT,
    "VARCHAR": TEXT,
    "BLOB": SqlType("BINARY", MAX_BINARY),
    "BOOLEAN": BOOLEAN,
    "DATE": SqlType("DATE"),
    "TIME": SqlType("TIME", None, 9),
    "TIMESTAMP": NTZ,
    "TIMESTAMP_NS": NTZ,
    "TIMESTAMP_S": NTZ,
    "TIMESTAMP_MS": NTZ,
    "TIMESTAMP WITH TIME ZONE": LTZ,
    # See macros/zones.sql.
    "INTERVAL": TZ,
    "JSON": SqlType("VARIANT"),
}


def from_lake_type(text: str) -> SqlType:
    """The Snowflake type of a DuckDB result column."""
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        return SqlType("NUMBER", int(decimal[1]), int(decimal[2]))
    if text.endswith("INT") or text in ("INTEGER", "UINTEGER"):
        return INTEGER
    if text.endswith("]"):
        return SqlType("ARRAY")
    if text.replace('"', "") == "STRUCT(utc TIMESTAMP, minutes BIGINT)":
        return TZ
    if text.startswith(("STRUCT", "MAP")):
        return SqlType("OBJECT")
    return _FROM_LAKE.get(text, TEXT)
