"""Column definitions of CREATE and ALTER TABLE."""

from __future__ import annotations

from typing import Any

from sandbox.errors import fail
from sandbox.sftypes import read_type
from sandbox.statements.attach import read_masking
from sandbox.tokens import Tokens

Definition = dict[str, Any]


def read_columns(tokens: Tokens) -> list[Definition]:
    tokens.expect("(")
    found: list[Definition] = []
    while True:
        if tokens.accept_any("PRIMARY", "UNIQUE", "CONSTRAINT", "FOREIGN"):
            raise fail("unsupported", feature="table constraint")
        found.append(read_column(tokens))
        if not tokens.accept(","):
            break
    tokens.expect(")")
    return found


def read_column(tokens: Tokens) -> Definition:
    column: Definition = {"name": tokens.identifier()}
    column["type"] = read_type(tokens).text() if not (tokens.looking_at(",") or tokens.looking_at(")")) else None
    while not (tokens.done() or tokens.looking_at(",") or tokens.looking_at(")")):
        if tokens.accept("NOT", "NULL"):
            column["nullable"] = False
        elif tokens.accept("NULL"):
            column["nullable"] = True
        elif tokens.accept("COMMENT"):
            column["comment"] = tokens.string()
        elif tokens.accept("DEFAULT"):
            column["default"] = _read_default(tokens)
        elif tokens.looking_at("WITH", "MASKING") or tokens.looking_at("MASKING"):
            tokens.accept("WITH")
            column["mask"] = read_masking(tokens)
        elif tokens.accept("PRIMARY", "KEY"):
            column["nullable"], column["key"] = False, "PRIMARY"
        elif tokens.accept("UNIQUE"):
            column["key"] = "UNIQUE"
        else:
            raise tokens.unexpected()
    return column


def _read_default(tokens: Tokens) -> str:
    start = tokens.peek().start
    depth = 0
    while not tokens.done():
        token = tokens.peek()
        ends = token.text in (",", ")") or token.text.upper() in ("NOT", "COMMENT", "NULL")
        if depth == 0 and ends and token.kind in ("mark", "word") and token.start > start:
            break
        depth += (token.kind == "mark") * ((token.text == "(") - (token.text == ")"))
        tokens.next()
    return tokens.sql[start : tokens.peek().start].strip()


def no_duplicates(columns: list[Definition]) -> None:
    names = [c["name"] for c in columns]
    for name in names:
        if names.count(name) > 1:
            raise fail("duplicate_column", name=name)
