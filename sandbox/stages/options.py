"""File formats: the options of CSV, JSON and PARQUET, as FILE_FORMAT = ( … ) and CREATE FILE FORMAT give them.

Source of names and defaults: docs.snowflake.com/en/sql-reference/sql/create-file-format.
"""

from __future__ import annotations

from typing import Any

from sandbox.errors import fail
from sandbox.tokens import Tokens

Options = dict[str, Any]
_SHARED: Options = {"COMPRESSION": "AUTO", "DATE_FORMAT": "AUTO", "TIME_FORMAT": "AUTO", "TIMESTAMP_FORMAT": "AUTO"}
DEFAULTS: dict[str, Options] = {
    "CSV": {
        **_SHARED,
        "RECORD_DELIMITER": "\n",
        "FIELD_DELIMITER": ",",
        "SKIP_HEADER": 0,
        "PARSE_HEADER": False,
        "SKIP_BLANK_LINES": False,
        "ESCAPE": None,
        "ESCAPE_UNENCLOSED_FIELD": "\\",
        "TRIM_SPACE": False,
        "FIELD_OPTIONALLY_ENCLOSED_BY": None,
        "NULL_IF": ["\\N"],
        "ERROR_ON_COLUMN_COUNT_MISMATCH": True,
        "EMPTY_FIELD_AS_NULL": True,
        "SKIP_BYTE_ORDER_MARK": True,
        "ENCODING": "UTF8",
        "FILE_EXTENSION": None,
    },
    "JSON": {
        **_SHARED,
        "STRIP_OUTER_ARRAY": False,
        "STRIP_NULL_VALUES": False,
        "TRIM_SPACE": False,
        "NULL_IF": [],
        "SKIP_BYTE_ORDER_MARK": True,
        "FILE_EXTENSION": None,
    },
    "PARQUET": {"COMPRESSION": "AUTO", "TRIM_SPACE": False, "NULL_IF": [], "BINARY_AS_TEXT": True},
}
_ALIASES = {"FIELD_DELIMITER": {"TAB": "\t"}}
# Options that change nothing here whatever their value, and those that only have one value here.
_ONLY: Options = {"DATE_FORMAT": "AUTO", "TIME_FORMAT": "AUTO", "TIMESTAMP_FORMAT": "AUTO", "STRIP_NULL_VALUES": False}
_ENCODINGS = {"UTF8", "UTF-8"}


def read_options(tokens: Tokens) -> Options:
    """`( TYPE = CSV FIELD_DELIMITER = '|' … )`; a name alone, or FORMAT_NAME, comes back as FORMAT_NAME."""
    if not tokens.accept("("):
        token = tokens.peek()
        return {"FORMAT_NAME": tokens.string() if token.kind == "string" else ".".join(tokens.qualified())}
    found: Options = {}
    while not tokens.accept(")"):
        tokens.accept(",")
        name, value = read_option(tokens)
        found[name] = value
    return found


def read_option(tokens: Tokens) -> tuple[str, Any]:
    """One `NAME = value`."""
    name = tokens.next().text.upper()
    tokens.expect("=")
    return name, read_value(tokens)


def read_value(tokens: Tokens) -> Any:
    """A text, number, TRUE or FALSE, NONE, a word, or a list of texts in parentheses."""
    if tokens.accept("("):
        values: list[str] = []
        while not tokens.accept(")"):
            tokens.accept(",")
            values.append(tokens.string())
        return values
    token = tokens.next()
    if token.kind == "string":
        return token.text
    if token.kind == "number":
        return int(token.text) if token.text.isdigit() else token.text
    word = token.text.upper()
    return {"TRUE": True, "FALSE": False, "NONE": None}.get(word, word)


def completed(given: Options, default: str = "CSV") -> Options:
    """All options of the format's type; what the type does not know, or the sandbox cannot do, is refused by name."""
    kind = str(given.get("TYPE", default)).upper()
    if kind not in DEFAULTS:
        raise fail("unsupported", feature=f"file format {kind}")
    options = dict(DEFAULTS[kind])
    for name, value in given.items():
        if name in ("TYPE", "COMMENT"):
            continue
        if name not in options:
            raise fail("bad_property", name=name, kind="FILE FORMAT")
        options[name] = _checked(name, value)
    return {"TYPE": kind, **options}


def _checked(name: str, value: Any) -> Any:
    if name in _ONLY and value != _ONLY[name]:
        raise fail("unsupported", feature=f"{name} = {value}")
    if name == "ENCODING" and str(value).upper() not in _ENCODINGS:
        raise fail("unsupported", feature=f"ENCODING = {value}")
    if name == "NULL_IF" and isinstance(value, str):
        return [value]
    if name in ("FIELD_DELIMITER", "ESCAPE", "ESCAPE_UNENCLOSED_FIELD", "FIELD_OPTIONALLY_ENCLOSED_BY"):
        return None if value in (None, "NONE", "") else _ALIASES.get(name, {}).get(str(value), value)
    return value
