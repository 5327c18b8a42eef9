"""Typed values of variables, and how they are written into the text of a statement."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.encode import json_text
from sandbox.errors import fail
from sandbox.sftypes import TEXT, SqlType
from sandbox.tokens import Token, Tokens, place, tokenize

Lookup = Callable[[list[str]], "Value | None"]


@dataclass(frozen=True)
class Value:
    """What a variable holds: a Python value as in a result's rows, and its Snowflake type."""

    value: Any
    type: SqlType = TEXT


def quoted_text(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(value: Value) -> str:
    """The value as SQL that gives it back with its type."""
    raw = value.value
    if raw is None:
        return "NULL"
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, Decimal)):
        text = format(raw, "f") if isinstance(raw, Decimal) else str(raw)
        return f"({text})" if text.startswith("-") else text
    if isinstance(raw, (bytes, bytearray)):
        return f"X'{bytes(raw).hex()}'"
    if value.type.name in ("VARIANT", "OBJECT", "ARRAY"):
        return f"PARSE_JSON({quoted_text(json_text(raw))})"
    if isinstance(raw, (datetime.date, datetime.time)):
        shown = raw.isoformat(" ") if isinstance(raw, datetime.datetime) else raw.isoformat()
        return f"{quoted_text(shown)}::{value.type.text()}"
    if isinstance(raw, float):
        return f"{quoted_text(repr(raw))}::FLOAT"
    return quoted_text(str(raw))


def shown(value: Value) -> str | None:
    """The value as text, as SHOW VARIABLES and error messages print it."""
    if value.value is None or isinstance(value.value, str):
        return value.value
    return str(value.value).lower() if isinstance(value.value, bool) else str(value.value)


def put_in(text: str, marks: dict[str, Lookup], bare: Lookup | None = None) -> str:
    """The text with variables replaced by literals: `$name` and `:name` by `marks`, names alone by `bare`.

    `:name` right behind a name or a bracket is a path into a VARIANT and stays. A bare name stays inside a subquery,
    where it is a column, and where it is a function or a part of a longer name. `IDENTIFIER(…)` around a text becomes
    the name that it holds.
    """
    tokens = tokenize(text)
    out: list[str] = []
    done = at = 0
    depths: list[bool] = []
    while at < len(tokens):
        length, new = _replacement(text, tokens, at, marks, None if any(depths) else bare)
        if length:
            out += [text[done : tokens[at].start], new]
            at += length
            done = tokens[at - 1].end
            continue
        if tokens[at].kind == "mark" and tokens[at].text == "(":
            depths.append(_is(tokens, at + 1, "SELECT") or _is(tokens, at + 1, "WITH"))
        elif tokens[at].kind == "mark" and tokens[at].text == ")" and depths:
            depths.pop()
        at += 1
    return "".join([*out, text[done:]])


def put_values(text: str, values: list[Value]) -> str:
    """The text with its question marks replaced by these values, from left to right."""
    if not values:
        return text
    marks = [token for token in tokenize(text) if token.kind == "mark" and token.text == "?"]
    if len(marks) > len(values):
        raise fail("bind_missing", name="?")
    out, done = [], 0
    for mark, value in zip(marks, values, strict=False):
        out += [text[done : mark.start], literal(value)]
        done = mark.end
    return "".join([*out, text[done:]])


def _replacement(
    text: str, tokens: list[Token], at: int, marks: dict[str, Lookup], bare: Lookup | None
) -> tuple[int, str]:
    """How many tokens from here are replaced, and by what; 0 when none is."""
    token = tokens[at]
    if token.kind == "mark" and token.text in marks and _is_word(tokens, at + 1) and not _is_path(tokens, at):
        path = _path(tokens, at + 1) if token.text == ":" else [tokens[at + 1].text.upper()]
        found = marks[token.text](path)
        if found is None:
            raise _unknown(text, tokens, at)
        return 1 + 2 * len(path) - 1, literal(found)
    if _is(tokens, at, "IDENTIFIER") and _is(tokens, at + 1, "("):
        return _identifier(text, tokens, at, marks)
    if bare is not None and _is_word(tokens, at) and not _is_part(tokens, at):
        path = _path(tokens, at)
        found = bare(path)
        if found is not None:
            return 2 * len(path) - 1, literal(found)
    return 0, ""


def _identifier(text: str, tokens: list[Token], at: int, marks: dict[str, Lookup]) -> tuple[int, str]:
    """`IDENTIFIER('…')`, `IDENTIFIER($x)` and `IDENTIFIER(:x)`."""
    inside = at + 2
    if inside < len(tokens) and tokens[inside].kind == "string" and _is(tokens, inside + 1, ")"):
        return 4, _name(tokens[inside].text)
    length, _ = _replacement(text, tokens, inside, marks, None)
    if length and _is(tokens, inside + length, ")"):
        path = [t.text.upper() for t in tokens[inside + 1 : inside + length : 2]]
        found = marks[tokens[inside].text](path)
        return 3 + length, _name(str(found.value) if found else "")
    return 0, ""


def _name(text: str) -> str:
    """A text that must be a name and nothing else."""
    tokens = Tokens(text)
    tokens.qualified(4)
    tokens.end()
    return text


def _path(tokens: list[Token], at: int) -> list[str]:
    """A variable, or a variable and the field of its record."""
    path = [tokens[at].text.upper()]
    if _is(tokens, at + 1, ".") and _is_word(tokens, at + 2):
        path.append(tokens[at + 2].text.upper())
    return path


def _unknown(text: str, tokens: list[Token], at: int) -> Exception:
    if tokens[at].text == "$":
        line, position = place(text, tokens[at].start)
        return fail("variable_missing", line=line, position=position, name=tokens[at + 1].text.upper())
    return fail("bind_missing", name=":" + tokens[at + 1].text)


def _is_path(tokens: list[Token], at: int) -> bool:
    before = tokens[at - 1] if at else None
    if tokens[at].text != ":" or before is None or before.end != tokens[at].start:
        return False
    return before.kind in ("word", "name", "string") or before.text in (")", "]")


def _is_part(tokens: list[Token], at: int) -> bool:
    """Whether the name is a function, or a later part of a longer name or path."""
    if _is(tokens, at + 1, "(") or _is(tokens, at + 1, "=>"):
        return True
    return at > 0 and tokens[at - 1].kind == "mark" and tokens[at - 1].text in (".", ":", "::", "$", "@")


def _is(tokens: list[Token], at: int, word: str) -> bool:
    return at < len(tokens) and tokens[at].kind in ("word", "mark") and tokens[at].text.upper() == word


def _is_word(tokens: list[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].kind == "word"
