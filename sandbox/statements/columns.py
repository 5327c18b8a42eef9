"""Column definitions of CREATE and ALTER TABLE."""

from __future__ import annotations

from typing import Any

from sandbox.errors import fail
from sandbox.sftypes import read_type
from sandbox.statements.attach import read_masking
from sandbox.statements.constraints import Constraint, read_inline, read_outer
from sandbox.tokens import Tokens

Definition = dict[str, Any]


def read_columns(tokens: Tokens) -> tuple[list[Definition], list[Constraint]]:
    """`(column …, constraint …)`: the columns, and the constraints of both spellings."""
    tokens.expect("(")
    found: list[Definition] = []
    constraints: list[Constraint] = []
    while True:
        outer = read_outer(tokens)
        if outer is not None:
            constraints.append(outer)
        else:
            found.append(read_column(tokens))
            constraints += found[-1].pop("constraints", [])
        if not tokens.accept(","):
            break
    tokens.expect(")")
    return found, constraints


def read_column(tokens: Tokens) -> Definition:
    """Name, type, nullable, default, comment, identity (start, step, ordered) and its inline `constraints`."""
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
        elif tokens.accept_any("AUTOINCREMENT", "IDENTITY"):
            column["identity"] = _read_identity(tokens)
        elif (constraint := read_inline(tokens, column["name"])) is not None:
            column.setdefault("constraints", []).append(constraint)
        else:
            raise tokens.unexpected()
    return column


def _read_identity(tokens: Tokens) -> dict[str, Any]:
    """`[(start, step)] | [START n] [INCREMENT n]`, `[ORDER | NOORDER]`"""
    found: dict[str, Any] = {"start": 1, "step": 1, "ordered": False}
    if tokens.accept("("):
        found["start"] = tokens.number()
        tokens.expect(",")
        found["step"] = tokens.number()
        tokens.expect(")")
    while word := tokens.accept_any("START", "INCREMENT", "ORDER", "NOORDER"):
        if word in ("ORDER", "NOORDER"):
            found["ordered"] = word == "ORDER"
        else:
            tokens.accept_any("WITH", "BY")
            tokens.accept("=")
            found["start" if word == "START" else "step"] = tokens.number()
    return found


def identity_text(column: Definition) -> str | None:
    """An identity as DESCRIBE TABLE and SHOW COLUMNS print it."""
    found = column.get("identity")
    if not found:
        return None
    order = "ORDER" if found["ordered"] else "NOORDER"
    return f"IDENTITY START {found['start']} INCREMENT {found['step']} {order}"


def identity_of(columns: list[Definition]) -> tuple[str, int, int] | None:
    """Name, start and step of the one column that numbers its rows."""
    found = [(c["name"], c["identity"]["start"], c["identity"]["step"]) for c in columns if c.get("identity")]
    if len(found) > 1:
        raise fail("unsupported", feature="a second identity column")
    return found[0] if found else None


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
