"""Clauses that many statements share."""

from __future__ import annotations

from sandbox.errors import fail
from sandbox.tokens import Tokens


class _Null(str):
    """Its own class, so that nobody takes the text 'NULL' for it."""


# What `NAME = NULL` is read as: the property is taken back.
NULL = _Null("NULL")


class Create:
    """The words around the kind in `CREATE [OR REPLACE | OR ALTER] <kind> [IF NOT EXISTS]`."""

    def __init__(self, replace: bool = False, alter: bool = False) -> None:
        self.replace = replace
        self.alter = alter
        self.if_missing = False
        self.transient = False
        self.temporary = False

    def read_if_not_exists(self, tokens: Tokens) -> None:
        if tokens.looking_at("IF", "NOT", "EXISTS"):
            if self.replace or self.alter:
                raise tokens.unexpected()
            tokens.expect("IF", "NOT", "EXISTS")
            self.if_missing = True

    def kept(self) -> dict[str, bool]:
        """What of these words the thing remembers."""
        return {"transient": True} if self.transient else {}


def if_exists(tokens: Tokens) -> bool:
    return tokens.accept("IF", "EXISTS")


def read_comment(tokens: Tokens) -> str | None:
    """`COMMENT = '…'` if it comes next."""
    if not tokens.accept("COMMENT"):
        return None
    tokens.accept("=")
    return tokens.string()


def read_properties(tokens: Tokens, kind: str, allowed: dict[str, type]) -> dict[str, str | int | bool]:
    """`NAME = value` pairs up to the end; a name that is not allowed is refused by name (001420)."""
    found: dict[str, str | int | bool] = {}
    while not tokens.done():
        tokens.accept(",")
        name = tokens.next().text.upper()
        if name == "WITH" and not tokens.looking_at("="):
            continue
        if name not in allowed:
            raise fail("bad_property", name=name, kind=kind)
        tokens.expect("=")
        found[name] = _value(tokens, allowed[name])
        if name == "COMMENT" and found[name] is NULL:
            found[name] = ""
    return found


def _value(tokens: Tokens, kind: type) -> str | int | bool:
    if kind is bool:
        return tokens.boolean()
    if kind is int:
        return tokens.number()
    token = tokens.peek()
    if tokens.accept("NULL"):
        return NULL
    if token.kind == "string":
        return tokens.string()
    if token.kind in ("word", "name"):
        return tokens.identifier()
    if token.kind == "number":
        return tokens.next().text
    raise tokens.unexpected()


def read_tail(tokens: Tokens, sql: str) -> str:
    """Everything from here to the end of the statement."""
    start = tokens.peek().start
    if tokens.done():
        raise tokens.unexpected()
    tokens.at = len(tokens.all)
    return sql[start:].strip().rstrip(";").strip()
