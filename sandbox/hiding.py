"""Secrets in the text of statements: they stand neither in the log nor in QUERY_HISTORY."""

from __future__ import annotations

import re

# A property that holds a secret, and its text: plain, between dollars, or inside of another text's quotes.
_SECRET = re.compile(
    r"""(\b\w*(?:PASSWORD|PASSPHRASE|SECRET|SECRET_KEY|TOKEN|MASTER_KEY)\b"?\s*(?:=>?|:=)\s*)"""
    r"""(?:\$\$.*?\$\$|''[^']+''|\\'.*?\\'|'(?:[^'\\]|\\.|'')*')""",
    re.IGNORECASE | re.DOTALL,
)
HIDDEN = "'********'"


def hidden(sql: str) -> str:
    """The statement with every secret in it covered; names of properties and public keys stay."""
    return _SECRET.sub(rf"\1{HIDDEN}", sql)
