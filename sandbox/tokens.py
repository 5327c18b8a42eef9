"""A cursor over the tokens of one statement, for statements that no SQL parser knows."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from sandbox.errors import SandboxError, fail
from sandbox.names import fold

_STRINGS = {TokenType.STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING}


class Plain(Snowflake):
    """Snowflake's tokens, without swallowing the rest of a statement that starts with CALL, PUT or the like."""

    class Tokenizer(Snowflake.Tokenizer):
        COMMANDS: ClassVar[set[TokenType]] = set()


class Token(NamedTuple):
    """`kind` is word, name (a quoted identifier), string, number or mark; `start` and `end` are offsets in the text."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(sql: str) -> list[Token]:
    """All tokens of the text; words that the tokenizer joins (`NOT NULL`) come apart again."""
    try:
        raw = Plain().tokenize(sql)
    except TokenError as error:
        raise fail("parse", detail=str(error).splitlines()[0]) from error
    found: list[Token] = []
    for token in raw:
        start, end = token.start, token.end + 1
        if token.token_type in _STRINGS:
            found.append(Token("string", token.text, start, end))
        elif token.token_type is TokenType.IDENTIFIER:
            found.append(Token("name", token.text, start, end))
        elif token.token_type is TokenType.NUMBER:
            found.append(Token("number", token.text, start, end))
        elif token.text[:1].isalpha() or token.text[:1] == "_":
            found.extend(_words(token.text, start))
        else:
            found.append(Token("mark", token.text, start, end))
    return found


def place(text: str, offset: int) -> tuple[int, int]:
    """Line, from 1, and position in it, from 0, as Snowflake's errors count them."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1)


def _words(text: str, start: int) -> list[Token]:
    out: list[Token] = []
    position = 0
    for word in text.split():
        position = text.index(word, position)
        out.append(Token("word", word, start + position, start + position + len(word)))
        position += len(word)
    return out


class Tokens:
    """Reads a statement from left to right; what does not fit is a syntax error that names the token."""

    def __init__(self, sql: str, tokens: list[Token] | None = None) -> None:
        self.sql = sql
        self.all = tokenize(sql) if tokens is None else tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        position = self.at + ahead
        if position < len(self.all):
            return self.all[position]
        return Token("end", "<EOF>", len(self.sql), len(self.sql))

    def looking_at(self, *words: str) -> bool:
        """Whether the next tokens are these words or marks."""
        return all(self._is(self.peek(n), word) for n, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Steps over these words if they come next."""
        if not self.looking_at(*words):
            return False
        self.at += len(words)
        return True

    def accept_any(self, *words: str) -> str | None:
        """Steps over one of these words; returns it in upper case."""
        for word in words:
            if self.accept(word):
                return word
        return None

    def expect(self, *words: str) -> None:
        for word in words:
            if not self.accept(word):
                raise self.unexpected()

    def next(self) -> Token:
        token = self.peek()
        if token.kind == "end":
            raise self.unexpected()
        self.at += 1
        return token

    def identifier(self) -> str:
        """One identifier, folded."""
        token = self.peek()
        if token.kind not in ("word", "name"):
            raise self.unexpected()
        self.at += 1
        return fold(token.text, token.kind == "name")

    def qualified(self, most: int = 3) -> list[str]:
        """A name of up to `most` parts, folded."""
        parts = [self.identifier()]
        while self.looking_at(".") and len(parts) < most:
            self.at += 1
            parts.append(self.identifier())
        return parts

    def string(self) -> str:
        token = self.peek()
        if token.kind != "string":
            raise self.unexpected()
        self.at += 1
        return token.text

    def number(self) -> int:
        token = self.peek()
        if token.kind != "number" or not token.text.isdigit():
            raise self.unexpected()
        self.at += 1
        return int(token.text)

    def boolean(self) -> bool:
        word = self.accept_any("TRUE", "FALSE")
        if word is None:
            raise self.unexpected()
        return word == "TRUE"

    def skip_parentheses(self) -> tuple[int, int]:
        """Steps over a balanced `( … )`; returns the offsets of what is inside."""
        start = self.peek().end
        self.expect("(")
        depth = 1
        while True:
            token = self.next()
            depth += (token.kind == "mark") * ((token.text == "(") - (token.text == ")"))
            if depth == 0:
                return start, token.start

    def done(self) -> bool:
        return self.at >= len(self.all)

    def end(self) -> None:
        """Nothing may follow."""
        if not self.done():
            raise self.unexpected()

    def unexpected(self) -> SandboxError:
        token = self.peek()
        line, position = place(self.sql, token.start)
        return fail("syntax", line=line, position=position, token=token.text)

    def _is(self, token: Token, word: str) -> bool:
        return token.kind in ("word", "mark") and token.text.upper() == word
