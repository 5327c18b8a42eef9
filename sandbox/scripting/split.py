"""A text of several statements, cut at the semicolons that end them; a block is one statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sandbox.tokens import Token, place, tokenize

# What may follow BEGIN when it opens a transaction and no block.
TRANSACTION_WORDS = {";", "TRANSACTION", "WORK", "NAME", "<EOF>"}
_OPENERS = {"IF", "FOR", "WHILE", "LOOP", "REPEAT", "BEGIN"}
_BEFORE_STATEMENTS = {";", "THEN", "ELSE", "DO", "LOOP", "BEGIN", "REPEAT"}


class Piece(NamedTuple):
    """One statement of a text; `line` counts from 1, `position` in the line from 0."""

    sql: str
    line: int
    position: int


def statements(text: str) -> list[Piece]:
    """The statements of a text, without their semicolons; quotes and comments are respected, empty ones left out."""
    tokens = tokenize(text)
    out: list[Piece] = []
    start = at = 0
    for end in ends(tokens):
        stop = tokens[end].start if end < len(tokens) else len(text)
        if at < end:
            out.append(Piece(text[start:stop].strip(), *place(text, tokens[at].start)))
        start, at = tokens[end].end if end < len(tokens) else len(text), end + 1
    return out


def ends(tokens: list[Token]) -> list[int]:
    """The positions of the semicolons that end statements, and of the end of the text."""
    found: list[int] = []
    at = 0
    while at < len(tokens):
        at = _end(tokens, at)
        if at < len(tokens):
            found.append(at)
        at += 1
    return [*found, len(tokens)]


def opens_block(tokens: list[Token], at: int) -> bool:
    """Whether a block of Snowflake Scripting begins here."""
    word = _word(tokens, at)
    return word == "DECLARE" or (word == "BEGIN" and _word(tokens, at + 1) not in TRANSACTION_WORDS)


def _end(tokens: list[Token], start: int) -> int:
    """Where the statement that starts here ends."""
    begin = next(_block_starts(tokens, start), None)
    if begin is not None:
        return _block_end(tokens, begin)
    at = start
    while at < len(tokens) and _word(tokens, at) != ";":
        at += 1
    return at


def _block_starts(tokens: list[Token], start: int) -> Iterator[int]:
    """The statement itself when it is a block, or the unquoted body of the procedure that it creates."""
    if opens_block(tokens, start):
        yield start
    at = start
    procedure = False
    while _word(tokens, start) == "CREATE" and at < len(tokens) and _word(tokens, at) != ";":
        procedure = procedure or _word(tokens, at) == "PROCEDURE"
        if procedure and _word(tokens, at) == "AS" and opens_block(tokens, at + 1):
            yield at + 1
        at += 1


def _block_end(tokens: list[Token], start: int) -> int:
    """The semicolon behind the END that closes the block. Every END closes the newest CASE, loop, IF or BEGIN."""
    at, depth = start, 0
    while at < len(tokens):
        word = _word(tokens, at)
        first = at == start or _word(tokens, at - 1) in _BEFORE_STATEMENTS
        if word == "END":
            depth -= 1
            at += _word(tokens, at + 1) in (*_OPENERS, "CASE")
        elif word == "CASE" or (first and word in _OPENERS and (word != "BEGIN" or opens_block(tokens, at))):
            depth += 1
        elif word == ";" and depth == 0 and _opened(tokens, start, at):
            return at
        at += 1
    return at


def _opened(tokens: list[Token], start: int, at: int) -> bool:
    """Whether the BEGIN behind a DECLARE has come: before it semicolons part declarations."""
    return any(_word(tokens, n) == "BEGIN" for n in range(start, at))


def _word(tokens: list[Token], at: int) -> str:
    """The word or mark at a position, in upper case; nothing for strings, numbers and quoted names."""
    if at >= len(tokens):
        return "<EOF>"
    token = tokens[at]
    return token.text.upper() if token.kind in ("word", "mark") else ""
