"""An independent reader of Snowflake SQL: sqlglot's tokenizer, which knows nothing of how Firn quotes."""

from __future__ import annotations

from sqlglot.dialects.snowflake import Snowflake
from sqlglot.tokenizer_core import Token, TokenType

QUOTED = TokenType.IDENTIFIER
STRING = TokenType.STRING


def tokens(text: str) -> list[Token]:
    return Snowflake().tokenize(text)


def is_one_statement(text: str) -> bool:
    """No semicolon outside strings and quoted names, no comment, and nothing left open (which raises)."""
    found = tokens(text)
    return bool(found) and all(t.token_type is not TokenType.SEMICOLON and not t.comments for t in found)


def words(text: str) -> list[tuple[TokenType, str]]:
    return [(token.token_type, token.text) for token in tokens(text)]
